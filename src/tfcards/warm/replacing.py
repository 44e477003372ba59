"""Puts a finished file in another's place, with patience for who looks into it. Writes nothing."""

import sys
import time
from pathlib import Path
from typing import Final

# Windows refuses while somebody has either file open: a virus scanner, or a window that reads it.
TRIES: Final = 40 if sys.platform == "win32" else 1
PAUSE: Final = 0.05  # seconds


def put_over(made: Path, target: Path, tries: int = TRIES) -> None:
    """Give a finished file its name, over a file that may have it. Raises OSError."""
    for _ in range(tries - 1):
        try:
            made.replace(target)
        except PermissionError:
            time.sleep(PAUSE)
        else:
            return
    made.replace(target)
