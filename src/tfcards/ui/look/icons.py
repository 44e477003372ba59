"""Icons that take their colours from the palette when painted. Which icon means what is not here.

An icon called `play` is the file `icons/play.svg`; checked buttons show it filled in the accent.
"""

from enum import Enum
from functools import cache
from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPalette,
    QPixmap,
    QPixmapCache,
)
from PySide6.QtSvg import QSvgRenderer
from typing_extensions import override

import tfcards.ui


class Ink(Enum):
    """Which colour of the palette an icon is drawn in."""

    TEXT = QPalette.ColorRole.WindowText
    MUTED = QPalette.ColorRole.PlaceholderText
    ACCENT = QPalette.ColorRole.Accent
    ON_ACCENT = QPalette.ColorRole.HighlightedText


def icon(name: str, ink: Ink | str = Ink.MUTED) -> QIcon:
    """The icon `name`; `ink` is a palette colour that follows the theme, or a fixed `#rrggbb`."""
    return QIcon(_TintedEngine(_drawing(name), ink))


def pixmap(name: str, size: int, ink: Ink | str = Ink.MUTED) -> QPixmap:
    """The icon as a picture of `size` px, crisp on the screen in use."""
    return icon(name, ink).pixmap(QSize(size, size))


@cache
def _drawing(name: str) -> str:
    path = Path(str(files(tfcards.ui))) / "icons" / f"{name}.svg"
    return path.read_text(encoding="utf-8")


class _TintedEngine(QIconEngine):
    """Paints a stroke drawing in the colour the palette has at that moment.

    Rows of a list show the same few icons again and again: Qt keeps what each came to.
    """

    def __init__(self, drawing: str, ink: Ink | str) -> None:
        super().__init__()
        self._drawing = drawing
        self._ink = ink

    def _tinted(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        colours = QGuiApplication.palette()
        drawing = self._drawing
        if mode == QIcon.Mode.Disabled:
            colour = colours.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text).name()
        elif state == QIcon.State.On:
            colour = colours.color(QPalette.ColorRole.Accent).name()
            drawing = drawing.replace('fill="none"', f'fill="{colour}" fill-opacity="0.22"', 1)
        elif isinstance(self._ink, Ink):
            colour = colours.color(self._ink.value).name()
        else:
            colour = self._ink
        return drawing.replace("#000", colour)

    @override
    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        _render(self._tinted(mode, state), painter, rect)

    @override
    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        drawing = self._tinted(mode, state)
        key = f"{size.width()}x{size.height()} {drawing}"
        picture = QPixmap()
        if not QPixmapCache.find(key, picture):
            picture = QPixmap(size)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            _render(drawing, painter, QRect(QPoint(), size))
            painter.end()
            QPixmapCache.insert(key, picture)
        return picture

    @override
    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        picture = self.pixmap(size, mode, state)
        picture.setDevicePixelRatio(scale)
        return picture

    @override
    def clone(self) -> QIconEngine:
        return _TintedEngine(self._drawing, self._ink)


def _render(drawing: str, painter: QPainter, rect: QRect) -> None:
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(rect))
