"""The words of a check: decorator, verdict, learner's error. Nothing here talks to a process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


class LearnerError(Exception):
    """The learner's code is missing, raised, was too slow or gave something unusable.

    Its text is a sentence for the learner; `traceback` holds the lines of their own files. It
    `is_unwritten` when their own line raised NotImplementedError, as a starter's do.
    """

    def __init__(self, sentence: str, traceback: str = "", *, is_unwritten: bool = False) -> None:
        super().__init__(sentence)
        self.traceback = traceback
        self.is_unwritten = is_unwritten


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found; true when it passed.

    `observed` and `limit` say in words what was measured and what was asked. `share` is the part
    of the points earned, 0 to 1 (all of them when passed). `measured` is the number behind it,
    `reference` what the lab's solution reached of it, in words. `is_unwritten` tells that the
    learner has not begun.
    """

    passed: bool
    message: str
    observed: str = ""
    limit: str = ""
    share: float = 0.0
    measured: float | None = None
    reference: str = ""
    is_unwritten: bool = False

    def __bool__(self) -> bool:
        return self.passed


@dataclass(frozen=True, slots=True)
class Check:
    """One named question to the learner's code, and how it is graded. `timeout` is in seconds."""

    function: Callable[..., Verdict]
    id: str
    title: str
    points: float
    task: int
    cards: tuple[str, ...]
    visible: bool
    after: tuple[str, ...]
    timeout: float
    better: str = ""
    ask: float | None = None

    def __call__(self, lab: object) -> Verdict:
        """Run the check on a `tfcards.labkit.Lab`."""
        return self.function(lab)


def check(
    id: str,  # noqa: A002 - the author's word for it
    *,
    title: str,
    points: float = 1,
    task: int = 1,
    cards: tuple[str, ...] = (),
    visible: bool = True,
    after: tuple[str, ...] = (),
    timeout: float = 20,
    better: str = "",
    ask: float | None = None,
) -> Callable[[Callable[..., Verdict]], Check]:
    """Make a function of `checks.py` a check.

    All arguments must be constants: the app reads them without importing the file. `cards` come
    due again when the check fails; `after` names checks that must have passed first.

    `better` ("higher" or "lower") says that the verdict rests on a number which differs from run to
    run: `tfcards lab calibrate` measures it on the solution and `lab.threshold` is what it found.
    `ask` is a threshold of the author's own, which must be kinder than that.
    """

    def decorate(function: Callable[..., Verdict]) -> Check:
        known = (id, title, points, task, cards, visible, after, timeout, better, ask)
        return Check(function, *known)

    return decorate
