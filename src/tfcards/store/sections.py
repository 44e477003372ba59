"""Where new cards stand: in the order of their file, after the sections they build on.

A card's position is `round * ROUND + place`. Places keep the order of the file; rounds are what
`core.sections` says. Reading the queue needs nothing else.
"""

import json
from collections.abc import Iterable, Mapping, Sequence

from tfcards.core.draft import DraftNote, Section
from tfcards.core.sections import rounds
from tfcards.store import decks
from tfcards.store.database import Database

ROUND = 2**40  # places are ids of notes, which never get that large

_SECTIONS = (
    "SELECT wanted.value, cards.deck_id, min(cards.position % ?) FROM json_each(?) AS wanted"
    " JOIN tags ON tags.name = wanted.value JOIN note_tags ON note_tags.tag_id = tags.id"
    " JOIN cards ON cards.note_id = note_tags.note_id GROUP BY wanted.value"
)
_ROUND_OF_NOTES = (
    "SELECT note_tags.note_id, max(wanted.value) AS number FROM json_each(?) AS wanted"
    " JOIN tags ON tags.name = wanted.key JOIN note_tags ON note_tags.tag_id = tags.id"
    " GROUP BY note_tags.note_id"
)


def line_up(database: Database, notes: Sequence[DraftNote], sections: Iterable[Section]) -> None:
    """Make the notes of a file stand in its order, section by section, in the places they have."""
    rows = database.rows(
        "SELECT wanted.value, notes.id, min(cards.position % ?) FROM json_each(?) AS wanted"
        " JOIN notes ON notes.guid = wanted.value JOIN cards ON cards.note_id = notes.id"
        " GROUP BY notes.id",
        (ROUND, json.dumps([note.guid for note in notes])),
    )
    held = {guid: (note_id, place) for guid, note_id, place in rows}
    names = [section.name for section in sections]
    in_order = sorted(notes, key=lambda note: _section(note, names))  # stable: then as written
    now = [held[note.guid] for note in in_order if note.guid in held]
    places = sorted(place for _, place in now)
    database.run_many(
        f"UPDATE cards SET position = position - position % {ROUND} + ? WHERE note_id = ?",  # noqa: S608 - names are ours, values are bound
        [(new, note_id) for (note_id, old), new in zip(now, places, strict=True) if new != old],
    )


def settle(database: Database, sections: Sequence[Section]) -> None:
    """Remember what the sections of a file need, and give every card the round that follows."""
    database.run_many(
        "INSERT INTO sections (name, title, needs) VALUES (?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET title = excluded.title, needs = excluded.needs"
        " WHERE title <> excluded.title OR needs <> excluded.needs",
        [(section.name, section.title, json.dumps(section.needs)) for section in sections],
    )
    needs = {section.name: section.needs for section in known(database) if section.needs}
    names = {section.name for section in sections}
    found = rounds(_in_order(database, needs, names), needs)
    database.run(
        f"UPDATE cards SET position = position % {ROUND} + wanted.number * {ROUND}"  # noqa: S608 - names are ours, values are bound
        f" FROM ({_ROUND_OF_NOTES}) AS wanted"
        f" WHERE cards.note_id = wanted.note_id AND cards.position / {ROUND} <> wanted.number",
        (json.dumps(found),),
    )


def known(database: Database) -> list[Section]:
    """Every section that a deck file told of, by name."""
    rows = database.rows("SELECT name, title, needs FROM sections ORDER BY name")
    return [Section(name, title, tuple(json.loads(needs))) for name, title, needs in rows]


def _in_order(database: Database, needs: Mapping[str, Iterable[str]], names: set[str]) -> list[str]:
    """All sections that matter in the order of decks, and of their first cards within a deck."""
    wanted = names.union(needs, *needs.values())
    by_deck = {deck.id: number for number, deck in enumerate(decks.all_decks(database))}
    rows = database.rows(_SECTIONS, (ROUND, json.dumps(sorted(wanted))))
    return [name for name, deck, place in sorted(rows, key=lambda row: (by_deck[row[1]], row[2]))]


def _section(note: DraftNote, names: Sequence[str]) -> int:
    """The number of the section a note is in; notes before the first section come first."""
    return next((number for number, name in enumerate(names) if name in note.tags), -1)
