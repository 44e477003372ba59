"""`lab check` tells a good lab from one whose solution fails or whose checks see nothing."""

from pathlib import Path

import pytest
from tiny_lab import FOLDER, copy, solution, tiny

from tfcards.labs.content.declared import LabError
from tfcards.labs.content.manifest import load
from tfcards.labs.proving import proof, trial, verdicts
from tfcards.labs.proving.reading import findings_of_files
from tfcards.labs.result import CheckResult, Outcome, Result


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
    assert "solution" in found.text()
    form = found.as_dict()
    assert form["is_fine"] is True
    assert 0 < form["timing"]["run"] < form["timing"]["whole"] < form["seconds"]


def test_variants_are_proven_too(tmp_path: Path) -> None:
    manifest = text("lab.toml").replace("stage = 1", "stage = 1\nvariant_tasks = [1]")
    folder = copy(tmp_path, lab_toml=manifest[: manifest.index("[[wrong]]")])
    found = proof.check(load(folder), seeds=1)
    variants = [one for one in found.findings if "variant" in one.what]
    assert [(one.what, one.is_fine) for one in variants] == [
        ("the variant of task 1: the starter fails", True),
        ("the variant of task 1: the solution passes", True),
    ]
    begun = text("solution/sums.py").replace("def add(", "def add(  # TODO(1)\n    ")
    (folder / "starter" / "sums.py").write_text(begun.replace("return values", "return 1 * values"))
    failed = wrong(proof.check(load(folder), seeds=1))["the variant of task 1: the starter fails"]
    assert failed.startswith("every check passes on it")


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


def test_a_solution_that_is_nearly_too_slow_is_found(tmp_path: Path) -> None:
    slow = text("solution/sums.py").replace("report written", "report written; sleeps")
    slow = slow.replace("    print(", "    import time\n\n    time.sleep(1.3)\n    print(")
    manifest = text("lab.toml").replace("seconds = 10\nimport", "seconds = 2\nimport")
    folder = copy(tmp_path, lab_toml=manifest[: manifest.index("[[wrong]]")])
    (folder / "solution" / "sums.py").write_text(slow)
    found = wrong(proof.check(load(folder), seeds=1))
    assert (
        "of 2 s; raise `limits.seconds`"
        in found["the solution stays within 60 % of its time limits"]
    )
    assert found["it has at least 4 wrong solutions"] == "there are 0; write more"


def test_a_check_near_its_time_limit_is_found() -> None:
    checks = (CheckResult("report", "Report", 1, seconds=13.0),)
    one = trial.Trial(Result("tiny", Outcome.PASSED, "", checks, 1), 1.0, ())
    timing = verdicts.Timing(limit=10).with_trial(tiny(), one)
    assert timing.problem() == "check report took 13.0 s, 65% of its limit; raise its timeout"


def test_quoting_the_solution_is_found(tmp_path: Path) -> None:
    lines = text("solution/sums.py").splitlines()[-7:]
    folder = copy(tmp_path, instructions_md="# Add\n\n```python\n" + "\n".join(lines) + "\n```\n")
    found = dict(findings_of_files(load(folder)))
    assert "instructions.md has these lines" in found["nothing the learner gets shows the solution"]


def test_a_secret_in_the_run_folder_is_found(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    (folder / "data.py").write_text(text("checks.py"))
    found = trial.attempt(load(folder), solution(), 1)
    assert "checks.py in work/data.py" in found.leaked


def test_cards_that_are_in_no_deck_are_a_warning() -> None:
    known = {"np-add", "tensors::creating"}
    ((what, message),) = verdicts.warnings(tiny(), known)
    assert (what, message) == ("the cards it names exist", "no deck has np-sum")
    finding = proof.Finding(what, False, message, is_warning=True)
    assert proof.Proof("tiny", (finding,)).is_fine
    assert "! the cards it names exist" in proof.Proof("tiny", (finding,)).text()


def test_a_lab_that_cannot_be_read_is_not_proven(tmp_path: Path) -> None:
    folder = copy(tmp_path, lab_toml="format = 1\n")
    with pytest.raises(LabError) as caught:
        load(folder)
    found = proof.unreadable("tiny", caught.value.problems)
    assert not found.is_fine
    assert "`title` is missing" in found.text()
