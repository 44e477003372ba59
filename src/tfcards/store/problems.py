"""What SQLite's and the disk's complaints mean for the learner, as sentences. No database here."""

import sqlite3
from pathlib import Path

from tfcards.errors import UnavailableError


def explained(error: sqlite3.Error, file: Path) -> Exception:
    """The error to raise in place of `error`; one that only a bug can cause comes back as it is."""
    sentence = _sentence(getattr(error, "sqlite_errorcode", 0) & 0xFF, file)
    return UnavailableError(sentence) if sentence else error


def damaged(file: Path, how: str) -> UnavailableError:
    """A collection file that cannot be trusted, and the way out."""
    return UnavailableError(
        f"The collection {file} is damaged: {how}. It was left as it is. "
        f"Put a backup from {file.parent / 'backups'} in its place with `tfcards restore`."
    )


def refused(error: OSError, what: Path) -> UnavailableError:
    """A folder or file the system would not let us use."""
    reason = error.strerror or str(error)
    return UnavailableError(
        f"{what} cannot be used: {reason}. Check that the folder exists, that you may write there "
        "and that the disk has room, or choose another folder with --data."
    )


def _sentence(code: int, file: Path) -> str:
    """What SQLite's result code means to the learner; empty if only a bug can cause it."""
    rights = f"{file} cannot be opened for writing. Check the rights of the file and its folder."
    busy = f"Another program is using {file}. Close it and try again."
    broken = str(damaged(file, "SQLite cannot read it"))
    sentences = {
        sqlite3.SQLITE_FULL: f"The disk that holds {file} is full, so the last change was not "
        "saved and nothing else was touched. Free some space and do it again.",
        sqlite3.SQLITE_IOERR: f"The disk that holds {file} reports an error, so the last change "
        "was not saved. Check the disk and its free space, then do it again.",
        sqlite3.SQLITE_CORRUPT: broken,
        sqlite3.SQLITE_NOTADB: broken,
        sqlite3.SQLITE_BUSY: busy,
        sqlite3.SQLITE_LOCKED: busy,
        sqlite3.SQLITE_READONLY: rights,
        sqlite3.SQLITE_CANTOPEN: rights,
        sqlite3.SQLITE_PERM: rights,
    }
    return sentences.get(code, "")
