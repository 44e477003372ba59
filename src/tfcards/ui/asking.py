"""Questions and news over a page. What follows from an answer is the page's business."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

_YES, _NO = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No


def agrees(parent: QWidget, question: str, consequence: str) -> bool:
    """Whether the learner says yes; Escape and Enter say no."""
    cancel = QMessageBox.StandardButton.Cancel
    box = _box(parent, question, consequence)
    box.setStandardButtons(_YES | cancel)
    box.setDefaultButton(cancel)
    return box.exec() == _YES


def prefers_first(parent: QWidget, question: str, consequence: str, *answers: str) -> bool:
    """Which of two `answers` the learner picks; Escape picks the second."""
    first, second = answers
    box = _box(parent, question, consequence)
    box.setStandardButtons(_YES | _NO)
    box.button(_YES).setText(first)
    box.button(_NO).setText(second)
    box.setDefaultButton(_YES)
    box.setEscapeButton(_NO)
    return box.exec() == _YES


def tell(parent: QWidget, sentence: str) -> None:
    """Say something that has to be read, with nothing to decide; waits for nobody."""
    box = QMessageBox(QMessageBox.Icon.Information, "tfcards", sentence, parent=parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()


def _box(parent: QWidget, question: str, consequence: str) -> QMessageBox:
    box = QMessageBox(QMessageBox.Icon.Question, "tfcards", question, parent=parent)
    box.setInformativeText(consequence)
    return box
