"""The learner's copy of a lab: never overwritten, never left, always recoverable."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_lab import copy, solution, starter, tiny

from tfcards.errors import BadInputError
from tfcards.labs.content.manifest import load
from tfcards.labs.workspace import Workspace, same_code

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def test_opening_copies_the_starter_and_never_over_work(tmp_path: Path) -> None:
    workspace = Workspace.open(tiny(), tmp_path)
    assert workspace.text("sums.py") == starter()["sums.py"]
    workspace.save("sums.py", "mine = 1\n")
    assert Workspace.open(tiny(), tmp_path).text("sums.py") == "mine = 1\n"


def test_a_lab_is_begun_when_something_else_is_written(tmp_path: Path) -> None:
    workspace = Workspace.open(tiny(), tmp_path)
    assert not workspace.is_begun
    workspace.save("sums.py", starter()["sums.py"] + "\n# a thought\n")
    assert not workspace.differs_from_starter()
    workspace.save("sums.py", solution()["sums.py"])
    assert workspace.differs_from_starter()
    assert workspace.is_begun


def test_reset_keeps_the_work_in_a_snapshot(tmp_path: Path) -> None:
    workspace = Workspace.open(tiny(), tmp_path)
    workspace.save("sums.py", "mine = 1\n")
    (workspace.work / "notes.txt").write_text("mine too")
    snapshot = workspace.reset(NOW)
    assert (snapshot / "sums.py").read_text() == "mine = 1\n"
    assert (snapshot / "notes.txt").read_text() == "mine too"
    assert workspace.text("sums.py") == starter()["sums.py"]
    assert "2026-03-10" in snapshot.name


def test_two_resets_in_one_moment_keep_both(tmp_path: Path) -> None:
    workspace = Workspace.open(tiny(), tmp_path)
    workspace.save("sums.py", "first = 1\n")
    first = workspace.reset(NOW)
    workspace.save("sums.py", "second = 2\n")
    second = workspace.reset(NOW)
    assert (first / "sums.py").read_text() == "first = 1\n"
    assert (second / "sums.py").read_text() == "second = 2\n"


@pytest.mark.parametrize("name", ["../sums.py", "/etc/passwd", "other.py", "", "sums.py/../x"])
def test_only_the_labs_files_can_be_read_or_written(tmp_path: Path, name: str) -> None:
    workspace = Workspace.open(tiny(), tmp_path)
    with pytest.raises(BadInputError, match="not a file of this lab"):
        workspace.save(name, "x")
    with pytest.raises(BadInputError, match="not a file of this lab"):
        workspace.text(name)


def test_a_link_out_of_the_workspace_is_refused(tmp_path: Path) -> None:
    workspace = Workspace.open(tiny(), tmp_path)
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    (workspace.work / "sums.py").unlink()
    (workspace.work / "sums.py").symlink_to(secret)
    with pytest.raises(BadInputError, match="leads out of the workspace"):
        workspace.save("sums.py", "x")
    assert secret.read_text() == "secret"


def test_the_labs_data_module_lies_beside_the_work_and_stays_the_labs(tmp_path: Path) -> None:
    lab = load(copy(tmp_path, data_py="ONE = 1\n"))
    workspace = Workspace.open(lab, tmp_path / "data")
    (workspace.work / "data.py").write_text("ONE = 2\n")
    Workspace.open(lab, tmp_path / "data")
    assert (workspace.work / "data.py").read_text() == "ONE = 1\n"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_survives_a_save(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    workspace = Workspace.open(tiny(), tmp_path_factory.mktemp("data"))
    workspace.save("sums.py", text)
    assert workspace.text("sums.py") == text


def test_code_is_compared_without_comments_and_spaces() -> None:
    assert same_code("x = 1\n", "x=1  # one\n\n")
    assert not same_code("x = 1\n", "x = 2\n")
    assert not same_code("x = (\n", "x = [\n")
    assert same_code("x = (\n", "x = (\n")
