"""One run at a time: a run takes a lock before it starts anything, or waits. Linux and macOS."""

import fcntl
from pathlib import Path


class Turn:
    """A place in the queue at a file; the turn lasts until this process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a")

    def has_come(self) -> bool:
        """Take the turn if nobody has it, and say whether it is ours."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def leave(self) -> None:
        """Give the turn, or the place, up."""
        self._file.close()
