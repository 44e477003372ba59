"""Labs as the collection knows them: attempts, labs begun, and what their cards predict."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tfcards.core.model import Attempt, Card
from tfcards.core.schedule import Scheduler
from tfcards.core.unlock import Prerequisite
from tfcards.store import decks, settings
from tfcards.store.database import Database
from tfcards.store.moments import milliseconds
from tfcards.store.rows import ATTEMPT_COLUMNS, CARD_COLUMNS, attempt_from, attempt_row, card_from
from tfcards.store.tags import below

PASSED = "passed"
_CARD = ", ".join(f"cards.{name}" for name in CARD_COLUMNS.split(", "))
_TAGGED = (
    "SELECT note_tags.note_id FROM tags JOIN note_tags ON note_tags.tag_id = tags.id"
    " WHERE tags.name = ? OR (tags.name >= ? AND tags.name < ?)"
)


def save(database: Database, attempt: Attempt) -> Attempt:
    """Keep a graded run; the same with its id."""
    columns = ATTEMPT_COLUMNS.removeprefix("id, ")
    attempt_id = database.insert(
        f"INSERT INTO lab_attempts ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - names are ours, values are bound
        attempt_row(attempt),
    )
    return replace(attempt, id=attempt_id)


def attempts(database: Database, lab: str | None) -> list[Attempt]:
    """Graded runs of a lab, or of all, oldest first."""
    rows = database.rows(
        f"SELECT {ATTEMPT_COLUMNS} FROM lab_attempts WHERE ? IS NULL OR lab = ?"  # noqa: S608 - names are ours, values are bound
        " ORDER BY at, id",
        (lab, lab),
    )
    return [attempt_from(row) for row in rows]


def begin(database: Database, lab: str, now: datetime) -> None:
    """Remember that work on a lab has begun."""
    database.run(
        "INSERT INTO lab_begun (lab, at) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (lab, milliseconds(now)),
    )


def begun(database: Database) -> set[str]:
    """Labs whose work has begun."""
    return {name for (name,) in database.rows("SELECT lab FROM lab_begun")}


def passed(database: Database) -> set[str]:
    """Labs with at least one passed run."""
    rows = database.rows("SELECT DISTINCT lab FROM lab_attempts WHERE outcome = ?", (PASSED,))
    return {name for (name,) in rows}


def prerequisites(database: Database, names: Sequence[str], now: datetime) -> list[Prerequisite]:
    """What is predicted at `now` for the notes that tags (with those below) or guids name.

    A note is known as well as the weakest of its cards, and not at all while one of them is new.
    Suspended cards are left out, unless all of a note's are.
    """
    by_note = _cards(database, names)
    days = _days_recalled(database, [card.id for cards in by_note.values() for card in cards])
    options = decks.all_options(database)
    calendar = settings.calendar(database)
    schedulers: dict[int, Scheduler] = {}
    made = []
    for guid, cards in by_note.items():
        active = [card for card in cards if not card.suspended]
        recalls = []
        counted = active or cards
        for card in counted:
            chosen = options[card.deck_id]
            scheduler = schedulers.get(id(chosen))
            if scheduler is None:
                scheduler = schedulers[id(chosen)] = Scheduler(chosen, calendar)
            recalls.append(scheduler.recall(card, now))
        known = [recall for recall in recalls if recall is not None]
        weakest = min(known) if len(known) == len(recalls) else None
        seen = min(days.get(card.id, 0) for card in counted)
        made.append(Prerequisite(guid, weakest, suspended=not active, days=seen))
    return made


def headings(database: Database, guids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """For each of these notes its deck's full name and the title of its section, if it has one."""
    rows = database.rows(
        "SELECT notes.guid, decks.name, coalesce(min(sections.title), '')"
        " FROM json_each(?) AS asked JOIN notes ON notes.guid = asked.value"
        " JOIN decks ON decks.id = notes.deck_id"
        " LEFT JOIN note_tags ON note_tags.note_id = notes.id"
        " LEFT JOIN tags ON tags.id = note_tags.tag_id"
        " LEFT JOIN sections ON sections.name = tags.name GROUP BY notes.id",
        (json.dumps(list(dict.fromkeys(guids))),),
    )
    return {guid: (deck, title) for guid, deck, title in rows}


def _days_recalled(database: Database, card_ids: Sequence[int]) -> dict[int, int]:
    """On how many of the learner's days each card was rated better than Again."""
    rows = database.rows(
        "SELECT card_id, count(DISTINCT day) FROM reviews"
        " WHERE card_id IN (SELECT value FROM json_each(?)) AND rating > 1 AND kind <> 'cram'"
        " GROUP BY card_id",
        (json.dumps(card_ids),),
    )
    return dict(rows)


def _cards(database: Database, names: Sequence[str]) -> dict[str, list[Card]]:
    """The cards that names stand for, by guid of their note, in the order of the names."""
    by_note: dict[str, list[Card]] = {}
    for name in names:
        rows = database.rows(
            f"SELECT notes.guid, {_CARD} FROM notes JOIN cards ON cards.note_id = notes.id"  # noqa: S608 - names are ours, values are bound
            f" WHERE notes.guid = ? OR notes.id IN ({_TAGGED}) ORDER BY cards.position, cards.id",
            (name, *below(name)),
        )
        fresh: dict[str, list[Card]] = {}
        for guid, *row in rows:
            fresh.setdefault(guid, []).append(card_from(tuple(row)))
        for guid, cards in fresh.items():
            by_note.setdefault(guid, cards)
    return by_note
