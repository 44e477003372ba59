"""The strip of line numbers and error marks left of the code. It only draws."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPlainTextEdit, QToolTip, QWidget
from typing_extensions import override

from tfcards.ui.look.theme import Theme

_MARK_ROOM = 16
_RIGHT_ROOM = 12


class Lines(Protocol):
    """What the gutter asks of the code: the lines on screen, and the messages on some of them."""

    @property
    def errors(self) -> Mapping[int, str]: ...  # noqa: D102 - a protocol: told where it is met
    def visible_lines(self) -> Iterator[tuple[int, QRectF]]: ...  # noqa: D102 - a protocol: told where it is met


class CodeGutter(QWidget):
    """Line numbers, the current one stronger, a red dot where the last run failed."""

    def __init__(self, editor: QPlainTextEdit, lines: Lines, theme: Theme) -> None:
        super().__init__(editor)
        self._editor = editor
        self._lines = lines
        self.theme = theme

    def wanted_width(self) -> int:
        """Pixels for the longest line number and the marks."""
        digits = max(2, len(str(self._editor.blockCount())))
        advance = self._editor.fontMetrics().horizontalAdvance("9")
        return _MARK_ROOM + _RIGHT_ROOM + digits * advance

    @override
    def sizeHint(self) -> QSize:
        return QSize(self.wanted_width(), 0)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), QColor(self.theme.surface))
        painter.setFont(self._editor.font())
        current = self._editor.textCursor().blockNumber()
        errors = self._lines.errors
        for line, area in self._lines.visible_lines():
            if area.bottom() < event.rect().top():
                continue
            if area.top() > event.rect().bottom():
                break
            self._draw_line(painter, line, area, is_current=line == current + 1, errors=errors)
        painter.end()

    @override
    def event(self, event: QEvent) -> bool:
        """Shows an error's message on the dot and its number."""
        if isinstance(event, QHelpEvent):
            y = event.pos().y()
            places = self._lines.visible_lines()
            line = next((n for n, area in places if area.top() <= y < area.bottom()), 0)
            message = self._lines.errors.get(line, "")
            QToolTip.showText(event.globalPos(), message, self)
            return True
        return super().event(event)

    def _draw_line(
        self,
        painter: QPainter,
        line: int,
        area: QRectF,
        *,
        is_current: bool,
        errors: Mapping[int, str],
    ) -> None:
        colour = self.theme.text if is_current else self.theme.muted
        if line in errors:
            colour = self.theme.again
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawEllipse(QPointF(_MARK_ROOM / 2 + 1, area.center().y()), 3.5, 3.5)
        painter.setPen(QColor(colour))
        box = QRectF(0, area.top(), self.width() - _RIGHT_ROOM, area.height())
        painter.drawText(
            box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(line)
        )
