"""Copies of the collection: made whole, proven sound, thinned with age, put back. No other queries.

Backups lie in `backups/` beside the collection as `collection-<UTC time>.db`.
"""

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tfcards.errors import BadInputError, UnavailableError
from tfcards.store.database import connect
from tfcards.store.disk import put_in_place
from tfcards.store.lock import FolderLock
from tfcards.store.problems import explained, refused
from tfcards.store.schema import APPLICATION_ID

_NAME = "collection-%Y%m%dT%H%M%S%fZ.db"
_COUNTED = ("decks", "notes", "cards", "reviews", "lab_attempts")
_NEWEST, _DAYS, _MONTHS = 10, 14, 12


def back_up(connection: sqlite3.Connection, file: Path, now: datetime) -> Path:
    """Copy an open collection, prove the copy, and give it its name; where it lies.

    Raises:
        UnavailableError: no room, no rights, or the copy does not hold what the collection holds.
    """
    folder = file.parent / "backups"
    target = folder / now.astimezone(UTC).strftime(_NAME)
    partial = target.with_suffix(".new")
    try:
        folder.mkdir(exist_ok=True)
        partial.unlink(missing_ok=True)
        _copy(connection, partial)
        put_in_place(partial, target)
    except OSError as error:
        raise refused(error, folder) from error
    except sqlite3.Error as error:
        raise explained(error, partial) from error
    finally:
        partial.unlink(missing_ok=True)
    for old in outlived(sorted(folder.glob("collection-*.db")), now):
        old.unlink(missing_ok=True)
    return target


def restore(folder: Path, chosen: Path, now: datetime) -> Path:
    """Put a backup in the collection's place; where the replaced collection now lies.

    Raises:
        BadInputError: `chosen` is no sound collection; nothing was changed.
        UnavailableError: the collection is open elsewhere, or the folder cannot be written.
    """
    lock = FolderLock(folder)
    try:
        _require_sound(chosen)
        file = folder / "collection.db"
        partial = folder / "collection.new"
        partial.unlink(missing_ok=True)
        aside = folder / "backups" / now.astimezone(UTC).strftime("replaced-%Y%m%dT%H%M%S%fZ.db")
        aside.parent.mkdir(exist_ok=True)
        shutil.copyfile(chosen, partial)
        if file.exists():
            _fold_log(file)
            shutil.copyfile(file, aside)  # copied, so that there is a collection at any moment
        for ending in ("-wal", "-shm"):  # what is left of a damaged one belongs to it alone
            part = file.with_name(file.name + ending)
            if part.exists():
                part.replace(aside.with_name(aside.name + ending))
        put_in_place(partial, file)
    except OSError as error:
        raise refused(error, folder) from error
    finally:
        lock.release()
    return aside


def outlived(files: Sequence[Path], now: datetime) -> list[Path]:
    """The backups thinning takes: the newest ten stay, one a day for two weeks, one a month."""
    kept: set[Path] = set(sorted(files)[-_NEWEST:])
    days: dict[str, Path] = {}
    months: dict[str, Path] = {}
    for file in sorted(files):
        made = datetime.strptime(file.name, _NAME).replace(tzinfo=UTC)
        if now - made < timedelta(days=_DAYS):
            days[made.strftime("%Y%m%d")] = file
        months[made.strftime("%Y%m")] = file
    kept |= set(days.values()) | set(list(months.values())[-_MONTHS:])
    return [file for file in files if file not in kept]


def _copy(connection: sqlite3.Connection, partial: Path) -> None:
    copy = connect(partial)
    try:
        connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
        _prove(copy, connection, partial)
    finally:
        copy.close()


def _prove(copy: sqlite3.Connection, original: sqlite3.Connection, partial: Path) -> None:
    verdict = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    same = verdict == "ok" and _counts(copy) == _counts(original)
    if not same:
        raise UnavailableError(
            f"The backup {partial} does not hold what the collection holds ({verdict}), so it was "
            "thrown away. Check the collection with `tfcards doctor` and the disk."
        )


def _counts(connection: sqlite3.Connection) -> list[int]:
    statements = [f"SELECT count(*) FROM {table}" for table in _COUNTED]  # noqa: S608 - names are ours, values are bound
    return [int(connection.execute(statement).fetchone()[0]) for statement in statements]


def _fold_log(file: Path) -> None:
    """Write what the log holds into the file itself, if it is sound enough for that."""
    connection = connect(file)
    with suppress(sqlite3.Error):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _require_sound(file: Path) -> None:
    try:
        connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            verdict = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
            ours = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
        finally:
            connection.close()
    except sqlite3.Error as error:
        verdict, ours = str(error), False
    if verdict != "ok" or not ours:
        raise BadInputError(
            f"{file} is not a sound collection ({verdict}). Nothing was changed; choose another "
            "backup."
        )
