"""Copies what a run left for the judge: regular files only, no links, no more than a limit."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 300 * 2**20
MOST_FILES: Final = 2000


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file or folder that a run left: its path, its size, the SHA-256 of each file in it."""

    path: str
    bytes: int
    digests: Mapping[str, str]


def collect(names: Iterable[str], work: Path, targets: Iterable[Path]) -> list[Artifact]:
    """Copy the named files and folders into each target; what is refused is simply missing."""
    collected: list[Artifact] = []
    left = MOST_BYTES
    places = list(targets)
    for name in names:
        files = list(_files(work, work / name))[:MOST_FILES]
        size = sum(path.lstat().st_size for path in files)
        if not files or size > left:
            continue
        left -= size
        digests = {}
        for path in files:
            relative = path.relative_to(work)
            digests[relative.as_posix()] = _copy(path, [place / relative for place in places])
        collected.append(Artifact(name, size, digests))
    return collected


def _files(work: Path, path: Path) -> Iterator[Path]:
    """The regular files at or below a path, if no link leads there."""
    parents = [path, *path.parents][: len(path.relative_to(work).parts)]
    if any(parent.is_symlink() for parent in parents):
        return
    if path.is_dir():
        for folder, folders, names in os.walk(path, followlinks=False):
            folders.sort()
            yield from (
                Path(folder) / name for name in sorted(names) if _regular(Path(folder) / name)
            )
    elif _regular(path):
        yield path


def _regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _copy(path: Path, targets: Iterable[Path]) -> str:
    content = path.read_bytes()
    for target in targets:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return hashlib.sha256(content).hexdigest()
