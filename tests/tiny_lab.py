"""The tiny lab of the tests: NumPy only, so that a run takes about a second."""

import shutil
from pathlib import Path

from tfcards.labs import launch
from tfcards.labs.content.manifest import Lab, load
from tfcards.warm import fence

FOLDER = Path(__file__).parent / "data" / "labs" / "tiny"

# What can hold a run here: nothing but limits, a fence, walls.
FENCES = ["landlock"] if fence.version() >= fence.LEAST else []
WALLS = ["auto"] if launch.bubblewrap() else []
ISOLATIONS = ["basic", *FENCES, *WALLS]


def tiny() -> Lab:
    return load(FOLDER)


def solution(extra: str = "", *, before: str = "") -> dict[str, str]:
    """The reference solution, with code of a test before or after it."""
    text = (FOLDER / "solution" / "sums.py").read_text("utf-8")
    return {"sums.py": f"{before}\n{text}\n{extra}\n"}


def starter() -> dict[str, str]:
    return {"sums.py": (FOLDER / "starter" / "sums.py").read_text("utf-8")}


def copy(folder: Path, **changed: str) -> Path:
    """A copy of the lab that a test may change: `checks_py="…"` replaces checks.py."""
    target = folder / "tiny"
    shutil.copytree(FOLDER, target, ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in changed.items():
        stem, _, ending = name.rpartition("_")
        (target / f"{stem}.{ending}").write_text(text, "utf-8")
    return target
