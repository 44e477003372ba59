"""Changes of a card's date that are no answers: set due, forget, brought forward by a lab. Pure.

Each gives the card and the line of the log that `replay` rebuilds it from; memory is never touched
but by `forget`, which starts the card anew.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tfcards.core.day import Calendar
from tfcards.core.model import Card, Review, ReviewKind, State
from tfcards.core.replay import replay
from tfcards.core.schedule import Answer


def set_due(card: Card, day: int, now: datetime, calendar: Calendar) -> Answer:
    """Make the card due for review on the learner's `day`, or today if that is past."""
    moved = replace(
        card, state=State.REVIEW, step=0, due_day=max(day, calendar.day(now)), due_at=None
    )
    return _logged(card, moved, ReviewKind.MANUAL, now, calendar)


def forget(card: Card, now: datetime, calendar: Calendar) -> Answer:
    """Make the card new again, as if it had never been answered."""
    return _logged(card, replay(card, (), {}), ReviewKind.MANUAL, now, calendar)


def bring_forward(card: Card, now: datetime, calendar: Calendar) -> Answer | None:
    """Make a review card due today because a lab showed a gap; None if that changes nothing."""
    today = calendar.day(now)
    if card.state is not State.REVIEW or card.due_day is None or card.due_day <= today:
        return None
    return _logged(card, replace(card, due_day=today), ReviewKind.LAB, now, calendar)


def _logged(
    before: Card, after: Card, kind: ReviewKind, now: datetime, calendar: Calendar
) -> Answer:
    now = now.astimezone(UTC)
    today = calendar.day(now)
    review = Review(
        card_id=before.id,
        at=now.replace(microsecond=now.microsecond // 1000 * 1000),
        day=today,
        rating=None,
        kind=kind,
        duration=timedelta(0),
        model="",
        state_before=before.state,
        state=after.state,
        step=after.step,
        memory=after.memory,
        due_day=after.due_day,
        due_at=after.due_at,
    )
    days = 0 if after.due_day is None else after.due_day - today
    return Answer(after, review, timedelta(days=days))
