"""Small building blocks that pages share: labels, buttons, cards. No page and no session."""

from html import escape
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from tfcards.ui.look.icons import Ink, icon, pixmap
from tfcards.ui.look.theme import Radius, Space, Theme

SHADOW_REACH = 3  # px a card keeps free below for its shadow
_Layout = TypeVar("_Layout", bound=QBoxLayout)


def label(text: str = "", role: str = "body", *, wraps: bool = False) -> QLabel:
    """A label in one of the theme's text roles; its text is never taken for markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    made.setWordWrap(wraps)
    return made


def chip(text: str, tone: str = "none") -> QLabel:
    """A short fact on a rounded tint; `tone` names the tint."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("kind", "chip")
    made.setProperty("tone", tone)
    return made


def set_tone(made: QLabel, tone: str) -> None:
    """Change a chip's tint."""
    if made.property("tone") != tone:
        made.setProperty("tone", tone)
        made.style().unpolish(made)
        made.style().polish(made)


def key_cap(text: str) -> QLabel:
    """A key of the keyboard, for hints."""
    made = QLabel(text)
    made.setProperty("kind", "key")
    return made


def button(text: str, kind: str = "", icon_name: str = "", *, hint: str = "") -> QPushButton:
    """A push button of the theme's `kind`, with an icon in the button's own ink."""
    # Qt leaves 4 px between icon and text: a thin space makes it 8
    made = QPushButton(f"\N{EN SPACE}{text}" if icon_name and text else text)
    made.setProperty("kind", kind)
    made.setAutoDefault(False)
    if icon_name:
        made.setIcon(icon(icon_name, Ink.ON_ACCENT if kind in {"primary", "large"} else Ink.MUTED))
        made.setIconSize(QSize(18, 18))
    if hint:
        made.setToolTip(hint)
    made.setAccessibleName(text or hint)
    return made


def wrapped(text: str) -> str:
    """Plain text for a tooltip that breaks its lines, instead of one line across the screen."""
    return f"<p>{escape(text, quote=False)}</p>" if text else ""


def line() -> QFrame:
    """A thin divider."""
    made = QFrame()
    made.setProperty("kind", "line")
    return made


def column(*, margin: int = 0, spacing: int = Space.MEDIUM) -> QVBoxLayout:
    """A vertical layout with the given distances."""
    return _spaced(QVBoxLayout(), margin, spacing)


def row(*, margin: int = 0, spacing: int = Space.SMALL) -> QHBoxLayout:
    """A horizontal layout with the given distances."""
    return _spaced(QHBoxLayout(), margin, spacing)


def _spaced(layout: _Layout, margin: int, spacing: int) -> _Layout:
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(spacing)
    return layout


def clear(layout: QBoxLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif isinstance(inner, QBoxLayout):
            clear(inner)


class Picture(QLabel):
    """An icon shown large, following the theme."""

    def __init__(self, name: str, size: int, ink: Ink = Ink.MUTED) -> None:
        super().__init__()
        self._name, self._size, self._ink = name, size, ink
        self.setFixedSize(size, size)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(0, 0, pixmap(self._name, self._size, self._ink))
        painter.end()


class Card(QWidget):
    """A rounded surface on the window, with a soft shadow when the theme is light."""

    def __init__(self, *, margin: int = Space.WIDE, spacing: int = Space.MEDIUM) -> None:
        super().__init__()
        self.body = column(margin=margin, spacing=spacing)
        self.body.setContentsMargins(margin, margin, margin, margin + SHADOW_REACH)
        self.setLayout(self.body)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = self.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5 - SHADOW_REACH)
        if colours.color(QPalette.ColorRole.Window).lightness() > 128:
            _shadow(painter, box, colours.color(QPalette.ColorRole.Shadow))
        painter.setPen(colours.color(QPalette.ColorRole.Midlight))
        painter.setBrush(colours.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(box, Radius.CARD, Radius.CARD)
        painter.end()


def _shadow(painter: QPainter, box: QRectF, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for depth in range(SHADOW_REACH, 0, -1):
        colour.setAlpha(8)
        painter.setBrush(colour)
        painter.drawRoundedRect(box.adjusted(0, 4, 0, depth), Radius.CARD, Radius.CARD)


def scrolled(content: QWidget) -> "Scrolled":
    """`content` in an area that scrolls vertically and shows the window behind it."""
    content.setObjectName("scrolled")
    area = Scrolled()
    area.setWidget(content)
    return area


class Scrolled(QScrollArea):
    """Gives its content the height that wrapped text needs at the width there is."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return super().eventFilter(watched, event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self.fit()
        super().resizeEvent(event)

    def fit(self) -> None:
        """Gives the content its height now: before the next painting, when much was put in."""
        content = self.widget()
        if content is None or (layout := content.layout()) is None:
            return
        if layout.hasHeightForWidth():
            content.setMinimumHeight(layout.totalHeightForWidth(self.viewport().width()))


def paint_ground(button: QAbstractButton, painter: QPainter, theme: Theme, radius: int) -> None:
    """What a button that draws itself has under its words: the pointer's ground, the focus ring."""
    box = QRectF(button.rect()).adjusted(1, 1, -1, -1)
    if button.underMouse() or button.isDown():
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.pressed if button.isDown() else theme.hover))
        painter.drawRoundedRect(box, radius, radius)
    if button.hasFocus():
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.accent), 2))
        painter.drawRoundedRect(box, radius, radius)
