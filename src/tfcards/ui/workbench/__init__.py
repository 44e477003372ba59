"""The workbench of one lab: what to do, the code, its run, and what it came to."""
