"""A key cap with a word that can also be clicked. What it does is decided by whoever listens."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton
from typing_extensions import override

from tfcards.ui.look.appearance import Appearance
from tfcards.ui.look.pieces import paint_ground
from tfcards.ui.look.theme import Radius, Space, Step

CAP_PADDING = 6


class KeyHint(QAbstractButton):
    """For example [E] Edit."""

    def __init__(self, key: str, word: str, appearance: Appearance) -> None:
        super().__init__()
        self._key = key
        self._appearance = appearance
        self.setText(word)
        self.setAccessibleName(word)
        self.setToolTip(f"{word} ({key})")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def _key_font(self) -> QFont:
        return self._appearance.theme.font(Step.CAPTION - 1, QFont.Weight.DemiBold)

    def _word_font(self) -> QFont:
        return self._appearance.theme.font(Step.CAPTION, QFont.Weight.Medium)

    def _cap_width(self) -> int:
        text = QFontMetrics(self._key_font()).horizontalAdvance(self._key)
        return max(20, text + 2 * CAP_PADDING)

    @override
    def sizeHint(self) -> QSize:
        word = QFontMetrics(self._word_font()).horizontalAdvance(self.text())
        return QSize(self._cap_width() + word + 3 * Space.SMALL, 28)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(self, painter, theme, Radius.SMALL)
        cap = QRectF(Space.SMALL, (self.height() - 20) / 2, self._cap_width(), 20)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(cap, 4, 4)
        painter.setPen(QColor(theme.muted))
        painter.setFont(self._key_font())
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)
        painter.setFont(self._word_font())
        word = QRectF(cap.right() + Space.SMALL, 0, self.width(), self.height())
        painter.drawText(word, Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()
