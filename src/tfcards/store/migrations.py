"""Brings older collection files to today's shape, one numbered step after the other.

A step is a function that takes the connection, inside a transaction with foreign keys off. Step
number n (from 1) brings a file of version n to version n + 1. Released steps never
change; `schema` always makes today's shape.
"""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from tfcards.errors import UnavailableError
from tfcards.store.problems import explained

Migration = Callable[[sqlite3.Connection], None]


def add_snippet_runs(connection: sqlite3.Connection) -> None:
    """Version 2 remembers the last run of each note's code."""
    connection.execute(
        "CREATE TABLE snippet_runs (guid VARCHAR NOT NULL, code VARCHAR NOT NULL,"
        " at INTEGER NOT NULL, tensorflow VARCHAR NOT NULL, duration INTEGER NOT NULL,"
        " problem VARCHAR NOT NULL, PRIMARY KEY (guid))"
    )


def add_sections(connection: sqlite3.Connection) -> None:
    """Version 3 knows the sections of decks and which build on which."""
    connection.execute(
        "CREATE TABLE sections (name VARCHAR NOT NULL, title VARCHAR NOT NULL,"
        " needs VARCHAR NOT NULL, PRIMARY KEY (name))"
    )


MIGRATIONS: tuple[Migration, ...] = (add_snippet_runs, add_sections)


def version_of(migrations: Sequence[Migration]) -> int:
    """The version a file has after all of `migrations`."""
    return len(migrations) + 1


def migrate(
    connection: sqlite3.Connection,
    file: Path,
    migrations: Sequence[Migration],
    back_up: Callable[[], Path],
) -> None:
    """Run the steps the file still needs, each after a backup and in a transaction of its own.

    Raises:
        UnavailableError: a step failed; the file is as it was before that step.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    for step in migrations[version - 1 :]:
        saved = back_up()
        try:
            _run(connection, step, version + 1)
        except sqlite3.Error as error:
            plain = explained(error, file)
            reason = str(plain) if isinstance(plain, UnavailableError) else str(error)
            raise UnavailableError(
                f"The collection {file} could not be brought from version {version} to "
                f"{version + 1}: {reason} It was left as it was; a backup is at {saved}."
            ) from error
        version += 1


def _run(connection: sqlite3.Connection, step: Migration, version: int) -> None:
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("BEGIN IMMEDIATE")
    try:
        step(connection)
        _require_whole(connection)
        connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    finally:
        connection.execute("PRAGMA foreign_keys = ON")


def _require_whole(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        raise sqlite3.IntegrityError("rows would refer to rows that are not there.")
