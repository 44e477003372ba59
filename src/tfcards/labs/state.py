"""What a run folder tells of its run: who does it, and whether its result was taken note of."""

import contextlib
import json
import os
from pathlib import Path
from typing import Final

import psutil

from tfcards.labs import processes
from tfcards.warm.replacing import put_over

FILE_NAME: Final = "state.json"
NOTED: Final = "noted"  # a file in a run folder


def write(run_folder: Path, token: str) -> None:
    """Say that this process does the run, so that others can find out whether it still lives."""
    created = psutil.Process().create_time()
    form = {"pid": os.getpid(), "created": created, "token": token}
    fresh = run_folder / f".{FILE_NAME}.new"
    fresh.write_text(json.dumps(form), "utf-8")
    put_over(fresh, run_folder / FILE_NAME)


def read(run_folder: Path) -> tuple[int, float] | None:
    """The supervisor's process, and when it was created; None while there is none."""
    try:
        state = json.loads((run_folder / FILE_NAME).read_text("utf-8"))
        return int(state["pid"]), float(state["created"])
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None


def is_on(run_folder: Path) -> bool:
    """Whether the process that does the run lives."""
    state = read(run_folder)
    return state is not None and processes.is_running(*state)


def note(run_folder: Path) -> None:
    """Remember that the run's result has been taken note of."""
    with contextlib.suppress(OSError):
        (run_folder / NOTED).touch()


def is_noted(run_folder: Path) -> bool:
    """Whether it has been; not when the folder cannot be read."""
    with contextlib.suppress(OSError):
        return (run_folder / NOTED).exists()
    return False
