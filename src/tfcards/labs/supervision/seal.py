"""Tells whether what the judge will read was changed while the learner's code ran."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

PASSED_OVER: Final = "__pycache__"


def seal(folder: Path) -> Mapping[str, str]:
    """The SHA-256 of each file in a folder, by path; a link counts as what it leads to."""
    digests = {}
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if PASSED_OVER not in relative.parts and path.is_file():
            digests[relative.as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return digests


def broken(folder: Path, sealed: Mapping[str, str]) -> tuple[str, ...]:
    """The files that were changed, added or taken away since the folder was sealed."""
    now = seal(folder)
    names = sorted({*now, *sealed})
    return tuple(name for name in names if now.get(name) != sealed.get(name))
