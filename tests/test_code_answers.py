"""Code cards in the window: typed in an editor, run by key or button, judged, and kept."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tfcards.core.draft import Draft, DraftNote
from tfcards.core.model import Kind, Rating
from tfcards.store import Collection
from tfcards.ui.code.box import CodeBox
from tfcards.ui.help import SHORTCUTS
from tfcards.ui.review.page import ReviewPage
from tfcards.ui.rooms import Room
from tfcards.ui.window import MainWindow

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NO_KEY = Qt.KeyboardModifier.NoModifier
RIGHT = "def double(x):\n    return x + x"


@pytest.fixture
def collection(tmp_path: Path, clock):
    opened = Collection.open(tmp_path / "data", now=clock(), zone="Europe/Berlin")
    double = {
        "Question": "Write `double(x)`.",
        "Answer": "```python\ndef double(x):\n    return x * 2\n```",
        "Assertions": "```python\nassert double(2) == 4\nassert double('a') == 'aa'\n```",
    }
    rows = {
        "Question": "Select one.",
        "Answer": "```sql\nSELECT 1;\n```",
        "Assertions": "```output\n1\n```",
    }
    notes = (
        DraftNote("double", Kind.CODE, "Small", double),
        DraftNote("rows", Kind.CODE, "Small", rows),
    )
    opened.add(Draft("test", notes), clock())
    yield opened
    opened.close()


@pytest.fixture
def page(window: MainWindow) -> ReviewPage:
    window.study(None)
    page = window.page(Room.REVIEW)
    assert isinstance(page, ReviewPage)
    assert page.session.note.guid == "double"
    return page


def run(qtbot, page: ReviewPage, key=Qt.Key.Key_Return, modifier=CTRL) -> str:
    """Press the keys that run, and wait; the line that says how it went."""
    with qtbot.waitSignal(page.code.finished, timeout=60_000):
        qtbot.keyClick(QApplication.focusWidget(), key, modifier)
        assert page.code.is_running, page.code.status.text()
        assert "Running your code" in page.code.status.text()
    return page.code.status.text()


def test_code_is_typed_and_errors_are_marked(page: ReviewPage, qtbot):
    box = page.desk.box
    assert isinstance(box, CodeBox)
    assert box.hasFocus()
    assert not page.desk.run_typed.isEnabled()
    qtbot.keyClicks(box, "def double(r):")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.keyClicks(box, "return r + R")
    assert box.toPlainText() == "def double(r):\n    return r + R"  # R is a letter here
    assert run(qtbot, page).startswith("✗ Your code raised NameError on line 2")
    assert "name 'R' is not defined" in page.code.output.toPlainText()
    assert box.errors == {2: "Your code raised NameError on line 2"}
    assert not page.session.revealed
    assert box.hasFocus()
    box.setPlainText(RIGHT)
    assert run(qtbot, page).startswith("✓ All 2 assertions hold · Python 3.")
    assert box.errors == {}
    assert page.session.suggested is Rating.HARD


def test_what_was_typed_is_kept_through_answer_run_and_undo(page: ReviewPage, qtbot, collection):
    box = page.desk.box
    box.setPlainText(RIGHT)
    run(qtbot, page)
    qtbot.keyClick(box, Qt.Key.Key_Return, CTRL | SHIFT)
    assert page.session.revealed
    assert page.desk.reason.text() == "All assertions held at the first try."
    shown = page.desk.view.toPlainText()
    assert "-     return x + x" in shown
    assert "+     return x * 2" in shown
    assert page.code.status.text().startswith("✓")  # what was learned is still there

    assert run(qtbot, page, Qt.Key.Key_R, NO_KEY).startswith("✓ All 2")
    assert page.session.suggested is Rating.GOOD
    assert collection.snippet_run("double") is None  # only the reference verifies a card
    page.rate(Rating.HARD)
    assert page.session.note.guid == "rows"
    page.undo()
    assert page.desk.box is box
    assert box.toPlainText() == RIGHT
    assert page.desk.run_typed.isEnabled()


def test_a_run_after_the_answer_shows_changes_the_suggestion(page: ReviewPage, qtbot):
    page.desk.box.setPlainText("def double(x):\n    return 4")
    qtbot.mouseClick(page.desk.show_answer, Qt.MouseButton.LeftButton)
    assert page.session.suggested is Rating.GOOD
    with qtbot.waitSignal(page.code.finished, timeout=60_000):
        qtbot.mouseClick(page.code.run_button, Qt.MouseButton.LeftButton)
    assert page.code.status.text().startswith("✗ The assertion on line 2 does not hold")
    assert "double('a') is 4" in page.code.output.toPlainText()
    assert page.desk.reason.text() == "Not all assertions held."
    assert page.desk.ratings.buttons[Rating.AGAIN]._is_suggested


def test_stop_ends_an_endless_loop_and_judges_nothing(page: ReviewPage, qtbot):
    page.desk.box.setPlainText("while True:\n    pass")
    qtbot.mouseClick(page.desk.run_typed, Qt.MouseButton.LeftButton)
    assert page.code.is_running
    with qtbot.waitSignal(page.code.finished, timeout=60_000):
        qtbot.mouseClick(page.code.cancel_button, Qt.MouseButton.LeftButton)
    assert page.code.status.text() == "Cancelled"
    page.reveal()
    assert page.session.suggested is Rating.GOOD
    assert page.desk.reason.text() == ""


def test_without_typing_the_reference_runs_and_says_so(page: ReviewPage, qtbot, collection):
    page.desk.show_answer.setFocus()
    with qtbot.waitSignal(page.told) as told:
        qtbot.keyClick(page.desk.show_answer, Qt.Key.Key_R)
    assert told.args[0] == "Write your code, or show the answer first; R then runs the code."
    page.reveal()
    assert not page.code.run_button.isVisible()
    with qtbot.waitSignal(page.code.finished, timeout=60_000):
        qtbot.keyClick(page, Qt.Key.Key_R)
    assert page.code.status.text().startswith("The reference does what the card says")
    assert collection.snippet_run("double").problem == ""
    assert page.desk.reason.text() == ""


def test_sql_is_judged_by_its_rows(page: ReviewPage, qtbot):
    page.bury()
    assert page.session.note.guid == "rows"
    qtbot.keyClicks(page.desk.box, "SELECT 2")
    assert run(qtbot, page).startswith("✗ Your code does not print what it should")
    page.desk.box.selectAll()
    qtbot.keyClicks(page.desk.box, "SELECT 1")
    assert run(qtbot, page, Qt.Key.Key_Return).startswith("✓ The assertion holds · SQLite")


def test_ctrl_r_in_the_editor_runs_and_begins_no_new_sitting(page: ReviewPage, qtbot):
    session = page.session
    page.desk.box.setPlainText(RIGHT)
    assert run(qtbot, page, Qt.Key.Key_R, CTRL).startswith("✓")
    assert page.session is session
    assert page.desk.box.toPlainText() == RIGHT


def test_the_keys_are_in_the_list():
    keys = [key for key, _ in SHORTCUTS["Reviewing"]]
    assert {"Ctrl+Enter", "Ctrl+Shift+Enter", "R"} <= set(keys)
