"""A sealed folder tells what was changed; a lab changed during a run gives no grade."""

from pathlib import Path

import pytest
from tiny_lab import copy, solution

from tfcards.labs import running
from tfcards.labs.content.manifest import load
from tfcards.labs.result import Outcome
from tfcards.labs.supervision.seal import broken, seal

FORGED = """
from tfcards.labkit import check
for name in ("offset-added", "any-shape", "report"):
    globals()[name] = check(name, title=name)(lambda lab: lab.passed("forged"))
"""


def test_a_sealed_folder_tells_what_changed(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    sealed = seal(folder)
    assert broken(folder, sealed) == ()
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "checks.pyc").write_bytes(b"")
    (folder / "checks.py").touch()
    assert broken(folder, sealed) == ()
    (folder / "checks.py").write_text("")
    (folder / "hints.md").unlink()
    (folder / "numpy.py").symlink_to(folder / "lab.toml")
    assert broken(folder, sealed) == ("checks.py", "hints.md", "numpy.py")


@pytest.mark.parametrize(
    "harm",
    [
        "(lab / 'checks.py').write_text(FORGED)",
        "(lab / 'calibration.toml').write_text('[checks.report]\\nthreshold = 0')",
        "(lab / 'numpy.py').write_text('x = 1')",
        "(lab / 'checks.py').unlink()",
    ],
)
def test_a_lab_whose_content_was_changed_by_the_run_is_not_graded(
    tmp_path: Path, harm: str
) -> None:
    """Without a cage the learner's code can write where the learner can."""
    folder = copy(tmp_path)
    lab = load(folder)
    code = f"""
from pathlib import Path
lab = Path({str(folder)!r})
FORGED = {FORGED!r}
if __name__ == "__main__":
    {harm}
"""
    result = running.run(lab, {"sums.py": code}, tmp_path / "run", seed=1, isolation="basic")
    assert result.outcome is Outcome.GRADER_ERROR
    assert "own files were changed during the run" in result.message
    assert result.score == 0
    assert not result.counts


def test_a_lab_whose_content_was_changed_while_it_was_graded_is_not_graded(
    tmp_path: Path,
) -> None:
    folder = copy(tmp_path)
    code = f"""
from pathlib import Path
def add(values, offset):
    Path({str(folder / "checks.py")!r}).write_text("")
    return values + offset
"""
    result = running.run(
        load(folder), solution() | {"sums.py": code}, tmp_path / "run", seed=1, isolation="basic"
    )
    assert result.outcome is Outcome.GRADER_ERROR
    assert "changed during the run: checks.py" in result.message


def test_compiled_code_beside_the_checks_is_not_run(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    code = f"""
import importlib._bootstrap_external as external, importlib.util, pathlib
if __name__ == "__main__":
    checks = pathlib.Path({str(folder / "checks.py")!r})
    forged = compile({FORGED!r}, str(checks), "exec")
    unchecked = external._code_to_hash_pyc(forged, bytes(8), checked=False)
    cached = pathlib.Path(importlib.util.cache_from_source(str(checks)))
    cached.parent.mkdir(exist_ok=True)
    cached.write_bytes(unchecked)
"""
    result = running.run(
        load(folder), {"sums.py": code}, tmp_path / "run", seed=1, isolation="basic"
    )
    assert list(folder.glob("__pycache__/checks.*"))
    assert result.outcome is Outcome.FAILED
    assert result.score == 0
