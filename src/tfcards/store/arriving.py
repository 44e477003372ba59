"""Schedules that come with imported notes, so written that a replay finds the same. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tfcards.core.model import Card, Rating, Review, ReviewKind, State
from tfcards.core.replay import replay


def arrived(
    card: Card, log: Iterable[Review], now: datetime, today: int
) -> tuple[Card, list[Review]]:
    """The card as it will stand, and its log: what the file held, then one line for what came.

    That last line holds memory and due date as the file had them. Repetitions and lapses are
    counted from the log, for they cannot be replayed otherwise.
    """
    rows = sorted(log, key=lambda review: review.at)
    if card.state is State.NEW and not rows:
        return card, []
    if card.memory is None and card.state is not State.NEW:
        card = replace(card, memory=replay(card, rows, {}).memory)
    last = _last_line(card, rows, now, today)
    reps, lapses = _counted([*rows, last])
    if card.state is State.NEW:
        return replay(card, (), {}), [*rows, last]
    standing = replace(card, reps=reps, lapses=lapses, last_at=last.at, last_day=last.day)
    return standing, [*rows, last]


def _last_line(card: Card, rows: Sequence[Review], now: datetime, today: int) -> Review:
    before = rows[-1] if rows else None
    at, day = card.last_at or (before and before.at), card.last_day
    return Review(
        card_id=card.id,
        at=at or now,
        day=day or (before.day if before else today),
        rating=None,
        kind=ReviewKind.IMPORTED,
        duration=timedelta(0),
        model="",
        state_before=before.state if before else State.NEW,
        state=card.state,
        step=card.step,
        memory=card.memory,
        due_day=card.due_day,
        due_at=card.due_at,
    )


def _counted(rows: Iterable[Review]) -> tuple[int, int]:
    """Answers and lapses, as a replay counts them: a reset starts anew, cram does not count."""
    reps = lapses = 0
    for row in rows:
        if row.kind is ReviewKind.CRAM:
            continue
        if row.rating is not None:
            reps += 1
            lapses += row.state_before is State.REVIEW and row.rating is Rating.AGAIN
        elif row.kind is not ReviewKind.LAB and row.state is State.NEW:
            reps = lapses = 0
    return reps, lapses
