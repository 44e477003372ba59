"""The Python editor of the labs: indentation, comments, brackets, marks. Runs and saves nothing.

Tab indents. To leave the editor by keyboard press Ctrl+M: Tab then moves on until Ctrl+M is
pressed again. Ctrl+F searches, Ctrl+H replaces, Ctrl+/ comments, Escape closes the search.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QResizeEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget
from typing_extensions import override

from tfcards.ui.code import lines as code_lines
from tfcards.ui.code.gutter import CodeGutter
from tfcards.ui.code.highlighter import CodeHighlighter, matching_bracket
from tfcards.ui.code.marks import line_mark, text_mark
from tfcards.ui.code.search import CodeSearch
from tfcards.ui.look.theme import MONO_FONT, Step, Theme

_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_KEEP = QTextCursor.MoveMode.KeepAnchor
_HELP = "Ctrl+M: Tab leaves the editor instead of indenting. Ctrl+F: search. Ctrl+/: comment."


@dataclass(frozen=True, slots=True)
class _Error:
    """A marked line: the cursor moves with it, the text tells whether it was edited since."""

    place: QTextCursor
    text: str
    message: str


class CodeEditor(QPlainTextEdit):
    """A plain-text editor that knows Python's indentation."""

    tab_leaves_changed = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._errors: list[_Error] = []
        self._theme = theme
        self._gutter = CodeGutter(self, self, theme)
        self._highlighter = CodeHighlighter(self.document(), theme.highlight_style)
        self.search = CodeSearch(self)
        self._keys = self._key_actions()
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Code editor")
        self.setAccessibleDescription(_HELP)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._follow_scrolling)
        self.cursorPositionChanged.connect(self._mark)
        self.search.found.connect(self._mark)
        self.search.toggled.connect(self._make_room)
        self.set_theme(theme)

    # -- what the page uses -------------------------------------------------------------------

    @property
    def errors(self) -> dict[int, str]:
        """The marked lines (counted from 1) and what went wrong there, as the text stands now."""
        standing = (e for e in self._errors if e.place.block().text() == e.text)
        return {e.place.blockNumber() + 1: e.message for e in standing}

    def set_text(self, text: str) -> None:
        """Shows another text; marks and the undo history of the former one go."""
        self._errors = []
        self.setPlainText(text)
        self._mark()

    def mark_errors(self, errors: Mapping[int, str]) -> None:
        """Marks lines (counted from 1) with a message each, instead of those marked before.

        A mark moves with its line, and goes when the line is edited.
        """
        blocks = ((self.document().findBlockByNumber(n - 1), m) for n, m in errors.items())
        self._errors = [_Error(QTextCursor(b), b.text(), m) for b, m in blocks if b.isValid()]
        self._mark()

    def go_to(self, line: int) -> None:
        """Puts the cursor on a line (counted from 1) and shows it in the middle."""
        block = self.document().findBlockByNumber(line - 1)
        if block.isValid():
            cursor = QTextCursor(block)
            cursor.movePosition(QTextCursor.MoveOperation.NextWord)
            self.setTextCursor(cursor if cursor.block() == block else QTextCursor(block))
            self.centerCursor()

    def show_line(self, line: int) -> None:
        """Scrolls to a line (counted from 1) that is not on screen; the cursor stays."""
        height = self.viewport().height()
        seen = [number for number, area in self.visible_lines() if area.bottom() < height]
        if line not in seen:
            self.verticalScrollBar().setValue(max(0, line - 1 - len(seen) // 2))

    def set_theme(self, theme: Theme) -> None:
        """Draws with another theme."""
        self._theme = theme
        self.setStyleSheet(
            f"CodeEditor {{ border: none; padding: 0; background: {theme.surface};"
            f" color: {theme.text}; font-family: '{MONO_FONT}';"
            f" font-size: {theme.px(Step.SMALL)}px;"
            f" selection-background-color: {theme.selection}; selection-color: {theme.text}; }}"
            f"QAbstractScrollArea::corner {{ background: {theme.surface}; }}"
        )
        self.setFont(theme.font(Step.SMALL, mono=True))
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        self._gutter.theme = theme
        self._highlighter.set_style(theme.highlight_style)
        self._make_room()
        self._mark()

    def toggle_tab_leaves(self) -> None:
        """Switches what Tab does: indent, or move on to the next control."""
        self.setTabChangesFocus(not self.tabChangesFocus())
        self.tab_leaves_changed.emit(self.tabChangesFocus())

    def toggle_comment(self) -> None:
        """Comments the selected lines, or uncomments them when all are comments."""
        self._change_lines(code_lines.toggle_comment)

    def visible_lines(self) -> Iterator[tuple[int, QRectF]]:
        """Line numbers (from 1) on screen and where they stand in the viewport."""
        block = self.firstVisibleBlock()
        bottom = self.viewport().height()
        while block.isValid():
            area = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if area.top() > bottom:
                return
            yield block.blockNumber() + 1, area
            block = block.next()

    # -- keys ---------------------------------------------------------------------------------

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Slash, Qt.Key.Key_Backtab):
            modifiers &= ~_SHIFT  # some keyboards need Shift for these
        action = self._keys.get((event.key(), modifiers))
        if action is not None and action() is not False:
            event.accept()
            return
        super().keyPressEvent(event)
        if event.text() == ":":
            self._step_back_else()
        elif event.text() in code_lines.CLOSING:
            self._step_back_bracket()

    def _key_actions(self) -> dict[tuple[int, Qt.KeyboardModifier], Callable[[], object]]:
        """What keys do; an action that returns False leaves its key to Qt."""
        plain = Qt.KeyboardModifier.NoModifier
        return {
            (Qt.Key.Key_Return, plain): self._new_line,
            (Qt.Key.Key_Enter, plain): self._new_line,
            (Qt.Key.Key_Tab, plain): self._tab,
            (Qt.Key.Key_Backtab, plain): self._back_tab,
            (Qt.Key.Key_Backspace, plain): self._soft_backspace,
            (Qt.Key.Key_Home, plain): lambda: self._smart_home(QTextCursor.MoveMode.MoveAnchor),
            (Qt.Key.Key_Home, _SHIFT): lambda: self._smart_home(_KEEP),
            (Qt.Key.Key_Slash, _CTRL): self.toggle_comment,
            (Qt.Key.Key_M, _CTRL): self.toggle_tab_leaves,
            (Qt.Key.Key_F, _CTRL): self.search.open,
            (Qt.Key.Key_H, _CTRL): lambda: self.search.open(replaces=True),
            (Qt.Key.Key_F3, plain): lambda: self.search.step(1),
            (Qt.Key.Key_F3, _SHIFT): lambda: self.search.step(-1),
            (Qt.Key.Key_Escape, plain): self.search.close_if_open,
        }

    def _new_line(self) -> None:
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.removeSelectedText()
        left = cursor.block().text()[: cursor.positionInBlock()]
        indent = code_lines.next_indentation(left) if left.strip() else left
        cursor.insertText("\n" + indent)
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def _tab(self) -> None:
        cursor = self.textCursor()
        if cursor.hasSelection():
            self._change_lines(code_lines.indent)
        else:
            step = len(code_lines.INDENT)
            cursor.insertText(" " * (step - cursor.positionInBlock() % step))

    def _back_tab(self) -> None:
        self._change_lines(code_lines.dedent)

    def _soft_backspace(self) -> bool:
        """Inside indentation, goes back a whole step."""
        cursor = self.textCursor()
        left = cursor.block().text()[: cursor.positionInBlock()]
        if cursor.hasSelection() or not left or left.strip(" "):
            return False
        count = (len(left) - 1) % len(code_lines.INDENT) + 1
        cursor.movePosition(QTextCursor.MoveOperation.Left, _KEEP, count)
        cursor.removeSelectedText()
        return True

    def _smart_home(self, mode: QTextCursor.MoveMode) -> bool:
        """To the first character of the text, and from there to the margin."""
        cursor = self.textCursor()
        text_begins = len(code_lines.indentation(cursor.block().text()))
        column = 0 if cursor.positionInBlock() == text_begins else text_begins
        cursor.setPosition(cursor.block().position() + column, mode)
        self.setTextCursor(cursor)
        return True

    def _step_back_else(self) -> None:
        block = self.textCursor().block()
        previous = block.previous()
        while previous.isValid() and not previous.text().strip():
            previous = previous.previous()
        if code_lines.closes_block(block.text(), previous.text()):
            self._change_lines(code_lines.dedent)

    def _step_back_bracket(self) -> None:
        """A closing bracket that begins its line goes below the line of the one that opened."""
        cursor = self.textCursor()
        block = cursor.block()
        if len(block.text()[: cursor.positionInBlock()].strip()) != 1:
            return
        pair = matching_bracket(block, cursor.positionInBlock() - 1)
        if pair:
            opened = self.document().findBlock(min(pair)).text()
            indent = code_lines.indentation(opened)
            self._change_lines(lambda lines: [indent + line.lstrip() for line in lines])

    def _change_lines(self, change: Callable[[list[str]], list[str]]) -> None:
        """Changes the lines of the selection in one undo step; the selection stays."""
        cursor = self.textCursor()
        document = self.document()
        first = document.findBlock(cursor.selectionStart()).blockNumber()
        last_block = document.findBlock(cursor.selectionEnd())
        last = last_block.blockNumber()
        if last > first and cursor.selectionEnd() == last_block.position():
            last -= 1  # a selection that ends at a line's very start does not mean that line
        numbers = range(first, last + 1)
        old = [document.findBlockByNumber(n).text() for n in numbers]
        editing = QTextCursor(document)
        editing.beginEditBlock()
        for number, before, after in zip(numbers, old, change(old), strict=True):
            start, end, text = code_lines.changed_middle(before, after)
            position = document.findBlockByNumber(number).position()
            editing.setPosition(position + start)
            editing.setPosition(position + end, _KEEP)
            editing.insertText(text)
        editing.endEditBlock()

    # -- marks and drawing --------------------------------------------------------------------

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_parts()

    def _make_room(self) -> None:
        """For line numbers on the left, and above for the search, so that it covers no match."""
        above = self.search.wanted_height() if self.search.isVisible() else 0
        self.setViewportMargins(self._gutter.wanted_width(), above, 0, 0)
        self._place_parts()

    def _place_parts(self) -> None:
        area, text = self.contentsRect(), self.viewport().geometry()
        width = self._gutter.wanted_width()
        self._gutter.setGeometry(QRect(area.left(), text.top(), width, text.height()))
        self.search.place(area)

    def _follow_scrolling(self, area: QRect, dy: int) -> None:
        if dy:
            self._gutter.scroll(0, dy)
        else:
            self._gutter.update(0, area.y(), self._gutter.width(), area.height())

    def _mark(self) -> None:
        theme, document = self._theme, self.document()
        marks = [line_mark(self.textCursor().block(), theme.code_background)]
        for line in self.errors:
            block = document.findBlockByNumber(line - 1)
            marks.append(line_mark(block, theme.again_soft))
        marks += [text_mark(document, *span, theme.hard_soft) for span in self._other_matches()]
        cursor = self.textCursor()
        column = cursor.positionInBlock()
        for at in (column - 1, column):
            pair = matching_bracket(cursor.block(), at)
            if pair:
                marks += [text_mark(document, at, at + 1, theme.selection) for at in pair]
                break
        self.setExtraSelections(marks)
        self._gutter.update()

    def _other_matches(self) -> list[tuple[int, int]]:
        """What the search found, but for the match that is selected."""
        cursor = self.textCursor()
        chosen = (cursor.selectionStart(), cursor.selectionEnd())
        return [span for span in self.search.spans if span != chosen]
