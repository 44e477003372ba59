"""Files that cards show: bytes lie in `media/` under their own hash, the collection has the names.

A file under a name that is taken by other bytes gets a name of its own, so that nobody's picture
changes by an import. Names from imported files are never used as paths.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from tfcards.store.database import Database
from tfcards.store.disk import write
from tfcards.store.problems import refused


def adopt(database: Database, folder: Path | None, files: dict[str, bytes]) -> dict[str, str]:
    """Take files in; the names that had to be changed, old to new. No `folder` keeps no bytes.

    Raises:
        UnavailableError: the media folder cannot be written.
    """
    renamed: dict[str, str] = {}
    for name, data in files.items():
        digest = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        chosen = _free_name(database, name, digest)
        if chosen != name:
            renamed[name] = chosen
        if folder is not None:
            _keep(folder, digest, data)
        database.run(
            "INSERT INTO media (name, sha1, size) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (chosen, digest, len(data)),
        )
    return renamed


def read(database: Database, folder: Path, name: str) -> bytes | None:
    """The bytes of the file cards call `name`, or None."""
    found = database.row("SELECT sha1 FROM media WHERE name = ?", (name,))
    file = folder / str(found[0]) if found else None
    return file.read_bytes() if file is not None and file.is_file() else None


def used_in(database: Database, folder: Path, texts: Iterable[str]) -> dict[str, bytes]:
    """The files that these texts name."""
    held = [name for (name,) in database.rows("SELECT name FROM media ORDER BY name")]
    whole = "\n".join(texts) if held else ""
    found = {name: read(database, folder, name) for name in held if name in whole}
    return {name: data for name, data in found.items() if data is not None}


def missing(database: Database, folder: Path) -> list[str]:
    """Names whose bytes are gone."""
    rows = database.rows("SELECT name, sha1 FROM media ORDER BY name")
    return [name for name, digest in rows if not (folder / digest).is_file()]


def _free_name(database: Database, name: str, digest: str) -> str:
    taken = database.row("SELECT sha1 FROM media WHERE name = ?", (name,))
    if taken is None or taken[0] == digest:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{stem or ending}-{digest[:8]}{dot + ending if stem else ''}"


def _keep(folder: Path, digest: str, data: bytes) -> None:
    file = folder / digest
    try:
        folder.mkdir(exist_ok=True)
        if not file.is_file() or file.stat().st_size != len(data):
            write(file, data)
    except OSError as error:
        raise refused(error, folder) from error
