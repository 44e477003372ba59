"""Builders for tests of the collection: drafts, dumps of every table, a moment to start from."""

import sqlite3
from datetime import UTC, datetime

from tfcards.core.draft import Draft, DraftNote
from tfcards.core.model import Kind, Rating
from tfcards.core.schedule import Scheduler

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def note(guid, kind=Kind.BASIC, deck="A", tags=(), **fields):
    return DraftNote(guid, kind, deck, {"Question": f"{guid}?", "Answer": "yes", **fields}, tags)


def draft(*notes, **parts):
    return Draft("made.md", notes, **parts)


def answer(collection, card, rating=Rating.GOOD, now=NOW, **options):
    """Answer a card as a session would."""
    scheduler = Scheduler(collection.options(card.deck_id), collection.calendar())
    made = scheduler.answer(card, rating, now)
    collection.save_answer(made, **options)
    return made


def card_of(collection, guid, ordinal=0):
    cards = collection.cards_of(collection.note_by_guid(guid).id)
    return next(card for card in cards if card.ordinal == ordinal)


def dump(collection):
    """Every row of every table, and every word of the search index with its place."""
    connection = collection._database.connection
    names = connection.execute(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        " AND name NOT LIKE 'note_search%'"
    )
    tables = {
        name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for (name,) in names
    }
    return tables, indexed(connection)


def indexed(connection):
    """What the full-text index holds: which words, in which notes, where."""
    connection.execute("INSERT INTO note_search (note_search) VALUES ('integrity-check')")
    connection.execute(
        "CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'note_search', 'instance')"
    )
    found = sorted(connection.execute("SELECT term, doc, offset FROM words"))
    connection.execute("DROP TABLE temp.words")
    return found


def indexed_anew(connection):
    """What the index should hold, from the notes as they are."""
    made = sqlite3.connect(":memory:")
    made.execute(
        "CREATE VIRTUAL TABLE note_search"
        " USING fts5(text, tokenize='unicode61 remove_diacritics 2')"
    )
    rows = connection.execute("SELECT id, text FROM note_texts").fetchall()
    made.executemany("INSERT INTO note_search (rowid, text) VALUES (?, ?)", rows)
    found = indexed(made)
    made.close()
    return found
