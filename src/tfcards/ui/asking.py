"""Questions and news over a page. What follows from an answer is the page's business."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMessageBox, QWidget

_YES, _NO = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
_CANCEL = QMessageBox.StandardButton.Cancel


def agrees(parent: QWidget, question: str, consequence: str, act: str) -> bool:
    """Whether the learner wants to `act`, which names the button; Escape and Enter say no."""
    box = _box(parent, question, consequence)
    box.setStandardButtons(_YES | _CANCEL)
    _name(box, _YES, act)
    _name(box, _CANCEL, "Cancel")
    box.setDefaultButton(_CANCEL)
    return box.exec() == _YES


def prefers_first(parent: QWidget, question: str, consequence: str, *answers: str) -> bool:
    """Which of two `answers` the learner picks; Escape picks the second."""
    first, second = answers
    box = _box(parent, question, consequence)
    box.setStandardButtons(_YES | _NO)
    _name(box, _YES, first)
    _name(box, _NO, second)
    box.setDefaultButton(_YES)
    box.setEscapeButton(_NO)
    return box.exec() == _YES


def tell(parent: QWidget, sentence: str) -> None:
    """Say something that has to be read, with nothing to decide; waits for nobody."""
    ok = QMessageBox.StandardButton.Ok
    box = QMessageBox(QMessageBox.Icon.NoIcon, "tfcards", sentence, ok, parent)
    _name(box, ok, "OK")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()


def _box(parent: QWidget, question: str, consequence: str) -> QMessageBox:
    box = QMessageBox(QMessageBox.Icon.NoIcon, "tfcards", question, parent=parent)
    box.setInformativeText(consequence)
    return box


def _name(box: QMessageBox, which: QMessageBox.StandardButton, words: str) -> None:
    """Give a button the words for what it does, and take the desktop's own picture off it."""
    made = box.button(which)
    made.setText(words)
    made.setIcon(QIcon())
