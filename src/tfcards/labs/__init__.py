"""Labs on the app's side: what a lab is, the learner's workspace, supervised runs, results. No Qt."""
