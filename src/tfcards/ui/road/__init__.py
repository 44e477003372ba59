"""The way to the labs: a map and a list of them, and what is told of each."""
