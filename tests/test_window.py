"""The window: quick to show, one page per room, keys, messages, geometry, one instance."""

import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QDialog, QLabel, QPushButton

from tfcards.core.model import Rating
from tfcards.errors import BadInputError
from tfcards.ui.look.appearance import Appearance, Mode
from tfcards.ui.look.theme import DARK
from tfcards.ui.problem import BUG, ProblemDialog
from tfcards.ui.rooms import Room
from tfcards.ui.single import SingleInstance
from tfcards.ui.window import MainWindow


def _dialog(window: MainWindow) -> QDialog:
    return next(d for d in window.findChildren(QDialog) if d.isVisible())


def test_the_window_needs_no_database_to_show_itself():
    code = (
        "import sys, tfcards.ui.window, tfcards.ui.look.appearance, tfcards.ui.single\n"
        "late = {'sqlmodel', 'sqlalchemy', 'tfcards.store', 'fsrs', 'ziamath', 'numpy',"
        " 'tensorflow', 'markdown_it', 'pygments', 'pydantic'}\n"
        "print(sorted(late & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_before_the_collection_is_open_the_rail_chooses_where_to_start(
    qtbot, settings, appearance, context
):
    window = MainWindow(settings, appearance)
    qtbot.addWidget(window)
    window.show()
    window.go(Room.SETTINGS)
    window.study(None)
    window.undo()
    assert window.centralWidget().isVisible()
    window.open_collection(context)
    assert window.page(Room.SETTINGS).isVisible()


def test_pages_are_made_at_the_first_visit_and_kept(window: MainWindow):
    first = window.page(Room.TODAY)
    assert first.isVisible()
    window.go(Room.QUIZ)
    assert not first.isVisible()
    window.go(Room.TODAY)
    assert window.page(Room.TODAY) is first


@pytest.mark.parametrize("number", range(1, 8))
def test_control_and_a_number_go_to_a_room(window: MainWindow, qtbot, number: int):
    qtbot.keyClick(window, str(number), Qt.KeyboardModifier.ControlModifier)
    room = list(Room)[number - 1]
    assert window.page(room).isVisible()
    assert window.rail._buttons[room].isChecked()


def test_the_rail_goes_to_rooms(window: MainWindow, qtbot):
    qtbot.mouseClick(window.rail._buttons[Room.BROWSE], Qt.MouseButton.LeftButton)
    assert window.page(Room.BROWSE).isVisible()


def test_an_unfinished_room_says_so_and_leads_on(window: MainWindow, qtbot):
    window.go(Room.QUIZ)
    page = window.page(Room.QUIZ)
    texts = " ".join(text.text() for text in page.findChildren(QLabel))
    assert "not here yet" in texts
    leads = {made.text().strip(): made for made in page.findChildren(QPushButton)}
    qtbot.mouseClick(leads["Go to Today"], Qt.MouseButton.LeftButton)
    assert window.page(Room.TODAY).isVisible()
    qtbot.mouseClick(leads["Review cards"], Qt.MouseButton.LeftButton)
    assert window.page(Room.REVIEW).isVisible()


def test_the_edit_menu_says_what_undo_and_redo_would_do(window: MainWindow):
    assert window.menus.undo.isEnabled()  # the import of the decks
    window.study(None)
    page = window.page(Room.REVIEW)
    page.reveal()
    page.rate(Rating.GOOD)
    assert "answer" in window.menus.undo.text().lower()
    assert not window.menus.redo.isEnabled()
    window.menus.undo.trigger()
    assert window.menus.redo.isEnabled()
    assert "answer" in window.menus.redo.text().lower()
    assert "Undone" in window.toast.message.text()


def test_undo_works_on_any_page(window: MainWindow, context, clock):
    collection = context.collection
    card = collection.due(None, collection.calendar().day(clock()), clock())[0].card_id
    collection.suspend([card], suspended=True)
    window.go(Room.BROWSE)
    window.menus.undo.trigger()
    assert not collection.card(card).suspended
    window.menus.redo.trigger()
    assert collection.card(card).suspended


def test_a_learners_error_is_shown_as_it_stands(window: MainWindow, qtbot):
    window.show_problem(BadInputError("The deck is empty. Add a question."))
    dialog = _dialog(window)
    assert isinstance(dialog, ProblemDialog)
    assert dialog.sentence.text() == "The deck is empty. Add a question."
    dialog.close()


def test_a_bug_is_shown_as_one_and_its_details_can_be_copied(window: MainWindow, qtbot):
    with pytest.raises(ZeroDivisionError) as raised:
        1 / 0  # noqa: B018
    window.show_problem(raised.value)
    dialog = _dialog(window)
    assert isinstance(dialog, ProblemDialog)
    assert dialog.sentence.text() == BUG
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert "ZeroDivisionError: division by zero" in copied
    assert "test_window.py" in copied
    dialog.close()


@pytest.mark.parametrize("opener", ["show_shortcuts", "show_doctor", "show_about"])
def test_help_opens_and_closes(window: MainWindow, qtbot, opener: str):
    getattr(window, opener)()
    dialog = _dialog(window)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not any(d.isVisible() for d in window.findChildren(QDialog)))


def test_the_theme_is_chosen_from_the_menu(window: MainWindow, appearance: Appearance):
    window.choose_mode(Mode.DARK)
    assert appearance.theme.name == DARK.name
    assert window.menus._modes[Mode.DARK].isChecked()


def test_a_toast_comes_and_goes(window: MainWindow, qtbot, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tfcards.ui.toast.SHOWN_FOR", 30)
    window.toast.say("Note saved")
    assert window.toast.isVisible()
    assert window.toast.message.text() == "Note saved"
    qtbot.waitUntil(lambda: not window.toast.isVisible(), timeout=1000)


def test_full_screen_and_back(window: MainWindow, qtbot):
    window.toggle_full_screen()
    assert window.isFullScreen()
    window.toggle_full_screen()
    assert not window.isFullScreen()


def test_the_window_comes_back_where_it_was(window: MainWindow, qtbot, settings, appearance):
    window.resize(781, 633)
    window.close()
    again = MainWindow(settings, appearance)
    qtbot.addWidget(again)
    assert (again.width(), again.height()) == (781, 633)


def test_no_two_actions_share_a_key(window: MainWindow):
    keys = [
        shortcut.toString(QKeySequence.SequenceFormat.PortableText)
        for menu in window.menuBar().findChildren(type(window.menuBar().addMenu("x")))
        for action in menu.actions()
        for shortcut in action.shortcuts()
    ]
    assert len(keys) == len(set(keys))
    assert {"Ctrl+1", "Ctrl+7", "Ctrl+Z", "Ctrl+Shift+Z", "F11", "Ctrl+Q", "?"} <= set(keys)


def test_a_second_start_raises_the_first(qtbot, tmp_path):
    first, second = SingleInstance(tmp_path), SingleInstance(tmp_path)
    assert first.is_first()
    with qtbot.waitSignal(first.asked, timeout=2000):
        assert not second.is_first()
    first.release()
    assert SingleInstance(tmp_path).is_first()


def test_another_folder_is_another_instance(qtbot, tmp_path):
    first, other = SingleInstance(tmp_path / "a"), SingleInstance(tmp_path / "b")
    assert first.is_first()
    assert other.is_first()
    first.release()
    other.release()
