"""`tfcards lab new` makes a lab that is proven as it comes."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tfcards.cli import app
from tfcards.errors import BadInputError
from tfcards.labs.content.manifest import load
from tfcards.labs.proving import proof, template


def run(data: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["--data", str(data), "lab", *words])
    return done.exit_code, str(done.exception or done.output)


def test_a_new_lab_is_proven(tmp_path: Path) -> None:
    folder = template.write(tmp_path, "09-blend", title="Blend", framework="none")
    lab = load(folder)
    assert (lab.id, lab.title, lab.folder) == ("09-blend", "Blend", folder)
    found = proof.check(lab, seeds=1)
    assert found.is_fine, found.text()
    assert [path.name for path in tmp_path.iterdir()] == ["09-blend"]


@pytest.mark.tensorflow
def test_a_new_lab_is_proven_with_tensorflow(tmp_path: Path) -> None:
    found = proof.check(load(template.write(tmp_path, "blend")), seeds=1)
    assert found.is_fine, found.text()


def test_the_command_makes_a_lab_among_ones_own(tmp_path: Path) -> None:
    code, printed = run(tmp_path, "new", "my-lab")
    assert code == 0, printed
    assert load(tmp_path / "own" / "labs" / "my-lab").title == "My lab"
    assert run(tmp_path, "new", "other", "--dir", str(tmp_path), "--title", "Two")[0] == 0
    assert load(tmp_path / "other").title == "Two"


@pytest.mark.parametrize(
    ("lab_id", "title", "framework", "words"),
    [
        ("My lab", "", "none", "cannot be a lab's id"),
        ("../up", "", "none", "cannot be a lab's id"),
        ("taken", "", "none", "is there already"),
        ("new", 'A "title"', "none", "without double quotes"),
        ("new", "", "torch", "tensorflow or none"),
    ],
)
def test_what_cannot_be_made_is_a_sentence(
    tmp_path: Path, lab_id: str, title: str, framework: str, words: str
) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(BadInputError, match=words):
        template.write(tmp_path, lab_id, title=title, framework=framework)
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
