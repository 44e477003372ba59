"""Copies what a run left for the judge: regular files only, no links, no more than a limit."""

import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 300 * 2**20
MOST_FILES: Final = 2000


def collect(names: Iterable[str], work: Path, targets: Iterable[Path]) -> list[tuple[str, int]]:
    """Copy the named files and folders into each target; what is refused is simply missing.

    Gives the paths copied and their bytes.
    """
    copied: list[tuple[str, int]] = []
    left = MOST_BYTES
    places = list(targets)
    for name in names:
        files = list(_files(work, work / name))[:MOST_FILES]
        size = sum(path.lstat().st_size for path in files)
        if not files or size > left:
            continue
        left -= size
        for path in files:
            _copy(path, [place / path.relative_to(work) for place in places])
        copied.append((name, size))
    return copied


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


def _copy(path: Path, targets: Iterable[Path]) -> None:
    for target in targets:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target, follow_symlinks=False)
