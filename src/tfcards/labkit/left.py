"""What a run left for the judge: submitted files, and artifacts proven unchanged. No processes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tfcards.labkit.api import LearnerError


@dataclass(frozen=True, slots=True)
class Left:
    """The judge's folder. `artifacts` has, for each artifact, the SHA-256 of each of its files."""

    folder: Path
    artifacts: Mapping[str, Mapping[str, str]]

    def artifact(self, path: str) -> Path:
        """Where the artifact lies. Raises LearnerError when it is missing or was changed."""
        digests = self.artifacts.get(path)
        if digests is None:
            raise LearnerError(f"Your run did not leave `{path}`. Save it there and run again.")
        place = self.folder / "artifacts"
        found = {one for one in (place / path).rglob("*") if one.is_file()} or {place / path}
        if {place / name for name in digests} != found or not all(
            _digest(place / name) == digest for name, digest in digests.items()
        ):
            raise LearnerError(f"`{path}` was changed after your run had ended.")
        return place / path

    def source(self, name: str) -> str:
        """The text of a submitted file."""
        return (self.folder / "files" / name).read_text("utf-8", "replace")


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
