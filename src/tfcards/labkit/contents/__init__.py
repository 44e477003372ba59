"""Tells what is in files that a run left, in a process of its own. Runs nothing that is in them."""
