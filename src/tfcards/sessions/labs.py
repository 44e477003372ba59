"""The labs as the learner sees them: locked, open, begun, passed, and what is missing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tfcards.core.model import Attempt
from tfcards.core.unlock import Unlock, evaluate
from tfcards.labs.environment import lacks
from tfcards.labs.manifest import Lab
from tfcards.store import Collection


class LabState(StrEnum):
    """Where the learner stands with a lab."""

    LOCKED = "locked"
    OPEN = "open"
    BEGUN = "begun"
    PASSED = "passed"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class LabRow:
    """One lab with its state. `best` is the best share of points, 0 to 1."""

    lab: Lab
    state: LabState
    unlock: Unlock
    best: float | None
    attempts: int
    reason: str


def lab_rows(
    collection: Collection, labs: Sequence[Lab], clock: Callable[[], datetime]
) -> list[LabRow]:
    """Every lab in order of stage, with what it takes to open it by predicted recall now."""
    now = clock()
    passed, begun = collection.passed_labs(), collection.begun_labs()
    attempts: dict[str, list[Attempt]] = {}
    for attempt in collection.attempts():
        attempts.setdefault(attempt.lab, []).append(attempt)
    titles = {lab.id: lab.title for lab in labs}
    rows = []
    for lab in sorted(labs, key=lambda lab: (lab.stage, lab.id)):
        prerequisites = collection.prerequisites(lab.requirement.cards, now)
        unlock = evaluate(
            lab.requirement, prerequisites, passed, begun=lab.id in begun, titles=titles
        )
        rows.append(_row(lab, unlock, attempts.get(lab.id, []), lab.id in passed, lab.id in begun))
    return rows


def _row(lab: Lab, unlock: Unlock, attempts: list[Attempt], passed: bool, begun: bool) -> LabRow:
    shares = [a.score / a.max_score for a in attempts if a.max_score]
    best = max(shares, default=None)
    lacking = lacks(lab)
    state = LabState.UNAVAILABLE if lacking else _state(unlock, passed=passed, begun=begun)
    reason = lacking or _reason(state, unlock, best)
    return LabRow(lab, state, unlock, best, len(attempts), reason)


def _state(unlock: Unlock, *, passed: bool, begun: bool) -> LabState:
    if passed:
        return LabState.PASSED
    if begun:
        return LabState.BEGUN
    return LabState.OPEN if unlock.is_open else LabState.LOCKED


def _reason(state: LabState, unlock: Unlock, best: float | None) -> str:
    match state:
        case LabState.PASSED:
            return "Passed. Open it again whenever you like."
        case LabState.BEGUN if best is not None:
            return f"Begun: best attempt {best:.0%} of the points."
        case LabState.BEGUN:
            return "Begun: your work is kept."
        case LabState.OPEN | LabState.LOCKED | LabState.UNAVAILABLE:
            return unlock.reason
