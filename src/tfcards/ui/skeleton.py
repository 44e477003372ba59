"""What the window shows before the collection is open: the shape of Today, without numbers."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPalette
from typing_extensions import override

from tfcards.ui.look.theme import Radius, Space
from tfcards.ui.page import Page


class Skeleton(Page):
    """Grey shapes where today's numbers and decks will be."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Opening your collection")

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = QGuiApplication.palette()  # a stylesheet changes the widget's own
        painter.setPen(Qt.PenStyle.NoPen)
        width = self.width() - 2 * Space.PAGE
        painter.setBrush(colours.color(QPalette.ColorRole.AlternateBase))
        painter.drawRoundedRect(QRectF(Space.PAGE, 32, 120, 22), 6, 6)
        for top, height in ((84, 150), (258, 280)):
            painter.setBrush(colours.color(QPalette.ColorRole.Base))
            painter.drawRoundedRect(
                QRectF(Space.PAGE, top, width, height), Radius.CARD, Radius.CARD
            )
        painter.setBrush(colours.color(QPalette.ColorRole.AlternateBase))
        painter.drawRoundedRect(QRectF(Space.PAGE + 24, 116, 90, 44), 8, 8)
        painter.drawRoundedRect(QRectF(Space.PAGE + 24, 180, 220, 16), 6, 6)
        for number in range(6):
            wide = (0.34, 0.28, 0.4, 0.3, 0.36, 0.26)[number] * width
            painter.drawRoundedRect(QRectF(Space.PAGE + 24, 288 + number * 40, wide, 14), 6, 6)
        painter.end()
