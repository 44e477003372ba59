"""The search bar in the editor's corner: finds, counts, steps through, replaces. Saves nothing."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
)
from typing_extensions import override

from tfcards.ui.look.icons import icon
from tfcards.ui.look.pieces import button, row
from tfcards.ui.look.theme import Space

_MOST = 1000
_WIDTH = 380


class CodeSearch(QFrame):
    """Finds as one types; capitals in the search make it mind capitals.

    With `replaces`, there is a second line for what comes in place of a match, or of all.
    """

    found = Signal()
    toggled = Signal()

    def __init__(self, editor: QPlainTextEdit) -> None:
        super().__init__(editor)
        self.spans: list[tuple[int, int]] = []
        self._editor = editor
        self.setObjectName("codeSearch")
        self.setProperty("kind", "card")
        self.words = _line("Find in this file")
        self.words.textChanged.connect(self._search)
        self.by = _line("Replace by")
        self.replace_one = button("Replace", "quiet", hint="Replace this match (Enter)")
        self.replace_one.clicked.connect(self.replace)
        self.replace_every = button("All", "quiet", hint="Replace every match")
        self.replace_every.setAccessibleName("Replace every match")
        self.replace_every.clicked.connect(self.replace_all)
        self._count = QLabel()
        self._lay_out()
        editor.textChanged.connect(self._text_changed)
        self.hide()

    def open(self, *, replaces: bool = False) -> None:
        """Shows the bar, with the selected text as the first search."""
        selected = self._editor.textCursor().selectedText()
        for each in self._of_replacing():
            each.setVisible(replaces and not self._editor.isReadOnly())
        self.show()
        self.raise_()
        self.toggled.emit()
        if selected and "\u2029" not in selected:
            self.words.setText(selected)
        self.words.setFocus()
        self.words.selectAll()
        self._search()

    def close_if_open(self) -> bool:
        """Hides the bar and gives the keyboard back to the editor; False when it was not open."""
        if not self.isVisible():
            return False
        self.hide()
        self._set_spans([])
        self.toggled.emit()
        self._editor.setFocus()
        return True

    def step(self, by: int) -> None:
        """Goes to the next (1) or previous (-1) match, round the ends of the file."""
        if not self.spans:
            return
        cursor = self._editor.textCursor()
        if by > 0:
            after = [s for s in self.spans if s[0] >= cursor.selectionEnd()]
            self._select(after[0] if after else self.spans[0])
        else:
            before = [s for s in self.spans if s[1] <= cursor.selectionStart()]
            self._select(before[-1] if before else self.spans[-1])

    def replace(self) -> None:
        """Puts the replacement in place of the chosen match and goes to the next."""
        cursor = self._editor.textCursor()
        if (cursor.selectionStart(), cursor.selectionEnd()) in self.spans:
            cursor.insertText(self.by.text())
            self._editor.setTextCursor(cursor)
        self.step(1)

    def replace_all(self) -> None:
        """Replaces every match, in one step of undo."""
        spans = self._find()
        cursor = QTextCursor(self._editor.document())
        cursor.beginEditBlock()
        for start, end in reversed(spans):
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(self.by.text())
        cursor.endEditBlock()
        self._count.setText(f"{len(spans)} replaced")

    def wanted_height(self) -> int:
        """Pixels that the bar and the room around it take."""
        return self.sizeHint().height() + 2 * Space.HAIR

    def place(self, area: QRect) -> None:
        """Puts the bar into the top right corner."""
        width = min(_WIDTH, area.width() - 2 * Space.SMALL)
        left = area.right() - width - Space.SMALL
        self.setGeometry(left, Space.HAIR, width, self.sizeHint().height())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and self.by.hasFocus():
            self.replace()
        elif is_enter or event.key() == Qt.Key.Key_F3:
            self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.close_if_open()
        else:
            super().keyPressEvent(event)

    def _text_changed(self) -> None:
        if self.isVisible():
            self._set_spans(self._find())

    def _search(self) -> None:
        """Finds what is typed and goes to the first match at or after the cursor."""
        self._set_spans(self._find())
        start = self._editor.textCursor().selectionStart()
        if self.spans:
            self._select(next((s for s in self.spans if s[0] >= start), self.spans[0]))

    def _find(self) -> list[tuple[int, int]]:
        words = self.words.text()
        text = self._editor.toPlainText()
        if words.islower():
            text = text.lower()
        spans: list[tuple[int, int]] = []
        at = text.find(words) if words else -1
        while at >= 0 and len(spans) < _MOST:
            spans.append((at, at + len(words)))
            at = text.find(words, at + len(words))
        return spans

    def _set_spans(self, spans: list[tuple[int, int]]) -> None:
        self.spans = spans
        self._tell_place()
        self.found.emit()

    def _select(self, span: tuple[int, int]) -> None:
        cursor = self._editor.textCursor()
        cursor.setPosition(span[0])
        cursor.setPosition(span[1], QTextCursor.MoveMode.KeepAnchor)
        self._editor.setTextCursor(cursor)
        self._tell_place()

    def _tell_place(self) -> None:
        here = self._editor.textCursor().selectionStart()
        place = next((i for i, s in enumerate(self.spans, 1) if s[0] == here), 0)
        if not self.words.text():
            self._count.setText("")
        elif not self.spans:
            self._count.setText("none")
        else:
            self._count.setText(f"{place} of {len(self.spans)}" if place else f"{len(self.spans)}")

    def _of_replacing(self) -> tuple[QLineEdit, QPushButton, QPushButton]:
        return self.by, self.replace_one, self.replace_every

    def _lay_out(self) -> None:
        steps = row(spacing=0)
        for name, hint, step in (
            ("up", "Previous match (Shift+F3)", -1),
            ("down", "Next match (F3)", 1),
        ):
            made = _small(name, hint)
            made.clicked.connect(lambda _=False, by=step: self.step(by))
            steps.addWidget(made)
        close = _small("cross", "Close the search (Esc)")
        close.clicked.connect(self.close_if_open)
        steps.addWidget(close)
        grid = QGridLayout(self)
        grid.setContentsMargins(Space.SMALL, Space.HAIR, Space.HAIR, Space.HAIR)
        grid.setSpacing(Space.HAIR)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self.words, 0, 0)
        grid.addWidget(self._count, 0, 1)
        grid.addLayout(steps, 0, 2)
        grid.addWidget(self.by, 1, 0)
        grid.addWidget(self.replace_one, 1, 1)
        grid.addWidget(self.replace_every, 1, 2)


def _line(name: str) -> QLineEdit:
    made = QLineEdit()
    made.setPlaceholderText(name)
    made.setAccessibleName(name)
    return made


def _small(icon_name: str, hint: str) -> QToolButton:
    made = QToolButton()
    made.setIcon(icon(icon_name))
    made.setAccessibleName(hint)
    made.setToolTip(hint)
    return made
