"""Opens a collection folder: lock, look before touching, make or migrate. Nothing is read here."""

import json
import os
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from tfcards.errors import UnavailableError
from tfcards.store import schema
from tfcards.store.backup import back_up
from tfcards.store.database import Database, connect
from tfcards.store.disk import put_in_place
from tfcards.store.migrations import Migration, migrate, version_of
from tfcards.store.problems import damaged, explained, refused

_FILE = "collection.db"
_MAGIC = b"SQLite format 3\x00"


def preload(folder: Path) -> None:
    """Import what a folder without a collection needs to get one, in any thread: it takes 0.3 s."""
    if not (folder / _FILE).exists():
        from tfcards.store import tables  # noqa: F401, PLC0415  # slow to import, seldom needed


def open_database(
    folder: Path, now: datetime, zone: str, migrations: Sequence[Migration]
) -> Database:
    """The folder's collection, made if there is none and migrated if it is old.

    Raises:
        UnavailableError: the file is damaged, newer than this program, or cannot be written; it
            was left as it is.
    """
    file = folder / _FILE
    try:
        if file.exists():
            _look(file)
        else:
            _make(file, zone, version_of(migrations))
    except OSError as error:
        raise refused(error, file) from error
    database = Database(file)
    try:
        _require_known(database, version_of(migrations))
        migrate(
            database.connection, file, migrations, lambda: back_up(database.connection, file, now)
        )
        with database.trial():  # a file that cannot be written says so now, not at the first answer
            database.run("DELETE FROM settings WHERE key IS NULL")
    except sqlite3.Error as error:
        database.close()
        raise explained(error, file) from error
    except BaseException:
        database.close()
        raise
    return database


def _look(file: Path) -> None:
    """Refuse, before SQLite touches it, a file that is empty, something else, or cut short."""
    size = file.stat().st_size
    if size == 0:
        raise damaged(file, "it is empty")
    with file.open("rb") as opened:
        header = opened.read(100)
    if not header.startswith(_MAGIC) or len(header) < 100:
        raise damaged(file, "it is not a SQLite file")
    if int.from_bytes(header[68:72], "big") != schema.APPLICATION_ID:
        raise damaged(file, "it is a SQLite file of another program")
    page = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    log = file.with_name(file.name + "-wal")
    has_log = log.exists() and log.stat().st_size > 0
    if not has_log and size < pages * (65536 if page == 1 else page):
        raise damaged(file, "its end is missing")
    if not os.access(file, os.W_OK) or not os.access(file.parent, os.W_OK):
        raise UnavailableError(
            f"{file} cannot be written. Change the rights of the file and of its folder, or choose "
            "another folder with --data."
        )


def _make(file: Path, zone: str, version: int) -> None:
    if file.with_name(file.name + "-wal").exists():
        raise damaged(file, "it is missing, but its log collection.db-wal is there")
    made = file.with_name("collection.new")
    made.unlink(missing_ok=True)
    calendar = json.dumps({"zone": zone, "rollover_hour": 4})
    try:
        connection = connect(made)
        try:
            schema.create(connection, version, calendar)
        finally:
            connection.close()
    except sqlite3.Error as error:
        made.unlink(missing_ok=True)
        raise explained(error, file) from error
    put_in_place(made, file)


def _require_known(database: Database, newest: int) -> None:
    version = (database.row("PRAGMA user_version") or (0,))[0]
    if version > newest:
        raise UnavailableError(
            f"The collection {database.file} was written by a newer tfcards (version {version}, "
            f"this one knows {newest}). Update tfcards; the file was left as it is."
        )
    if version < 1:
        raise damaged(database.file, "it does not say which version it is")
