"""Two versions of a file side by side, scrolled together. It shows and changes nothing.

F7 and N go to the next place that differs, Shift+F7 and P to the one before.
"""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSplitter, QTextEdit, QWidget
from typing_extensions import override

from tfcards.core.side_by_side import Line, Pair, changes, side_by_side
from tfcards.ui.code.highlighter import CodeHighlighter
from tfcards.ui.look.pieces import column, label
from tfcards.ui.look.theme import MONO_FONT, Space, Step, Theme

_SIGN_ROOM = 18
_ROOM = 10
_NEXT, _BEFORE = (Qt.Key.Key_F7, Qt.Key.Key_N), (Qt.Key.Key_P,)


class DiffView(QSplitter):
    """Left and right with their names above; `stepped` says that another place is shown."""

    stepped = Signal()

    def __init__(self, names: tuple[str, str], theme: Theme) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._pairs: list[Pair] = []
        self._at = -1
        self.left = _Pane("-", "again", theme)
        self.right = _Pane("+", "good", theme)
        for pane, name in zip((self.left, self.right), names, strict=True):
            pane.setAccessibleName(name)
            self.addWidget(_titled(name, pane))
            pane.step_asked.connect(self.step)
        self._scroll_together(self.left, self.right)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)

    @property
    def places(self) -> int:
        """How many runs of lines differ."""
        return len(changes(self._pairs))

    @property
    def place(self) -> int:
        """Which of them is shown, from 1; 0 without any."""
        return self._at + 1

    def show_texts(self, left: str, right: str) -> None:
        """Shows two texts and goes to the first place where they differ."""
        self._pairs = side_by_side(left, right)
        self._at = -1
        self.left.show_lines([pair.left for pair in self._pairs], self._pairs)
        self.right.show_lines([pair.right for pair in self._pairs], self._pairs)
        self.step(1)

    def step(self, by: int) -> None:
        """Goes to the next (1) or the previous (-1) place that differs, round the ends."""
        found = changes(self._pairs)
        if found:
            self._at = (self._at + by) % len(found)
            self.left.bring_up(found[self._at])
            self.right.bring_up(found[self._at])
            self.stepped.emit()

    def set_theme(self, theme: Theme) -> None:
        """Draws with another theme."""
        self.left.set_theme(theme)
        self.right.set_theme(theme)

    def _scroll_together(self, *panes: "_Pane") -> None:
        for one, other in (panes, panes[::-1]):
            one.verticalScrollBar().valueChanged.connect(other.verticalScrollBar().setValue)
            one.horizontalScrollBar().valueChanged.connect(other.horizontalScrollBar().setValue)


class _Pane(QPlainTextEdit):
    """One version, with empty room where only the other one has lines."""

    step_asked = Signal(int)

    def __init__(self, sign: str, ink: str, theme: Theme) -> None:
        super().__init__()
        self.sign = sign
        self._ink = ink
        self.theme = theme
        self.lines: list[Line | None] = []
        self.differing: set[int] = set()
        self._gutter = _Gutter(self)
        self._highlighter = CodeHighlighter(self.document(), theme.highlight_style)
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # equal heights
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.updateRequest.connect(lambda *_: self._gutter.update())
        self.set_theme(theme)

    @property
    def ink(self) -> str:
        """The colour of what only this side has."""
        return str(getattr(self.theme, self._ink))

    def show_lines(self, lines: Sequence[Line | None], pairs: Sequence[Pair]) -> None:
        """Shows these lines; None is room left free."""
        self.lines = list(lines)
        self.differing = {at for at, pair in enumerate(pairs) if not pair.is_same}
        self.setPlainText("\n".join("" if line is None else line.text for line in lines))
        self._make_room()
        self._mark()

    def bring_up(self, block: int) -> None:
        """Shows a line in the middle, with the cursor on it."""
        found = self.document().findBlockByNumber(block)
        if found.isValid():
            self.setTextCursor(QTextCursor(found))
            self.centerCursor()

    def set_theme(self, theme: Theme) -> None:
        """Draws with another theme."""
        self.theme = theme
        self.setStyleSheet(
            f"QPlainTextEdit {{ border: none; border-radius: 0; padding: 0;"
            f" background: {theme.surface}; color: {theme.text}; font-family: '{MONO_FONT}';"
            f" font-size: {theme.px(Step.SMALL)}px; selection-background-color:"
            f" {theme.accent_soft}; selection-color: {theme.text}; }}"
        )
        self.setFont(theme.font(Step.SMALL, mono=True))
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        self._highlighter.set_style(theme.highlight_style)
        self._make_room()
        self._mark()

    def rows_on_screen(self) -> list[tuple[int, QRectF]]:
        """The rows that show, and where in the viewport."""
        found = []
        block = self.firstVisibleBlock()
        while block.isValid():
            area = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if area.top() > self.viewport().height():
                break
            found.append((block.blockNumber(), area))
            block = block.next()
        return found

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        goes_back = event.key() in _BEFORE or (
            event.key() == Qt.Key.Key_F7 and event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        )
        if goes_back or event.key() in _NEXT:
            self.step_asked.emit(-1 if goes_back else 1)
        else:
            super().keyPressEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        self.setViewportMargins(self._gutter.wanted_width(), 0, 0, 0)
        area = self.contentsRect()
        width = self._gutter.wanted_width()
        self._gutter.setGeometry(QRect(area.left(), area.top(), width, area.height()))

    def _mark(self) -> None:
        """Tints what differs: the whole line, and stronger what differs within it."""
        soft = QColor(getattr(self.theme, f"{self._ink}_soft"))
        strong = QColor(self.ink)
        strong.setAlpha(70)
        selections = []
        for at in sorted(self.differing):
            line = self.lines[at]
            ground = QColor(self.theme.sunken) if line is None else soft
            selections.append(self._tint(at, 0, 0, ground, is_line=True))
            for start, end in () if line is None else line.marks:
                selections.append(self._tint(at, start, end, strong))
        self.setExtraSelections(selections)
        self._gutter.update()

    def _tint(
        self, at: int, start: int, end: int, ground: QColor, *, is_line: bool = False
    ) -> QTextEdit.ExtraSelection:
        form = QTextCharFormat()
        form.setBackground(ground)
        form.setProperty(QTextFormat.Property.FullWidthSelection, is_line)
        cursor = QTextCursor(self.document().findBlockByNumber(at))
        begin = cursor.position()
        cursor.setPosition(begin + start)
        cursor.setPosition(begin + end, QTextCursor.MoveMode.KeepAnchor)
        selection = QTextEdit.ExtraSelection()
        selection.cursor = cursor
        selection.format = form
        return selection


class _Gutter(QWidget):
    """Line numbers of the file, and a sign beside lines that differ: colour alone says nothing."""

    def __init__(self, pane: _Pane) -> None:
        super().__init__(pane)
        self._pane = pane

    def wanted_width(self) -> int:
        """Pixels for the longest number and the sign."""
        digits = max(2, len(str(len(self._pane.lines))))
        return _SIGN_ROOM + _ROOM + digits * self._pane.fontMetrics().horizontalAdvance("9")

    @override
    def sizeHint(self) -> QSize:
        return QSize(self.wanted_width(), 0)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        pane = self._pane
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(pane.theme.surface))
        painter.setFont(pane.font())
        across = Qt.AlignmentFlag.AlignVCenter
        for at, area in pane.rows_on_screen():
            line = pane.lines[at] if at < len(pane.lines) else None
            if line is None:
                continue
            differs = at in pane.differing
            painter.setPen(QColor(pane.ink if differs else pane.theme.muted))
            box = QRectF(0, area.top(), self.width() - _SIGN_ROOM, area.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | across, str(line.number))
            if differs:
                box = QRectF(box.right(), area.top(), _SIGN_ROOM - 4, area.height())
                painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | across, pane.sign)
        painter.end()


def _titled(name: str, pane: _Pane) -> QWidget:
    title = label(name, "caption")
    title.setContentsMargins(Space.MEDIUM, Space.HAIR, Space.MEDIUM, Space.HAIR)
    layout = column(spacing=0)
    layout.addWidget(title)
    layout.addWidget(pane, 1)
    made = QWidget()
    made.setLayout(layout)
    return made
