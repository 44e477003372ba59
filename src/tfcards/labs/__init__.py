"""Labs, the app's side: what a lab is, the workspace, supervised runs, results. No Qt."""
