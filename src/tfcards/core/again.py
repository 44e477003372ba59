"""When a passed lab comes back: after growing spaces of days, each earned by passing it again."""

from collections.abc import Iterable
from dataclasses import dataclass

SPACES = (7, 21, 60, 180)  # days; the last one repeats


@dataclass(frozen=True, slots=True)
class Again:
    """A passed lab's next turn: the learner's `day` it is due on, and how often it was repeated."""

    day: int
    repeats: int


def again(passed_on: Iterable[int]) -> Again | None:
    """The next turn of a lab that was passed on these days, or None for one never passed.

    Passing it before its day proves nothing about remembering it, and moves nothing.
    """
    due, repeats = 0, -1
    for day in sorted(passed_on):
        if repeats < 0 or day >= due:
            repeats += 1
            due = day + SPACES[min(repeats, len(SPACES) - 1)]
    return None if repeats < 0 else Again(due, repeats)
