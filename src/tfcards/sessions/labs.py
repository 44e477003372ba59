"""The labs as the learner sees them: locked, open, begun, passed, and what is missing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from tfcards.core.again import Again, again
from tfcards.core.model import Attempt
from tfcards.core.unlock import Unlock, evaluate
from tfcards.labs.content.manifest import Lab
from tfcards.labs.content.variant import variant
from tfcards.labs.environment import lacks
from tfcards.labs.result import Outcome
from tfcards.store import Collection


class LabState(StrEnum):
    """Where the learner stands with a lab."""

    LOCKED = "locked"
    OPEN = "open"
    BEGUN = "begun"
    PASSED = "passed"
    DUE = "due"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class LabRow:
    """One lab with its state. `best` is the best share of points, 0 to 1.

    A passed lab is due again on the learner's day `again_on`; `repeats` counts how often it was
    passed again in time.
    """

    lab: Lab
    state: LabState
    unlock: Unlock
    best: float | None
    attempts: int
    reason: str
    again_on: int | None = None
    repeats: int = 0


def lab_rows(
    collection: Collection,
    labs: Sequence[Lab],
    clock: Callable[[], datetime],
    titles: Mapping[str, str] | None = None,
) -> list[LabRow]:
    """Every lab in order of stage, with what it takes to open it by predicted recall now.

    `titles` are the names by id of labs that are not among these and may have to be passed first.
    """
    now = clock()
    calendar = collection.calendar()
    passed, begun = collection.passed_labs(), collection.begun_labs()
    attempts: dict[str, list[Attempt]] = {}
    for attempt in collection.attempts():
        attempts.setdefault(attempt.lab, []).append(attempt)
    names = dict(titles or {}) | {lab.id: lab.title for lab in labs}
    rows = []
    for lab in sorted(labs, key=lambda lab: (lab.stage, lab.id)):
        prerequisites = collection.prerequisites(lab.requirement.cards, now)
        unlock = evaluate(
            lab.requirement, prerequisites, passed, begun=lab.id in begun, titles=names
        )
        tried = attempts.get(lab.id, [])
        row = _row(lab, unlock, tried, lab.id in passed, lab.id in begun)
        days = (calendar.day(a.at) for a in tried if a.outcome == Outcome.PASSED)
        rows.append(_with_turn(row, again(days), calendar.day(now)))
    return rows


def _with_turn(row: LabRow, turn: Again | None, today: int) -> LabRow:
    """A passed lab with the day from which it comes back."""
    if turn is None or row.state is not LabState.PASSED:
        return row
    short = variant(row.lab, turn.repeats)
    how = "from the starter, with a new seed"
    if short.is_variant:
        how = f"the five-minute variant, “{short.tasks[0].title}”"
    is_due = turn.day <= today
    when = date.fromordinal(turn.day)
    return replace(
        row,
        state=LabState.DUE if is_due else LabState.PASSED,
        reason=f"Due again: {how}."
        if is_due
        else f"Passed. Again from {when.day} {when:%B}: {how}.",
        again_on=turn.day,
        repeats=turn.repeats,
    )


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
        case LabState.PASSED | LabState.DUE:
            return "Passed. Open it again whenever you like."
        case LabState.BEGUN if best is not None:
            return f"Begun: best attempt {best:.0%} of the points."
        case LabState.BEGUN:
            return "Begun: your work is kept."
        case LabState.OPEN | LabState.LOCKED | LabState.UNAVAILABLE:
            return unlock.reason
