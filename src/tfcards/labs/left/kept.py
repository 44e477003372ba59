"""What runs and snapshots left of a lab's files, to be looked at again. Changes nothing."""

from collections.abc import Iterable
from pathlib import Path

from tfcards.labs import result


def run_folder(lab_folder: Path, seed: int, judge_seed: int) -> Path | None:
    """The folder of the run with these seeds below a lab's folder, if it is still there."""
    mark = str(judge_seed).encode()
    for runs in (lab_folder / "runs", *sorted(lab_folder.glob("again/*/runs"))):
        for run in _newest_first(runs):
            found = result.read(run) if mark in _content(run / result.FILE_NAME) else None
            if found is not None and (found.seed, found.judge_seed) == (seed, judge_seed):
                return run
    return None


def texts(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Those of the named files that lie in the folder and are text."""
    found = {}
    for name in names:
        try:
            found[name] = (folder / name).read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
    return found


def _newest_first(runs: Path) -> list[Path]:
    numbered = [path for path in runs.glob("*") if path.name.isdecimal()]
    return sorted(numbered, key=lambda path: int(path.name), reverse=True)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
