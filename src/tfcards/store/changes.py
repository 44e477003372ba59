"""What a learner does to cards besides answering: bury, suspend, flag, dates, decks. No fields."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from tfcards.core import moves
from tfcards.core.model import Card, State
from tfcards.core.schedule import Answer
from tfcards.store import answers, decks, settings
from tfcards.store.database import Database
from tfcards.store.rows import CARD_COLUMNS, card_from

_AMONG = "id IN (SELECT value FROM json_each(?))"


def cards(database: Database, card_ids: Sequence[int]) -> list[Card]:
    """The cards of these ids that are still there."""
    rows = database.rows(
        f"SELECT {CARD_COLUMNS} FROM cards WHERE {_AMONG}",  # noqa: S608 - names are ours, values are bound
        (_list(card_ids),),
    )
    return [card_from(row) for row in rows]


def bury(database: Database, card_ids: Sequence[int], until_day: int | None) -> int:
    """Hide cards before `until_day`, or bring them back (None); how many changed."""
    return database.run(
        f"UPDATE cards SET buried_until = ? WHERE {_AMONG} AND buried_until IS NOT ?",  # noqa: S608 - names are ours, values are bound
        (until_day, _list(card_ids), until_day),
    )


def suspend(database: Database, card_ids: Sequence[int], suspended: bool) -> int:
    """Hide cards until they are brought back, or bring them back; how many changed."""
    return database.run(
        f"UPDATE cards SET suspended = ? WHERE {_AMONG} AND suspended <> ?",  # noqa: S608 - names are ours, values are bound
        (int(suspended), _list(card_ids), int(suspended)),
    )


def flag(database: Database, card_ids: Sequence[int], colour: int) -> int:
    """Give cards a flag, 1 to 7, or none (0); how many changed."""
    return database.run(
        f"UPDATE cards SET flag = ? WHERE {_AMONG} AND flag <> ?",  # noqa: S608 - names are ours, values are bound
        (colour, _list(card_ids), colour),
    )


def move(database: Database, card_ids: Sequence[int], deck: str) -> int:
    """Put cards into a deck, made if missing; how many moved."""
    deck_id = decks.ensure(database, deck).id
    return database.run(
        f"UPDATE cards SET deck_id = ? WHERE {_AMONG} AND deck_id <> ?",  # noqa: S608 - names are ours, values are bound
        (deck_id, _list(card_ids), deck_id),
    )


def set_due(database: Database, card_ids: Sequence[int], day: int, now: datetime) -> int:
    """Make cards due on `day`; new ones stay new, for nothing is known of them. How many moved."""
    calendar = settings.calendar(database)
    return _apply(
        database,
        card_ids,
        lambda card: None if card.state is State.NEW else moves.set_due(card, day, now, calendar),
    )


def forget(database: Database, card_ids: Sequence[int], now: datetime) -> int:
    """Make cards new again; how many were not new."""
    calendar = settings.calendar(database)
    return _apply(
        database,
        card_ids,
        lambda card: None if card.state is State.NEW else moves.forget(card, now, calendar),
    )


def bring_due(database: Database, guids: Sequence[str], day: int, now: datetime) -> tuple[str, ...]:
    """Make the review cards of notes due today, because a lab showed a gap; whose cards came.

    New and suspended cards stay as they are; buried ones are brought back.
    """
    calendar = settings.calendar(database)
    rows = database.rows(
        "SELECT notes.guid, cards.id FROM json_each(?) AS wanted"
        " JOIN notes ON notes.guid = wanted.value JOIN cards ON cards.note_id = notes.id"
        " WHERE cards.suspended = 0 AND cards.due_day > ? ORDER BY wanted.key",
        (json.dumps(list(guids)), day),
    )
    guid_of = {card_id: guid for guid, card_id in rows}
    brought = [
        answer
        for card in cards(database, list(guid_of))
        if (answer := moves.bring_forward(card, now, calendar)) is not None
    ]
    answers.write(database, brought)
    bury(database, [answer.card.id for answer in brought], None)
    came = {guid_of[answer.card.id] for answer in brought}
    return tuple(guid for guid in dict.fromkeys(guids) if guid in came)


def _apply(
    database: Database, card_ids: Sequence[int], change: Callable[[Card], Answer | None]
) -> int:
    made = [answer for card in cards(database, card_ids) if (answer := change(card)) is not None]
    answers.write(database, made)
    return len(made)


def _list(card_ids: Sequence[int]) -> str:
    return json.dumps(list(card_ids))
