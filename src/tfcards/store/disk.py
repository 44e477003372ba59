"""Putting files in place so that a crash leaves the old one or the new one, never half of one."""

import os
import sys
from pathlib import Path

from tfcards.warm.replacing import put_over


def put_in_place(made: Path, target: Path) -> None:
    """Give a finished file its name: on disk first, then renamed over `target`."""
    with made.open("rb+") as file:
        os.fsync(file.fileno())
    put_over(made, target)
    sync_folder(target.parent)


def write(target: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    made = target.with_name(target.name + ".new")
    try:
        made.write_bytes(data)
        put_in_place(made, target)
    finally:
        made.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make a folder's names durable, where the system can."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
