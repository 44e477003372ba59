"""Note types: the built-in ones and those that files bring along. No notes are touched here."""

from collections.abc import Sequence

from tfcards.core.model import Kind, NoteType
from tfcards.store.database import Database
from tfcards.store.rows import TYPE_COLUMNS, type_from, type_row


def resolve(database: Database, arriving: Sequence[NoteType]) -> dict[str, NoteType]:
    """The collection's type for each name a draft may use: the built-in kinds and its own types.

    A type with the same name and fields is the same type and takes the file's templates and
    style; with other fields it comes in beside the old one under a name of its own.
    """
    rows = database.rows(f"SELECT {TYPE_COLUMNS} FROM note_types ORDER BY id")  # noqa: S608 - names are ours, values are bound
    held = {row[1]: type_from(row) for row in rows}
    built_in = {str(kind) for kind in Kind if kind is not Kind.TEMPLATE}
    usable = {name: note_type for name, note_type in held.items() if name in built_in}
    for note_type in arriving:
        if note_type.name not in built_in:
            usable[note_type.name] = _settled(database, held, note_type)
    return usable


def _settled(database: Database, held: dict[str, NoteType], arriving: NoteType) -> NoteType:
    number = 1
    name = arriving.name
    while (there := held.get(name)) is not None and there.fields != arriving.fields:
        number += 1
        name = f"{arriving.name} ({number})"
    if there is None:
        columns = TYPE_COLUMNS.removeprefix("id, ")
        type_id = database.insert(
            f"INSERT INTO note_types ({columns}) VALUES (?, ?, ?, ?, ?)",  # noqa: S608 - names are ours, values are bound
            (name, *type_row(arriving)[1:]),
        )
    else:
        type_id = there.id
        if type_row(there)[1:] != type_row(arriving)[1:]:
            database.run(
                "UPDATE note_types SET kind = ?, fields = ?, templates = ?, style = ? WHERE id = ?",
                (*type_row(arriving)[1:], type_id),
            )
    held[name] = NoteType(
        type_id, name, arriving.kind, arriving.fields, arriving.templates, arriving.style
    )
    return held[name]
