"""Room on the disk that a run sets aside before it begins, so that its result fits at the end."""

import contextlib
from pathlib import Path
from typing import Final

FILE_NAME: Final = "reserve"
SIZE: Final = 256 * 1024  # bytes: more than any result takes


def set_aside(run_folder: Path) -> None:
    """Take the room. Raises OSError when there is none."""
    (run_folder / FILE_NAME).write_bytes(b"\n" * SIZE)


def give_back(run_folder: Path) -> None:
    """Make the room free for what is to be written now."""
    with contextlib.suppress(OSError):
        (run_folder / FILE_NAME).unlink()
