"""The process that sees one run through: learner's program, host and judge, result."""
