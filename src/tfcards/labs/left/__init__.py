"""What a run left: copied for the judge, shown to the learner. Never trusted."""
