"""The decks that are shipped: their form, their size, and that their code runs."""

from collections import Counter
from pathlib import Path

import pytest

from tfcards import formats
from tfcards.core.markdown import key_points, options
from tfcards.core.model import Kind
from tfcards.sessions import deck_check

# The formula library finds its files by a call that Python 3.11 and 3.12 call deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:path is deprecated:DeprecationWarning")

DECKS = Path(__file__).parent.parent / "decks"
FILES = sorted(DECKS.rglob("*.md"))
TENSORFLOW = [file for file in FILES if file.parent.name == "tensorflow"]
STAGES = sorted((DECKS / "tensorflow").glob("[01][0-9]-*.md"))[:10]
SEED_QUESTIONS = {
    "interview-eager-vs-graph",
    "interview-tf-data",
    "interview-callbacks",
    "interview-distribution",
    "interview-mobile",
}
TENSOR_SECTIONS = (
    "creating",
    "shapes",
    "dtypes",
    "indexing",
    "broadcasting",
    "variables",
    "ragged-sparse",
    "math",
)
NEXT_STACK = ("tfx", "tuner", "hub", "tfjs", "onnx")
TENSOR_KINDS = {
    Kind.BASIC: 10,
    Kind.REVERSE: 2,
    Kind.CLOZE: 6,
    Kind.CHOICE: 8,
    Kind.TYPED: 4,
    Kind.OUTPUT: 10,
    Kind.CODE: 4,
}


def notes(name):
    return formats.read(DECKS / "tensorflow" / name).notes


def test_shipped_decks_have_no_problem():
    report = deck_check.check([DECKS], shipped=True)
    assert report.is_fine, report.text()


def test_deck_ids_and_names_are_unique():
    about = [formats.read(file).about for file in FILES]
    for key in ("id", "deck"):
        counts = Counter(entry[key] for entry in about)
        assert not [name for name, count in counts.items() if count > 1]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_card_ids_begin_with_the_deck_id(file):
    draft = formats.read(file)
    prefix = draft.about["id"] + "-"
    assert [note.guid for note in draft.notes if not note.guid.startswith(prefix)] == []


@pytest.mark.parametrize("file", STAGES, ids=lambda file: file.stem)
def test_every_section_of_a_stage_but_the_first_says_what_it_builds_on(file):
    sections = formats.read(file).sections
    assert [section.name for section in sections if not section.needs][1:] == []
    assert sections[0].needs or file == STAGES[0]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_wrong_options_say_why(file):
    silent = [
        (note.guid, option.text)
        for note in formats.read(file).notes
        if note.kind is Kind.CHOICE
        for option in options(note.fields["Answer"])
        if not option.right and not option.reason
    ]
    assert silent == []


def test_right_options_stand_in_different_places():
    places = Counter(
        [option.right for option in options(note.fields["Answer"])].index(True)
        for note in notes("01-tensors.md")
        if note.kind is Kind.CHOICE
    )
    assert max(places.values()) <= places.total() / 2


def test_tensor_deck_uses_every_kind():
    kinds = Counter(note.kind for note in notes("01-tensors.md"))
    too_few = {kind: kinds[kind] for kind, least in TENSOR_KINDS.items() if kinds[kind] < least}
    assert too_few == {}
    assert kinds.total() >= 45


def test_tensor_deck_has_the_sections_labs_refer_to():
    tags = {tag for note in notes("01-tensors.md") for tag in note.tags}
    assert {f"tensors::{section}" for section in TENSOR_SECTIONS} <= tags


def test_interview_deck_answers_the_five_questions_and_more():
    by_id = {note.guid: note for note in notes("interview.md")}
    assert set(by_id) >= SEED_QUESTIONS
    assert len(by_id) >= 68
    for guid in SEED_QUESTIONS:
        assert 4 <= len(key_points(by_id[guid].fields["Key points"])) <= 6, guid


def test_interview_cards_have_key_points_and_a_level():
    for note in notes("interview.md"):
        assert len(key_points(note.fields["Key points"])) >= 3, note.guid
        assert {f"level::{level}" for level in (1, 2, 3)} & set(note.tags), note.guid


def test_interview_deck_has_questions_of_every_level():
    levels = Counter(tag for note in notes("interview.md") for tag in note.tags)
    assert min(levels[f"level::{level}"] for level in (1, 2, 3)) >= 18


def test_next_stack_deck_has_cards_on_every_recommendation():
    tags = Counter(tag for note in notes("11-next-stack.md") for tag in note.tags)
    assert min(tags[f"next::{section}"] for section in NEXT_STACK) >= 7


@pytest.mark.parametrize("subject", ["python", "sql"])
def test_decks_on_other_subjects_run_without_tensorflow(subject):
    report = deck_check.check([DECKS / subject], run=True)
    assert report.is_fine, report.text()
    assert report.ran > 30
    assert "TensorFlow" not in report.versions


@pytest.mark.tensorflow
@pytest.mark.parametrize("file", TENSORFLOW, ids=lambda file: file.stem)
def test_every_snippet_runs_and_prints_what_the_card_says(file):
    report = deck_check.check([file], beside=[DECKS], run=True, workers=2)
    assert report.is_fine, report.text()
