"""One run of a lab to look at: its result, its seconds, and what its folder should not hold."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tfcards.labs import running
from tfcards.labs.content.manifest import Lab
from tfcards.labs.result import FILE_NAME, Result


@dataclass(frozen=True, slots=True)
class Trial:
    """A finished run. `run_seconds` is the learner's program without its imports.

    `leaked` names what the judge keeps to itself and a file of the run folder holds all the same.
    """

    result: Result
    run_seconds: float
    leaked: tuple[str, ...]


def attempt(lab: Lab, files: Mapping[str, str], seed: int) -> Trial:
    """Run and grade these files in a folder of their own, which is then gone."""
    moments: dict[str, float] = {}

    def note(event: dict[str, Any]) -> None:
        if event["ev"] == "phase":
            moments[str(event.get("phase"))] = float(event["t"])

    with tempfile.TemporaryDirectory(prefix="tfcards-proof-") as folder:
        run_folder = Path(folder) / "1"
        result = running.run(lab, files, run_folder, seed=seed, on_event=note)
        leaked = tuple(_leaks(lab, files, run_folder, result))
    seconds = moments.get("ran", 0.0) - moments.get("run", 0.0)
    return Trial(result, round(max(seconds, 0.0), 3), leaked)


def _leaks(lab: Lab, files: Mapping[str, str], run_folder: Path, result: Result) -> list[str]:
    """Seed, checks and solution may not lie anywhere; the result alone tells the seed, after."""
    secrets = {
        "the judge's seed": str(result.judge_seed).encode(),
        "checks.py": (lab.folder / "checks.py").read_bytes(),
    }
    for name in lab.files:
        solved = (lab.solution / name).read_bytes()
        if solved.strip() and solved not in [text.encode() for text in files.values()]:
            secrets[f"solution/{name}"] = solved
    found = []
    for path in sorted(run_folder.rglob("*")):
        if not path.is_file() or path == run_folder / FILE_NAME:
            continue
        content = path.read_bytes()
        place = path.relative_to(run_folder)
        found += [f"{what} in {place}" for what, secret in secrets.items() if secret in content]
    return found
