"""The dialog for what went wrong: the sentence, and details to copy. Judges no errors."""

import traceback

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QWidget

from tfcards import __version__
from tfcards.errors import TfcardsError
from tfcards.ui.look.icons import Ink
from tfcards.ui.look.pieces import Picture, button, column, label, row
from tfcards.ui.look.theme import Space

BUG = (
    "Something went wrong inside tfcards. What you had saved is safe. "
    "Copy the details and report them, then try again."
)


def sentence_of(error: BaseException) -> str:
    """What to tell the learner: an error written for them as it stands, else that it is a bug."""
    return str(error) if isinstance(error, TfcardsError) else BUG


def details_of(error: BaseException) -> str:
    """Everything a report needs."""
    trace = "".join(traceback.format_exception(error))
    return f"tfcards {__version__}\n{trace}"


class ProblemDialog(QDialog):
    """Says what happened and what to do next."""

    def __init__(self, error: BaseException, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("tfcards")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        is_bug = not isinstance(error, TfcardsError)
        self.sentence = label(sentence_of(error), wraps=True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sentence.setMinimumWidth(400)
        self._details = details_of(error)
        self.copy = button("Copy details", "quiet", "copy")
        self.copy.clicked.connect(self._copy)
        close = button("Close", "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        top = row(spacing=Space.LARGE)
        top.addWidget(Picture("warning", 32, Ink.ACCENT), 0, Qt.AlignmentFlag.AlignTop)
        words = column(spacing=Space.SMALL)
        words.addWidget(label("That did not work" if is_bug else "This cannot be done", "heading"))
        words.addWidget(self.sentence)
        top.addLayout(words, 1)
        actions = row()
        actions.addWidget(self.copy)
        actions.addStretch(1)
        actions.addWidget(close)
        layout = column(margin=Space.WIDE, spacing=Space.WIDE)
        layout.addLayout(top)
        layout.addLayout(actions)
        self.setLayout(layout)
        close.setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details)
        self.copy.setText("Copied")
