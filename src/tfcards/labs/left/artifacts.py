"""Copies what a run left for the judge: regular files only, no links, no more than a limit."""

import contextlib
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tfcards.errors import UnavailableError
from tfcards.labs.linkless import files_below, leads_away, open_file

MOST_BYTES: Final = 300 * 2**20
MOST_FILES: Final = 2000
PIECE: Final = 2**20  # bytes


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
        files = _files(work, name)[:MOST_FILES]
        size = sum(count for _, count in files)
        if not files or size > left:
            continue
        with contextlib.suppress(UnavailableError):  # gone, or a link by now
            digests = {path: _copy(work, path, places) for path, _ in files}
            left -= size
            collected.append(Artifact(name, size, digests))
    return collected


def _files(work: Path, name: str) -> list[tuple[str, int]]:
    """The regular files at or below a path with their sizes, if no link leads there."""
    path = work / name
    ways = [path, *path.parents][: len(path.relative_to(work).parts) + 1]
    if any(leads_away(way) for way in ways):
        return []
    with contextlib.suppress(OSError):  # it may lie in a folder that cannot be entered
        if path.is_file():
            return [(name, path.stat().st_size)]
    found = files_below(path)
    return sorted((file.relative_to(work).as_posix(), size) for file, size in found)


def _copy(work: Path, path: str, targets: Sequence[Path]) -> str:
    """Its SHA-256. Raises UnavailableError when it cannot be opened by a way without links."""
    digest = hashlib.sha256()
    with open_file(work, path) as source, contextlib.ExitStack() as stack:
        copies = []
        for target in targets:
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            copies.append(stack.enter_context((target / path).open("wb")))
        while piece := source.read(PIECE):
            digest.update(piece)
            for copy in copies:
                copy.write(piece)
    return digest.hexdigest()
