"""Looks a collection over and says in sentences what is not as it should be. Changes nothing."""

import sqlite3
from pathlib import Path

from tfcards.errors import UnavailableError
from tfcards.store import media
from tfcards.store.database import Database

_RULES = (
    (
        "SELECT (SELECT count(*) FROM notes) <> (SELECT count(*) FROM note_search_docsize)",
        "The search index does not follow the notes",
    ),
    (
        "SELECT count(*) FROM notes WHERE id NOT IN (SELECT note_id FROM cards)",
        "{} notes have no card",
    ),
    (
        "SELECT count(*) FROM notes WHERE NOT json_valid(fields)",
        "{} notes hold text that cannot be read",
    ),
    (
        "SELECT count(*) FROM cards WHERE state = 0 AND coalesce(due_day, due_at) IS NOT NULL",
        "{} new cards have a due date",
    ),
    (
        "SELECT count(*) FROM cards WHERE state = 2 AND due_day IS NULL",
        "{} review cards have no due day",
    ),
    (
        "SELECT count(*) FROM cards WHERE state IN (1, 3) AND due_at IS NULL",
        "{} learning cards have no moment to come back at",
    ),
    (
        "SELECT count(*) FROM cards WHERE state NOT IN (0, 1, 2, 3)",
        "{} cards are in a state that does not exist",
    ),
    (
        "SELECT count(*) FROM reviews WHERE rating NOT BETWEEN 1 AND 4",
        "{} lines of the review log have a rating that does not exist",
    ),
    (
        "SELECT count(*) FROM notes WHERE base IS NOT NULL AND NOT json_valid(base)",
        "{} notes hold an author's text that cannot be read",
    ),
)


def check(database: Database, media_folder: Path) -> list[str]:
    """Everything that is wrong, as sentences; empty if nothing is."""
    found: list[str] = []
    try:
        found += _file(database)
        found += _shape(database)
        found += _content(database)
    except UnavailableError as error:  # so damaged that even looking fails
        return [*found, str(error)]
    gone = media.missing(database, media_folder)
    if gone:
        found.append(f"{len(gone)} media files are missing: {', '.join(gone[:5])}.")
    return found


def _file(database: Database) -> list[str]:
    rows = database.rows("PRAGMA integrity_check(20)")
    found = [f"The file is damaged: {text}." for (text,) in rows if text != "ok"]
    broken = database.rows("PRAGMA foreign_key_check")
    tables = sorted({f"{row[0]} to {row[2]}" for row in broken})
    if tables:
        found.append(f"{len(broken)} rows refer to rows that are gone ({', '.join(tables)}).")
    return found


def _shape(database: Database) -> list[str]:
    """Tables and indexes that are not as this version makes them."""
    from tfcards.store import schema, tables  # noqa: PLC0415  # slow to import, seldom needed

    with_schema = sqlite3.connect(":memory:")
    try:
        with_schema.executescript(";\n".join([*tables.statements(), schema.SEARCH]))
        listing = "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'"
        wanted = set(with_schema.execute(listing))
    finally:
        with_schema.close()
    lacking = sorted(f"{kind} {name}" for kind, name in wanted - set(database.rows(listing)))
    return [f"The file lacks {', '.join(lacking)}."] if lacking else []


def _content(database: Database) -> list[str]:
    found = []
    for statement, sentence in _RULES:
        row = database.row(statement)
        if row and row[0]:
            found.append(sentence.format(row[0]) + ".")
    try:
        database.connection.execute(
            "INSERT INTO note_search (note_search) VALUES ('integrity-check')"
        )
    except sqlite3.DatabaseError:
        found.append("The search index is damaged.")
    return found
