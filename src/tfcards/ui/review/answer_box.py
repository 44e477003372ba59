"""Where an answer is typed: monospaced, Tab indents. What it is worth is decided elsewhere."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit
from typing_extensions import override

from tfcards.core.model import Kind
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.look.theme import Space, Step, Theme

INDENT = "    "
RUN_KEY = "Ctrl+Enter"  # where code is typed
SHOW_KEYS = {Kind.TYPED: "Enter", Kind.OUTPUT: "Ctrl+Enter", Kind.CODE: "Ctrl+Shift+Enter"}
PLACEHOLDERS = {
    Kind.TYPED: "Type the answer. Enter shows it, Shift+Enter starts a new line.",
    Kind.OUTPUT: "Type what it prints. Ctrl+Enter shows the answer.",
    Kind.CODE: "Write the code. Ctrl+Enter runs it against the card's assertions.",
}
LINES = {Kind.TYPED: 3, Kind.OUTPUT: 4, Kind.CODE: 8}


class AnswerBox(QPlainTextEdit):
    """A box for one answer. `finished` says the learner wants to see the card's own.

    `run_asked` says that what was typed is code to be run.
    """

    finished = Signal()
    run_asked = Signal()
    left = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._kind = Kind.TYPED
        self.setAccessibleName("Your answer")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._wear(appearance.theme)
        appearance.changed.connect(self._wear)

    def ask(self, kind: Kind) -> None:
        """Empty the box for a question of this kind."""
        self._kind = kind
        self.clear()
        self.setPlaceholderText(PLACEHOLDERS.get(kind, ""))
        lines = LINES.get(kind, 3) * self.fontMetrics().lineSpacing()
        self.setFixedHeight(lines + 2 * Space.LARGE)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tab and Enter in the ways the placeholder says; Escape leaves the box."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and control and self._kind is Kind.CODE and not shift:
            self.run_asked.emit()
        elif is_enter and (control or (self._kind is Kind.TYPED and not shift)):
            self.finished.emit()
        elif is_enter:
            self._new_line()
        elif event.key() == Qt.Key.Key_Tab:
            self.insertPlainText(INDENT)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _new_line(self) -> None:
        """Start a line as deep as the one before, deeper after a colon."""
        before = self.textCursor().block().text()[: self.textCursor().positionInBlock()]
        depth = before[: len(before) - len(before.lstrip())]
        self.insertPlainText("\n" + depth + (INDENT if before.rstrip().endswith(":") else ""))
        self.ensureCursorVisible()

    def _wear(self, theme: Theme) -> None:
        font = theme.font(Step.BODY, mono=True)
        self.setFont(font)
        self.setTabStopDistance(self.fontMetrics().horizontalAdvance(INDENT))
