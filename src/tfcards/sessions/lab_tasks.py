"""How far the learner is with each lab's tasks, by the best attempt. No Qt, no SQL."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from tfcards.core.model import Attempt
from tfcards.labs.result import Status, from_json
from tfcards.sessions.labs import LabRow, LabState
from tfcards.store import Collection


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task of a lab, and whether all its checks passed in the best attempt."""

    title: str
    is_done: bool


def task_rows(collection: Collection, rows: Iterable[LabRow]) -> dict[str, tuple[TaskRow, ...]]:
    """The tasks of each lab by its id; in a lab that was passed all are done."""
    best: dict[str, Attempt] = {}
    for attempt in collection.attempts():
        held = best.get(attempt.lab)
        if held is None or attempt.score >= held.score:
            best[attempt.lab] = attempt
    found = {}
    for row in rows:
        is_passed = row.state in (LabState.PASSED, LabState.DUE)
        done = set() if is_passed else _done(best.get(row.lab.id))
        found[row.lab.id] = tuple(
            TaskRow(task.title, is_passed or task.id in done) for task in row.lab.tasks
        )
    return found


def _done(attempt: Attempt | None) -> set[int]:
    """The tasks all of whose checks passed."""
    try:
        checks = from_json(json.loads(attempt.result)).checks if attempt else ()
    except (ValueError, KeyError, TypeError):  # kept by an earlier version
        return set()
    undone = {check.task for check in checks if check.status is not Status.PASSED}
    return {check.task for check in checks} - undone
