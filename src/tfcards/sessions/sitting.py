"""What a learner did in one sitting, step by step, and what it came to. No Qt, no SQL."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tfcards.core.marking import Try
from tfcards.core.model import Rating, State
from tfcards.core.schedule import Answer


@dataclass(frozen=True, slots=True)
class Summary:
    """What a sitting came to. `recalled` is the share of seen-before cards not rated Again."""

    reviews: int
    again: int
    new: int
    minutes: float
    recalled: float | None
    waits_until: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the learner did: on which card, and the answer if it was one."""

    card_id: int | None
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What the learner typed for a card, and the runs of it if it is code."""

    text: str = ""
    tries: tuple[Try, ...] = ()


class Sitting:
    """The steps of a sitting in step with the collection's undo and redo."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._undone: list[Step] = []

    @property
    def answers(self) -> list[Answer]:
        """The answers that stand, in order."""
        return [step.answer for step in self._steps if step.answer]

    def add(self, step: Step) -> None:
        """The learner did this; what was undone before can no longer be redone."""
        self._steps.append(step)
        self._undone.clear()

    def undo(self) -> Step:
        """The collection took a step back: which one of this sitting, if it was one."""
        step = self._steps.pop() if self._steps else Step(None)
        self._undone.append(step)
        return step

    def redo(self) -> None:
        """The collection did the undone step again."""
        if self._undone:
            self._steps.append(self._undone.pop())

    def summary(self, waits_until: datetime | None) -> Summary:
        """What the sitting came to so far."""
        reviews = [answer.review for answer in self.answers]
        known = [r.rating for r in reviews if r.state_before is State.REVIEW]
        kept = sum(rating is not Rating.AGAIN for rating in known)
        spent = sum((r.duration for r in reviews), timedelta(0))
        return Summary(
            reviews=len(reviews),
            again=sum(r.rating is Rating.AGAIN for r in reviews),
            new=sum(r.state_before is State.NEW for r in reviews),
            minutes=spent / timedelta(minutes=1),
            recalled=kept / len(known) if known else None,
            waits_until=waits_until,
        )
