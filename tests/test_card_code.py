"""Running the code of a card: kept with the note, shown below the card, given up on request."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tfcards.core.draft import Draft, DraftNote
from tfcards.core.model import Kind, Note
from tfcards.labs.card_code.snippets import SnippetResult
from tfcards.sessions.card_code import CardCode, headline, report
from tfcards.store import Collection
from tfcards.store.migrations import MIGRATIONS
from tfcards.ui.review.page import ReviewPage
from tfcards.ui.rooms import Room
from tfcards.ui.window import MainWindow

CODE = "```python\nprint(int(tf.add(1, 2)))\n```\n```output\n3\n```"
SQL = "```sql\nSELECT 1, NULL;\n```\n```output\n1 | NULL\n```"
FINE = SnippetResult(
    "a", ok=True, message="", output="3\n", seconds=0.4, versions={"TensorFlow": "2.21.0"}
)


@pytest.fixture
def collection(tmp_path: Path, clock) -> Iterator[Collection]:
    opened = Collection.open(tmp_path / "data", now=clock(), zone="Europe/Berlin")
    fields = {"Question": "What does it print?", "Answer": CODE}
    notes = (
        DraftNote("a", Kind.BASIC, "Small", fields),
        DraftNote("b", Kind.BASIC, "Small", {"Question": "No code?", "Answer": "None."}),
        DraftNote("c", Kind.BASIC, "Small", {"Question": "Which row?", "Answer": SQL}),
    )
    opened.add(Draft("test", notes), clock())
    yield opened
    opened.close()


def note(collection: Collection, guid: str) -> Note:
    found = collection.note_by_guid(guid)
    assert found is not None
    return found


def test_a_run_is_remembered_until_the_code_changes(collection: Collection, clock):
    code = CardCode(collection, clock)
    before = note(collection, "a")
    assert code.verified(before) == ""
    code.keep(before, FINE)
    expected = "Run on 2026-03-10 with TensorFlow 2.21.0: it does what the card says."
    assert code.verified(before) == expected
    assert collection.undo_label != "Run"
    other = {**before.fields, "Question": "And this?"}
    collection.edit_note(before.id, other, (), clock())
    assert code.verified(note(collection, "a")) == expected  # the code is the same
    collection.undo()
    assert code.verified(note(collection, "a")) == expected  # a run is no step
    collection.edit_note(before.id, {**other, "Answer": CODE.replace("1, 2", "2, 2")}, (), clock())
    assert code.verified(note(collection, "a")) == ""


def test_a_run_that_failed_is_said_so(collection: Collection, clock):
    code = CardCode(collection, clock)
    wrong = SnippetResult("a", ok=False, message="it printed 4", output="4\n", seconds=1.0)
    code.keep(note(collection, "a"), wrong)
    assert "did not do what the card says" in code.verified(note(collection, "a"))
    assert report(wrong) == "4\n\nit printed 4"
    refused = replace(FINE, output="", raised=("ValueError: bad",))
    assert report(refused) == "Raised, as it should: ValueError: bad"
    assert headline(FINE) == "It does what the card says · TensorFlow 2.21.0 · 0.4 s"


def test_code_that_names_no_tensorflow_runs_without(collection: Collection, clock):
    code = CardCode(collection, clock)
    assert code.runs_tensorflow(note(collection, "a"))
    assert not code.runs_tensorflow(note(collection, "b"))
    sql = note(collection, "c")
    assert not code.runs_tensorflow(sql)
    task = code.task(sql)
    assert task is not None
    result = task.run()
    assert (result.ok, result.output) == (True, "1 | NULL\n"), result.message
    assert list(result.versions) == ["SQLite"]
    code.keep(sql, result)
    assert code.verified(sql) == "Run on 2026-03-10: it does what the card says."


def test_notes_without_code_have_nothing_to_run(collection: Collection, clock):
    assert CardCode(collection, clock).task(note(collection, "b")) is None


def test_an_older_collection_learns_to_remember_runs(tmp_path: Path, clock):
    Collection.open(tmp_path, now=clock(), migrations=()).close()
    file = tmp_path / "collection.db"
    with sqlite3.connect(file) as database:
        database.execute("DROP TABLE snippet_runs")  # as version 1 was
        database.execute("DROP TABLE sections")
    opened = Collection.open(tmp_path, now=clock(), migrations=MIGRATIONS)
    assert opened.check() == []
    assert opened.snippet_run("a") is None
    opened.close()


@pytest.fixture
def page(window: MainWindow) -> ReviewPage:
    window.study(None)
    page = window.page(Room.REVIEW)
    assert isinstance(page, ReviewPage)
    return page


def test_the_answer_comes_first(page: ReviewPage, qtbot):
    with qtbot.waitSignal(page.told) as told:
        qtbot.keyClick(page, Qt.Key.Key_R)
    assert "Show the answer first" in told.args[0]
    assert not page.code.is_running


@pytest.mark.tensorflow
def test_r_runs_the_code_below_the_card(page: ReviewPage, qtbot, collection: Collection):
    assert page.session is not None
    assert page.session.note is not None
    assert page.session.note.guid == "a"
    page.reveal()
    with qtbot.waitSignal(page.code.finished, timeout=120_000):
        qtbot.keyClick(page, Qt.Key.Key_R)
        assert page.code.is_running
        assert "Running" in page.code.status.text()
        assert page.code.cancel_button.isVisible()
    assert page.code.output.toPlainText() == "3"
    assert "TensorFlow 2." in page.code.status.text()
    run = collection.snippet_run("a")
    assert run is not None
    assert run.problem == ""


@pytest.mark.tensorflow
def test_a_run_can_be_given_up(page: ReviewPage, qtbot, collection: Collection):
    page.reveal()
    with qtbot.waitSignal(page.code.finished, timeout=30_000):
        qtbot.keyClick(page, Qt.Key.Key_R)
        page.code.cancel()
    assert page.code.status.text() == "Cancelled"
    assert collection.snippet_run("a") is None
