"""Where Python is typed as an answer: the labs' editor in a frame. It runs and judges nothing.

Ctrl+Enter or Ctrl+R asks for a run, Ctrl+Shift+Enter for the answer, Escape leaves the box.
"""

from PySide6.QtCore import QEvent, QKeyCombination, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from typing_extensions import override

from tfcards.ui.code.editor import CodeEditor
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.look.theme import Radius, Space, Theme

LEAST_LINES, LINES = 6, 9
_CTRL_R = QKeyCombination(Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_R)
_PLACEHOLDER = "Write the code. Ctrl+Enter runs it against the card's assertions."
_HELP = (
    "Ctrl+Enter: run against the assertions. Ctrl+Shift+Enter: show the answer. Escape: leave. "
    "Ctrl+/: comment."
)


class CodeBox(CodeEditor):
    """A box for code. `finished` says the learner wants to see the card's own answer."""

    finished = Signal()
    run_asked = Signal()
    left = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance.theme)
        self.setAccessibleName("Your code")
        self.setAccessibleDescription(_HELP)
        self.setPlaceholderText(_PLACEHOLDER)
        appearance.changed.connect(self.set_theme)

    @override
    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.setStyleSheet(
            self.styleSheet()
            + f"CodeBox {{ border: 1px solid {theme.line}; border-radius: {Radius.SMALL}px;"
            f" padding: {Space.HAIR}px; }} CodeBox:focus {{ border-color: {theme.accent}; }}"
        )
        self.setMinimumHeight(self._height(LEAST_LINES))
        self.setMaximumHeight(self._height(LINES))

    @override
    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._height(LINES))

    @override
    def event(self, event: QEvent) -> bool:
        # elsewhere Ctrl+R begins a new sitting, which here would lose what was typed
        is_shortcut = event.type() == QEvent.Type.ShortcutOverride
        if is_shortcut and isinstance(event, QKeyEvent) and event.keyCombination() == _CTRL_R:
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            (self.finished if shift else self.run_asked).emit()
        elif event.keyCombination() == _CTRL_R:
            self.run_asked.emit()
        elif event.key() == Qt.Key.Key_Escape and not self.search.isVisible():
            self.left.emit()
        else:
            super().keyPressEvent(event)

    @override
    def _mark(self) -> None:
        super()._mark()
        if self.document().isEmpty():
            self.setExtraSelections([])  # the mark of the line would cover the placeholder

    def _height(self, lines: int) -> int:
        return lines * self.fontMetrics().lineSpacing() + 2 * Space.SMALL
