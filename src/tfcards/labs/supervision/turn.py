"""One run at a time: a run takes a lock before it starts anything, or waits."""

import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Turn:
    """A place in the queue at a file; the turn lasts until this process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a")
        self._is_ours = False

    def has_come(self) -> bool:
        """Take the turn if nobody has it, and say whether it is ours."""
        if not self._is_ours:  # on Windows whoever has it cannot take it again
            try:
                _lock(self._file.fileno())
            except (BlockingIOError, PermissionError):  # the second on Windows
                return False
            self._is_ours = True
        return True

    def leave(self) -> None:
        """Give the turn, or the place, up."""
        self._file.close()
