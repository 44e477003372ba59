"""Makes a new collection: tables, the full-text index with its triggers, the built-in note types.

Only new files are written here; `migrations` brings older ones to the same shape.
"""

import json
import sqlite3

from tfcards.core.model import ContentFormat, Kind

APPLICATION_ID = 0x74666364  # "tfcd": tells our files from other SQLite files
BUILT_IN_FIELDS = ("Question", "Answer", "Assertions", "Key points", "Why", "Source")

SEARCH = """
CREATE VIEW note_texts AS
SELECT id, (SELECT group_concat(value, char(10)) FROM json_each(notes.fields)) AS text FROM notes;

CREATE VIRTUAL TABLE note_search USING fts5(
    text, content = 'note_texts', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TRIGGER note_search_insert AFTER INSERT ON notes BEGIN
    INSERT INTO note_search (rowid, text)
    SELECT NEW.id, group_concat(value, char(10)) FROM json_each(NEW.fields);
END;

CREATE TRIGGER note_search_delete AFTER DELETE ON notes BEGIN
    INSERT INTO note_search (note_search, rowid, text)
    SELECT 'delete', OLD.id, group_concat(value, char(10)) FROM json_each(OLD.fields);
END;

CREATE TRIGGER note_search_update AFTER UPDATE OF fields ON notes WHEN OLD.fields <> NEW.fields
BEGIN
    INSERT INTO note_search (note_search, rowid, text)
    SELECT 'delete', OLD.id, group_concat(value, char(10)) FROM json_each(OLD.fields);
    INSERT INTO note_search (rowid, text)
    SELECT NEW.id, group_concat(value, char(10)) FROM json_each(NEW.fields);
END;
"""


def create(connection: sqlite3.Connection, version: int, calendar: str) -> None:
    """Fill an empty file with the schema of `version`; `calendar` is the setting's JSON."""
    from tfcards.store import tables  # noqa: PLC0415  # slow to import, and needed only here

    connection.executescript(";\n".join(["BEGIN IMMEDIATE", *tables.statements(), SEARCH]))
    connection.executemany(
        "INSERT INTO note_types (name, kind, fields, templates, style) VALUES (?, ?, ?, '[]', '')",
        [(kind, kind, _fields()) for kind in Kind if kind is not Kind.TEMPLATE],
    )
    connection.execute("INSERT INTO settings (key, value) VALUES ('calendar', ?)", (calendar,))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.execute("COMMIT")


def _fields() -> str:
    return json.dumps([[name, ContentFormat.MARKDOWN] for name in BUILT_IN_FIELDS])
