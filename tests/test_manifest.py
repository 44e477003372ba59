"""Labs are read from lab.toml and checks.py without running anything."""

from pathlib import Path

import pytest
from tiny_lab import FOLDER, copy, tiny

from tfcards.core.unlock import Requirement
from tfcards.labs.content.manifest import LabError, discover, load


def manifest() -> str:
    return (FOLDER / "lab.toml").read_text("utf-8")


def checks() -> str:
    return (FOLDER / "checks.py").read_text("utf-8")


def test_a_lab_is_read_with_its_checks() -> None:
    lab = tiny()
    assert (lab.id, lab.entry, lab.files, lab.framework) == (
        "tiny",
        "sums.py",
        ("sums.py",),
        "none",
    )
    assert lab.requirement == Requirement(("tensors::creating",), 0.8, 0.8, ())
    assert [check.id for check in lab.checks] == ["offset-added", "any-shape", "report"]
    assert lab.checks[0].cards == ("np-add",)
    assert lab.checks[1].after == ("offset-added",)
    assert not lab.checks[1].visible
    assert lab.points == 4
    assert lab.wrong[0].fails == "offset-added"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('title = "Add and scale"\n', "", "`title` is missing"),
        ("minutes = 1", 'minutes = "soon"', "`minutes`"),
        ("format = 1", "format = 2", "`format`"),
        ("stage = 1", "stage = 1\nflavour = 3", "`flavour` is not known"),
        ('entry = "sums.py"', 'entry = "../sums.py"', "leads out of the lab"),
        ('entry = "sums.py"', 'entry = "other.py"', "not among `files`"),
        ('id = "tiny"', 'id = "other"', "make them equal"),
        ('fails = "offset-added"', 'fails = "nothing"', "which is not there"),
        ('folder = "forgets-offset"', 'folder = "absent"', "is no folder"),
        ("stage = 1", "stage =", "is not TOML"),
    ],
)
def test_a_wrong_manifest_is_a_sentence(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in manifest()
    folder = copy(tmp_path, lab_toml=manifest().replace(old, new))
    with pytest.raises(LabError, match=r"lab\.toml|absent") as caught:
        load(folder)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('cards=("np-add",)', "cards=CARDS", "must be a constant"),
        ("points=2", "points=0", "above 0"),
        ("points=2", "worth=2", "no argument 'worth'"),
        ('"offset-added", title', '"Offset added", title', "small letters"),
        ('@check("report"', '@check("any-shape"', "comes twice"),
        ('after=("offset-added",)', 'after=("report",)', "does not stand before it"),
        ("task=2", "task=7", "belongs to task 7"),
        ('cards=("np-sum",)', 'cards=("np-sum")', "tuple of texts"),
        ("def report(lab: Lab)", "def report(lab: Lab", "is not Python"),
    ],
)
def test_wrong_checks_are_a_sentence(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in checks()
    folder = copy(tmp_path, checks_py=checks().replace(old, new))
    with pytest.raises(LabError, match=r"checks\.py") as caught:
        load(folder)
    assert words in str(caught.value)


def test_a_lab_without_checks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="has no check"):
        load(copy(tmp_path, checks_py="x = 1\n"))


def test_checks_are_never_imported(tmp_path: Path) -> None:
    folder = copy(tmp_path, checks_py=checks() + "\nraise SystemExit('imported')\n")
    assert len(load(folder).checks) == 3


def test_discovery_tells_of_a_wrong_lab_and_loads_the_others(tmp_path: Path) -> None:
    copy(tmp_path / "first")
    copy(tmp_path / "again")
    copy(tmp_path / "wrong", lab_toml="format = 1\n")
    labs, problems = discover([tmp_path / "first", tmp_path / "again", tmp_path / "wrong"])
    assert [lab.folder for lab in labs] == [tmp_path / "first" / "tiny"]
    assert any("is taken by" in problem.message for problem in problems)
    assert any(problem.file == tmp_path / "wrong" / "tiny" / "lab.toml" for problem in problems)


def test_discovery_of_a_folder_that_is_not_there_finds_nothing(tmp_path: Path) -> None:
    assert discover([tmp_path / "absent"]) == ([], [])
