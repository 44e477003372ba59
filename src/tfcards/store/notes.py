"""Notes and their types: reading, editing, deleting, and which cards a note makes."""

import json
import re
from collections.abc import Sequence
from datetime import datetime

from tfcards.core import cloze
from tfcards.core.model import Card, Kind, Note, NoteType
from tfcards.errors import BadInputError
from tfcards.store import tags
from tfcards.store.database import Database, Row
from tfcards.store.moments import milliseconds
from tfcards.store.rows import (
    CARD_COLUMNS,
    NOTE_COLUMNS,
    TYPE_COLUMNS,
    card_from,
    note_from,
    text_of,
    type_from,
)

_PLACEHOLDER = re.compile(r"\{\{(?![#^/])(?:[^{}:]+:)*([^{}:]+)\}\}")


def types(database: Database) -> dict[int, NoteType]:
    """Every note type by id."""
    rows = database.rows(f"SELECT {TYPE_COLUMNS} FROM note_types")  # noqa: S608 - names are ours, values are bound
    return {row[0]: type_from(row) for row in rows}


def card(database: Database, card_id: int) -> Card:
    """The card of that id.

    Raises:
        BadInputError: it is gone.
    """
    row = database.row(f"SELECT {CARD_COLUMNS} FROM cards WHERE id = ?", (card_id,))  # noqa: S608 - names are ours, values are bound
    if row is None:
        raise BadInputError("This card is no longer in the collection.")
    return card_from(row)


def cards_of(database: Database, note_id: int) -> list[Card]:
    """A note's cards by ordinal."""
    rows = database.rows(
        f"SELECT {CARD_COLUMNS} FROM cards WHERE note_id = ? ORDER BY ordinal",  # noqa: S608 - names are ours, values are bound
        (note_id,),
    )
    return [card_from(row) for row in rows]


def note(database: Database, note_id: int) -> Note:
    """The note of that id.

    Raises:
        BadInputError: it is gone.
    """
    found = _one(database, "notes.id = ?", note_id)
    if found is None:
        raise BadInputError("This note is no longer in the collection.")
    return found


def by_guid(database: Database, guid: str) -> Note | None:
    """The note of that guid, or None."""
    return _one(database, "notes.guid = ?", guid)


def many(database: Database, note_ids: Sequence[int]) -> list[Note]:
    """The notes of these ids, in their order, without those that are gone."""
    rows = database.rows(
        f"SELECT {NOTE_COLUMNS} FROM json_each(?) AS wanted"  # noqa: S608 - names are ours, values are bound
        " JOIN notes ON notes.id = wanted.value ORDER BY wanted.key",
        (json.dumps(list(note_ids)),),
    )
    known = types(database)
    return [note_from(row, known) for row in rows]


def edit(
    database: Database, note_id: int, fields: dict[str, str], names: Sequence[str], now: datetime
) -> None:
    """Give a note new text and tags; kept cards keep their progress.

    What the author last wrote is remembered for every field that no longer says it, so that a
    later import can merge.
    """
    before = note(database, note_id)
    said = {name: text for name, text in fields.items() if text}
    if (said, set(names)) == ({k: v for k, v in before.fields.items() if v}, set(before.tags)):
        return
    row = database.row("SELECT base, base_tags FROM notes WHERE id = ?", (note_id,))
    assert row is not None
    author = {**before.fields, **(json.loads(row[0]) if row[0] else {})}
    author_tags = json.loads(row[1]) if row[1] else list(before.tags)
    base = base_of(fields, author)
    same_tags = {tag.casefold() for tag in author_tags} == {tag.casefold() for tag in names}
    database.run(
        "UPDATE notes SET fields = ?, base = ?, base_tags = ?, modified_at = ? WHERE id = ?",
        (
            text_of(fields),
            json.dumps(base, ensure_ascii=False) if base else None,
            None if same_tags else json.dumps(sorted(author_tags)),
            milliseconds(now),
            note_id,
        ),
    )
    tags.replace(database, note_id, names)
    settle_cards(database, note_id, before.deck_id, ordinals(before.type, fields))


def base_of(mine: dict[str, str], author: dict[str, str]) -> dict[str, str]:
    """The author's text of just those fields where the learner's differs."""
    names = {*mine, *author}
    return {
        name: author.get(name, "")
        for name in sorted(names)
        if mine.get(name, "") != author.get(name, "")
    }


def delete(database: Database, note_ids: Sequence[int]) -> int:
    """Delete notes with their cards; what was answered stays in the log. How many were there."""
    chosen = (json.dumps(list(note_ids)),)
    database.run("DELETE FROM cards WHERE note_id IN (SELECT value FROM json_each(?))", chosen)
    database.run("DELETE FROM note_tags WHERE note_id IN (SELECT value FROM json_each(?))", chosen)
    return database.run("DELETE FROM notes WHERE id IN (SELECT value FROM json_each(?))", chosen)


def settle_cards(
    database: Database, note_id: int, deck_id: int, wanted: Sequence[int]
) -> tuple[list[int], list[int]]:
    """Make the cards a note now asks for and take the others; the ordinals made and taken.

    New cards go where the note's other cards are.
    """
    rows = database.rows(
        "SELECT ordinal, deck_id, position FROM cards WHERE note_id = ? ORDER BY ordinal",
        (note_id,),
    )
    held: dict[int, Row] = {row[0]: row for row in rows}
    taken = [ordinal for ordinal in held if ordinal not in wanted]
    made = [ordinal for ordinal in wanted if ordinal not in held]
    deck, position = rows[0][1:] if rows else (deck_id, note_id)
    for ordinal in made:
        insert_new_cards(database, [(note_id, deck, ordinal, position)])
    database.run_many(
        "DELETE FROM cards WHERE note_id = ? AND ordinal = ?",
        [(note_id, ordinal) for ordinal in taken],
    )
    return made, taken


def insert_new_cards(database: Database, rows: Sequence[tuple[int, int, int, int]]) -> None:
    """Insert new cards given as (note id, deck id, ordinal, position)."""
    database.run_many(
        "INSERT INTO cards (note_id, deck_id, ordinal, position, state, step, reps, lapses,"
        " suspended, flag) VALUES (?, ?, ?, ?, 0, 0, 0, 0, 0, 0)",
        rows,
    )


def ordinals(note_type: NoteType, fields: dict[str, str]) -> tuple[int, ...]:
    """The cards a note of this type makes; at least one, so that no note is lost from view."""
    match note_type.kind:
        case Kind.REVERSE:
            return (0, 1)
        case Kind.CLOZE:
            return cloze.ordinals(fields.get("Question", "")) or (0,)
        case Kind.TEMPLATE:
            return _from_templates(note_type, fields) or (0,)
        case _:
            return (0,)


def _from_templates(note_type: NoteType, fields: dict[str, str]) -> tuple[int, ...]:
    """Cloze numbers if the templates ask for them, else the templates whose front is not empty."""
    fronts = [template.front for template in note_type.templates]
    if any("{{cloze:" in front for front in fronts):
        return cloze.ordinals("\n".join(fields.values()))
    return tuple(
        ordinal
        for ordinal, front in enumerate(fronts)
        if any(fields.get(name.strip(), "").strip() for name in _PLACEHOLDER.findall(front))
    )


def _one(database: Database, condition: str, value: object) -> Note | None:
    row = database.row(f"SELECT {NOTE_COLUMNS} FROM notes WHERE {condition}", (value,))  # noqa: S608 - names are ours, values are bound
    if row is None:
        return None
    found = database.row(f"SELECT {TYPE_COLUMNS} FROM note_types WHERE id = ?", (row[2],))  # noqa: S608 - names are ours, values are bound
    assert found is not None
    return note_from(row, {row[2]: type_from(found)})
