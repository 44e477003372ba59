"""Takes away what old runs of a lab left besides their code and results. Touches no run that is on.

What the window shows of an old attempt stays: `files`, result.json and events.jsonl.
"""

import contextlib
import os
from pathlib import Path
from typing import Final

from tfcards.labs import access, job, result, state

RUNS: Final = "runs"  # the folder with the run folders
BULKY: Final = ("work", "home", "host", "judge", "reference")
WHOLE: Final = 3  # the newest runs of a lab keep everything


def tidy(run_folder: Path) -> None:
    """Tidy up after the lab's older runs, now that this one begins; not where it is no lab's."""
    if run_folder.parent.name != RUNS:
        return
    for run in _runs(_lab_folder(run_folder))[WHOLE:]:
        bulky = [run / name for name in BULKY if os.path.lexists(run / name)]
        if bulky and _is_over(run):
            for path in bulky:
                with contextlib.suppress(OSError):  # somebody looks at it just now
                    access.remove(path)


def _is_over(run: Path) -> bool:
    return state.is_noted(run) and result.read(run) is not None and not state.is_on(run)


def _lab_folder(run_folder: Path) -> Path:
    """Where the lab's runs are, and those of the turns that it came back for."""
    above = run_folder.parents[1]
    return above.parents[1] if above.parent.name == "again" else above


def _runs(lab_folder: Path) -> list[Path]:
    """The lab's run folders, newest first."""
    found = {}
    for runs in (lab_folder / RUNS, *lab_folder.glob(f"again/*/{RUNS}")):
        for run in runs.glob("*"):
            with contextlib.suppress(OSError):
                if run.name.isdecimal():
                    found[run] = (run / job.FILE_NAME).stat().st_mtime_ns
    return sorted(found, key=lambda run: (found[run], int(run.name)), reverse=True)
