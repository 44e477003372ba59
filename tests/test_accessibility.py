"""Everything that takes the focus has a name, tab order goes down the page, nothing blocks."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QScrollArea, QScrollBar, QWidget

from tfcards.core.model import Rating
from tfcards.ui.review.note_editor import NoteEditor
from tfcards.ui.rooms import Room
from tfcards.ui.window import MainWindow


def unnamed(top: QWidget) -> list[str]:
    """Visible widgets that take the focus and have nothing a screen reader could say."""
    found = []
    for widget in top.findChildren(QWidget):
        inner = isinstance(widget, QScrollBar | QScrollArea) or widget.objectName().startswith(
            "qt_"
        )
        if inner or not widget.isVisible() or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
            continue
        face = QAccessible.queryAccessibleInterface(widget)
        if not (face.text(QAccessible.Text.Name) or "").strip():
            found.append(f"{type(widget).__name__} {widget.objectName()}")
    return found


@pytest.mark.parametrize("room", list(Room))
def test_every_room_can_be_read_aloud(window: MainWindow, room: Room):
    window.go(room)
    assert unnamed(window) == []


def test_the_answer_side_and_the_summary_can_be_read_aloud(window: MainWindow, context):
    window.study(None)
    page = window.page(Room.REVIEW)
    page.reveal()
    assert unnamed(window) == []
    context.collection.set_options(None, {"new_per_day": 0})
    page.session.refresh()
    page._show_card()
    assert page.summary.isVisible()
    assert unnamed(window) == []


def test_the_note_editor_can_be_read_aloud(window: MainWindow):
    window.study(None)
    page = window.page(Room.REVIEW)
    page.edit()
    editor = page.findChild(NoteEditor)
    assert unnamed(editor) == []
    editor.close()


def test_tab_reaches_the_ratings_in_order(window: MainWindow, qtbot):
    window.study(None)
    page = window.page(Room.REVIEW)
    while page.desk.box.isVisible():
        page.bury()
    page.reveal()
    reached = []
    for _ in range(25):
        focused = QApplication.focusWidget()
        if focused in page.desk.ratings.buttons.values():
            reached.append(focused.rating)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert reached[:4] == list(Rating)


def test_tab_goes_round_every_room_without_a_trap(window: MainWindow, qtbot):
    for room in (Room.TODAY, Room.SETTINGS, Room.QUIZ):
        window.go(room)
        start = window.rail._buttons[Room.TODAY]
        start.setFocus()
        for _ in range(60):
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
            if QApplication.focusWidget() is start:
                break
        assert QApplication.focusWidget() is start, room
