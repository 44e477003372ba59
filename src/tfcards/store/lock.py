"""One process at a time: a lock on a file that the system frees when its holder ends or dies."""

import os
import sys
from pathlib import Path

from tfcards.errors import UnavailableError
from tfcards.store.problems import refused

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FolderLock:
    """Holds `folder/collection.lock` from its making until `release`."""

    def __init__(self, folder: Path) -> None:
        file = folder / "collection.lock"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise refused(error, folder) from error
        try:
            _lock(self._descriptor)
        except OSError as error:
            os.close(self._descriptor)
            raise UnavailableError(
                f"Another tfcards has the collection in {folder} open. Close it first, or choose "
                "another folder with --data."
            ) from error

    def release(self) -> None:
        """Let the next process in."""
        os.close(self._descriptor)
