"""Why a file that a run left cannot be shown, in words for the learner. Reads nothing."""


class UnreadableError(Exception):
    """The text says what is wrong with the file and what would be right."""
