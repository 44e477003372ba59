"""What the last run of a lab left to look at, and where logs for TensorBoard are. No Qt."""

from dataclasses import dataclass
from pathlib import Path

from tfcards.labs.content.manifest import Lab
from tfcards.labs.left.produced import Kind, Produced, produced

GIVEN = "data.py"
WORK = "work"


@dataclass(frozen=True, slots=True)
class Left:
    """The folder a run worked in and what it left there; the logs may be the workspace's own.

    `logs` lie in `log_folder`.
    """

    work: Path | None
    files: tuple[Produced, ...]
    log_folder: Path | None
    logs: Produced | None


def left_by_last_run(lab: Lab, runs: Path, workspace: Path) -> Left:
    """Look at the newest run folder. Reads nothing of the collection: for any thread."""
    given = {*lab.files, GIVEN}
    newest = _newest(runs)
    work = None if newest is None else newest / WORK
    files = () if work is None else tuple(produced(work, given))
    for folder, found in ((work, files), (workspace, tuple(produced(workspace, given)))):
        logs = next((one for one in found if one.kind is Kind.LOG), None)
        if logs is not None:
            return Left(work, files, folder, logs)
    return Left(work, files, None, None)


def _newest(runs: Path) -> Path | None:
    """Run folders are numbered."""
    numbers = [int(path.name) for path in runs.glob("*") if path.name.isdecimal()]
    return runs / str(max(numbers)) if numbers else None
