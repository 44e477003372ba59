"""Answers and the review log: saving, reading, and rebuilding schedules from it."""

import json
from dataclasses import dataclass
from datetime import timedelta

from tfcards.core.model import Card, Review
from tfcards.core.replay import replay as replayed
from tfcards.core.schedule import Answer, model_name
from tfcards.errors import UnavailableError
from tfcards.store import decks, tags
from tfcards.store.database import Database, Row
from tfcards.store.moments import duration
from tfcards.store.rows import (
    CARD_COLUMNS,
    REVIEW_COLUMNS,
    REVIEW_VALUES,
    SCHEDULE_ASSIGNMENTS,
    card_from,
    review_from,
    review_row,
    schedule_row,
)

LEECH = "leech"
UPDATE_SCHEDULE = f"UPDATE cards SET {SCHEDULE_ASSIGNMENTS} WHERE id = ?"  # noqa: S608 - names are ours, values are bound


@dataclass(frozen=True, slots=True)
class DayTotals:
    """What was answered on one of the learner's days."""

    day: int
    reviews: int
    again: int
    new: int
    duration: timedelta


def save(database: Database, answer: Answer, bury_siblings_until: int | None) -> None:
    """Write the card's schedule and the log line; leeches are tagged and suspended.

    Raises:
        UnavailableError: the card was deleted meanwhile.
    """
    card = answer.card
    before = database.row("SELECT deck_id, lapses FROM cards WHERE id = ?", (card.id,))
    if before is None:
        raise UnavailableError("This card is no longer in the collection, so nothing was saved.")
    deck_id, lapses = before
    write(database, [answer])
    _register(database, answer.review.model, deck_id)
    if bury_siblings_until is not None:
        database.run(
            "UPDATE cards SET buried_until = ? WHERE note_id = ? AND id <> ? AND suspended = 0"
            " AND state IN (0, 2) AND (buried_until IS NULL OR buried_until < ?)",
            (bury_siblings_until, card.note_id, card.id, bury_siblings_until),
        )
    if card.lapses > lapses and _is_leech(
        card.lapses, decks.options(database, deck_id).leech_lapses
    ):
        tags.add(database, [card.note_id], LEECH)
        database.run("UPDATE cards SET suspended = 1 WHERE id = ?", (card.id,))


def write(database: Database, answers: list[Answer]) -> None:
    """Write schedules and log lines as they are."""
    database.run_many(UPDATE_SCHEDULE, [(*schedule_row(a.card), a.card.id) for a in answers])
    rows = [review_row(answer.review, answer.card.id) for answer in answers]
    database.insert_many("reviews", REVIEW_VALUES, rows)


def of_card(database: Database, card_id: int) -> list[Review]:
    """A card's log, oldest first."""
    return [
        review_from(row)
        for row in database.rows(
            f"SELECT {REVIEW_COLUMNS} FROM reviews WHERE card_id = ? ORDER BY id",  # noqa: S608 - names are ours, values are bound
            (card_id,),
        )
    ]


def day_totals(database: Database, first: int, last: int) -> list[DayTotals]:
    """What was answered on each day from `first` to `last` that has answers."""
    rows = database.rows(
        "SELECT day, count(*), sum(rating = 1), sum(state_before = 0), sum(duration) FROM reviews"
        " WHERE day BETWEEN ? AND ? AND rating IS NOT NULL GROUP BY day ORDER BY day",
        (first, last),
    )
    return [
        DayTotals(day, reviews, again, new, duration(spent))
        for day, reviews, again, new, spent in rows
    ]


def models(database: Database) -> dict[str, tuple[float, ...]]:
    """The parameters of every model that scheduled an answer."""
    found = database.rows("SELECT id, parameters FROM models")
    return {name: tuple(json.loads(parameters)) for name, parameters in found}


def replay(database: Database) -> int:
    """Rebuild every card's memory and schedule from the log; how many were not what it says."""
    parameters_of = models(database)
    logs: dict[int, list[Review]] = {}
    for row in database.rows(f"SELECT {REVIEW_COLUMNS} FROM reviews ORDER BY id"):  # noqa: S608 - names are ours, values are bound
        review = review_from(row)
        logs.setdefault(review.card_id, []).append(review)
    differing: list[tuple[Card, Row]] = []
    for row in database.rows(f"SELECT {CARD_COLUMNS} FROM cards"):  # noqa: S608 - names are ours, values are bound
        card = card_from(row)
        rebuilt = replayed(card, logs.get(card.id, ()), parameters_of)
        if schedule_row(rebuilt) != schedule_row(card):
            differing.append((rebuilt, schedule_row(rebuilt)))
    database.run_many(UPDATE_SCHEDULE, [(*row, card.id) for card, row in differing])
    return len(differing)


def _register(database: Database, model: str, deck_id: int) -> None:
    """Keep the parameters behind a model's name: without them its answers cannot be replayed."""
    if not model or database.row("SELECT 1 FROM models WHERE id = ?", (model,)):
        return
    parameters = decks.options(database, deck_id).parameters
    if model_name(parameters) != model:
        return  # an import's model, whose rows carry their own memory
    database.run(
        "INSERT INTO models (id, parameters) VALUES (?, ?)", (model, json.dumps(parameters))
    )


def _is_leech(lapses: int, limit: int) -> bool:
    """At the limit, and again after every half of it."""
    if limit == 0 or lapses < limit:
        return False
    return (lapses - limit) % max(1, limit // 2) == 0
