"""Gives the learner back rights to their folders that a program took away. Reads no content."""

import contextlib
import shutil
import stat
from pathlib import Path
from typing import Final

from tfcards.labs.linkless import is_link, leads_away

OWN: Final = stat.S_IRWXU


def open_up(folder: Path) -> None:
    """Let its owner read, change and enter a folder; nothing happens where it is none."""
    with contextlib.suppress(OSError):
        found = folder.lstat()
        if stat.S_ISDIR(found.st_mode) and not is_link(found) and found.st_mode & OWN != OWN:
            folder.chmod(stat.S_IMODE(found.st_mode) | OWN)


def remove(path: Path) -> None:
    """Take away whatever lies there, with what a program closed in it. Raises OSError."""
    if leads_away(path) or path.is_file():
        path.unlink()
    elif path.exists():
        _open_all(path)
        shutil.rmtree(path)


def _open_all(folder: Path) -> None:
    waiting = [folder]
    while waiting:
        inner = waiting.pop()
        open_up(inner)
        with contextlib.suppress(OSError):
            waiting += [path for path in inner.iterdir() if _is_folder(path)]


def _is_folder(path: Path) -> bool:
    with contextlib.suppress(OSError):
        found = path.lstat()
        return stat.S_ISDIR(found.st_mode) and not is_link(found)
    return False
