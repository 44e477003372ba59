"""The search bar in the editor's corner: finds, counts and steps through. Replaces nothing."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QToolButton
from typing_extensions import override

from tfcards.ui.theme import Space

_MOST = 1000
_WIDTH = 330


class CodeSearch(QFrame):
    """Finds as one types; capitals in the search make it mind capitals."""

    found = Signal()
    toggled = Signal()

    def __init__(self, editor: QPlainTextEdit) -> None:
        super().__init__(editor)
        self.spans: list[tuple[int, int]] = []
        self._editor = editor
        self.setObjectName("codeSearch")
        self.setProperty("kind", "card")
        self.words = QLineEdit(self)
        self.words.setPlaceholderText("Find in this file")
        self.words.setAccessibleName("Find in this file")
        self.words.textChanged.connect(self._search)
        self._count = QLabel(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(4)
        row.addWidget(self.words, 1)
        row.addWidget(self._count)
        for text, name, step in (("↑", "Previous match", -1), ("↓", "Next match", 1)):
            button = self._button(text, name)
            button.clicked.connect(lambda _=False, by=step: self.step(by))
            row.addWidget(button)
        close = self._button("✕", "Close the search")
        close.clicked.connect(self.close_if_open)
        row.addWidget(close)
        editor.textChanged.connect(self._text_changed)
        self.hide()

    def open(self) -> None:
        """Shows the bar, with the selected text as the first search."""
        selected = self._editor.textCursor().selectedText()
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
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3):
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

    def _button(self, text: str, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setAutoRaise(True)
        return button
