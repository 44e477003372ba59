"""The shipped labs are what they claim: starters fail, solutions pass, wrong ones fail as named."""

import faulthandler
from collections.abc import Iterator

import pytest

from tfcards import formats
from tfcards.labs import warm
from tfcards.labs.content import manifest
from tfcards.labs.content.manifest import Lab
from tfcards.labs.proving import proof
from tfcards.paths import content_folder

SEEDS = 1  # `tfcards lab check --all` takes five; each costs a whole run
LABS, PROBLEMS = manifest.discover([content_folder("labs")])
DECKS = sorted(content_folder("decks").glob("*/*.md"))


def test_every_lab_folder_can_be_read() -> None:
    assert [str(problem) for problem in PROBLEMS] == []
    folders = {path.parent.name for path in content_folder("labs").glob("*/lab.toml")}
    assert {lab.id for lab in LABS} == folders


@pytest.fixture(scope="module")
def known() -> set[str]:
    """Ids and tags of all shipped cards."""
    notes = [note for path in DECKS for note in formats.read(path).notes]
    return {note.guid for note in notes} | {tag for note in notes for tag in note.tags}


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.id)
def test_a_lab_names_cards_and_labs_that_exist(lab: Lab, known: set[str]) -> None:
    named = {card for check in lab.checks for card in check.cards} | set(lab.requirement.cards)
    assert sorted(named - known) == []
    assert set(lab.requirement.labs) <= {other.id for other in LABS} - {lab.id}


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.id)
def test_a_lab_has_enough_wrong_solutions_and_hints(lab: Lab) -> None:
    folders = {path.name for path in (lab.folder / "wrong").iterdir()}
    assert folders == {wrong.folder for wrong in lab.wrong}
    assert len(folders) >= 6
    tiers = (lab.folder / "hints.md").read_text("utf-8").split("\n## ")[1:]
    assert len(tiers) == len(lab.tasks)
    assert all(part.count("\n### ") >= 2 for part in tiers)


@pytest.fixture(scope="module")
def served() -> Iterator[None]:
    """Warm starts, as `tfcards lab check` has them: an import for each process takes minutes."""
    with warm.served():
        yield


@pytest.mark.tensorflow
@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.id)
def test_a_lab_proves_itself(lab: Lab) -> None:
    faulthandler.cancel_dump_traceback_later()  # minutes of child processes are no hang
    found = proof.check(lab, seeds=SEEDS, on_progress=print)
    assert found.is_fine, found.text()
