"""`lab check` tells a good lab from one whose solution fails or whose checks see nothing."""

from pathlib import Path

from tiny_lab import FOLDER, copy, tiny

from tfcards.labs import proof
from tfcards.labs.manifest import load


def text(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


def wrong(found: proof.Proof) -> dict[str, str]:
    return {finding.what: finding.message for finding in found.findings if not finding.is_fine}


def test_the_tiny_lab_is_proven() -> None:
    lines: list[str] = []
    found = proof.check(tiny(), seeds=2, on_progress=lines.append)
    assert found.is_fine, found.text()
    assert len(lines) == len(found.findings)
    assert "proven" in found.text()
    assert found.as_dict()["is_fine"] is True


def test_a_wrong_solution_that_passes_is_found(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    same = text("solution/sums.py").replace("values + offset", "offset + values")
    (folder / "wrong" / "forgets-offset" / "sums.py").write_text(same)
    found = proof.check(load(folder), seeds=1)
    assert list(wrong(found)) == ["wrong/forgets-offset fails offset-added"]
    assert "must fail, but is passed" in found.text()


def test_a_solution_that_fails_is_found(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    bad = text("solution/sums.py").replace("values + offset", "values - offset")
    (folder / "solution" / "sums.py").write_text(bad)
    message = wrong(proof.check(load(folder), seeds=1))["the solution passes on seed 1"]
    assert "offset-added (failed" in message


def test_what_the_files_alone_show_is_found(tmp_path: Path) -> None:
    folder = copy(
        tmp_path,
        hints_md="## 1. Add\n\nAdd.\n\n## 2. Leave a report\n\n### First\n",
        checks_py=text("checks.py").replace(
            "import numpy as np", "import numpy as np\nimport sums"
        ),
        host_py="import checks\n",
    )
    (folder / "starter" / "sums.py").write_text(text("solution/sums.py"))
    (folder / "wrong" / "forgets-offset" / "sums.py").write_text(text("solution/sums.py"))
    found = wrong(proof.check(load(folder), seeds=1))
    assert {
        "the starter marks task 1",
        "the starter marks task 2",
        "task 2 has a hint",
        "the starter is not the solution",
        "wrong/forgets-offset differs from the solution",
        "nothing the learner gets shows the solution",
        "the checks import no learner code",
        "the starter fails",
    } <= set(found)
    assert "task 1 has a hint" not in found
