"""Errors a learner can read. Anything else that is raised is a bug and is shown as one."""


class TfcardsError(Exception):
    """Something the learner can mend; its text says what happened, where, and what to do next."""


class BadInputError(TfcardsError):
    """A deck, lab, answer or other input is wrong (exit code 1)."""


class UnavailableError(TfcardsError):
    """What was asked cannot be done here and now: no display, disk full (exit code 3)."""
