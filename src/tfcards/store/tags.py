"""Tags of notes. `a::b` is below `a`; letters' case does not tell tags apart."""

import json
from collections.abc import Iterable, Sequence

from tfcards.store.database import Database


def ids(database: Database, names: Iterable[str]) -> dict[str, int]:
    """The id of every name as given, new tags made."""
    wanted = sorted({name for name in names if name})
    database.run_many(
        "INSERT INTO tags (name) VALUES (?) ON CONFLICT DO NOTHING", [(name,) for name in wanted]
    )
    rows = database.rows(
        "SELECT wanted.value, tags.id FROM json_each(?) AS wanted"
        " JOIN tags ON tags.name = wanted.value",
        (json.dumps(wanted),),
    )
    return dict(rows)


def add(database: Database, note_ids: Sequence[int], name: str) -> None:
    """Give notes a tag."""
    tag = ids(database, [name])[name]
    database.run_many(
        "INSERT INTO note_tags (note_id, tag_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(note_id, tag) for note_id in note_ids],
    )


def remove(database: Database, note_ids: Sequence[int], name: str) -> None:
    """Take a tag from notes."""
    database.run(
        "DELETE FROM note_tags WHERE note_id IN (SELECT value FROM json_each(?))"
        " AND tag_id = (SELECT id FROM tags WHERE name = ?)",
        (json.dumps(list(note_ids)), name),
    )


def replace(database: Database, note_id: int, names: Iterable[str]) -> None:
    """Make these the tags of a note."""
    chosen = set(ids(database, names).values())
    rows = database.rows("SELECT tag_id FROM note_tags WHERE note_id = ?", (note_id,))
    held = {row[0] for row in rows}
    database.run_many(
        "DELETE FROM note_tags WHERE note_id = ? AND tag_id = ?",
        [(note_id, tag) for tag in sorted(held - chosen)],
    )
    database.run_many(
        "INSERT INTO note_tags (note_id, tag_id) VALUES (?, ?)",
        [(note_id, tag) for tag in sorted(chosen - held)],
    )


def in_use(database: Database) -> dict[str, int]:
    """Every tag that a note carries, with the number of notes, by name."""
    return dict(
        database.rows(
            "SELECT tags.name, count(*) FROM note_tags JOIN tags ON tags.id = note_tags.tag_id"
            " GROUP BY tags.id ORDER BY tags.name"
        )
    )


def below(name: str) -> tuple[str, str, str]:
    """Parameters for `name = ? OR name >= ? AND name < ?`: a tag and all below it."""
    return name, f"{name}::", f"{name}:;"  # ';' follows ':'
