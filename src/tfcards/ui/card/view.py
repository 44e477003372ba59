"""Shows a card's HTML well: rounded code, pills, crisp formulas and pictures. Never makes HTML."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QDesktopServices,
    QFontMetricsF,
    QImage,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextDocument,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QFrame, QTextBrowser, QWidget
from typing_extensions import override

from tfcards.ui.card.shapes import Shape, shapes
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.look.theme import MONO_FONT, READING_WIDTH, Radius, Space, Theme

FORMULA_GROWTH = 1.1  # STIX looks smaller than Inter at the same size
LINKS_OPENED = {"http", "https"}
TAB_LETTERS = 4  # width of a tab in code
_FORMULA = re.compile(r'src="(math:[^"]+)"')


class CardView(QTextBrowser):
    """One card. `picked` tells which option or key point was clicked.

    `media` gives the bytes of a picture by its name, or None if there is none.
    """

    picked = Signal(int)

    def __init__(
        self,
        appearance: Appearance,
        parent: QWidget | None = None,
        *,
        media: Callable[[str], bytes | None] | None = None,
    ) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._media = media
        self._pictures: dict[str, QImage] = {}
        self._shapes: list[Shape] | None = None
        self._html = ""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setAccessibleName("Card")
        self.document().setDocumentMargin(Space.WIDE)
        self.anchorClicked.connect(self._follow)
        self.document().documentLayout().documentSizeChanged.connect(self._forget_shapes)
        appearance.changed.connect(self._restyle)
        self._wear(appearance.theme)

    def show_html(self, html: str) -> None:
        """Show a card from its top."""
        self._html = html
        self._shapes = None
        self.setHtml(html)

    def replace_html(self, html: str) -> None:
        """Show a changed card without moving what the learner looks at."""
        where = self.verticalScrollBar().value()
        self.show_html(html)
        self.verticalScrollBar().setValue(where)

    # ---- resources

    def draw_formula_of(self, html: str) -> bool:
        """Draw a formula ahead of showing this page; False when all are drawn.

        Each takes a while: a page with many is shown sooner than it would be at once.
        """
        waiting = (name for name in _FORMULA.findall(html) if name not in self._pictures)
        name = next(waiting, None)
        if name is not None:
            self._pictures[name] = self._formula(name)
        return name is not None

    @override
    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Formulas and pictures, ready at the size they are drawn in; nothing from the network."""
        address = (
            name
            if isinstance(name, str)
            else name.toString(QUrl.ComponentFormattingOption.FullyEncoded)
        )
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return None
        if address not in self._pictures:
            picture = (
                self._formula(address) if address.startswith("math:") else self._picture(address)
            )
            if picture is None:
                return None
            self._pictures[address] = picture
        return self._pictures[address]

    def _formula(self, address: str) -> QImage:
        # ziamath takes a while to import: only when a card has a formula
        from tfcards.rendering import math_svg  # noqa: PLC0415 - loaded when first needed

        _, where, quoted = address.split(":", 2)
        is_inline = where == "i"
        theme = self._appearance.theme
        drawn = math_svg(unquote(quoted), theme.text_size * FORMULA_GROWTH, theme.text, is_inline)
        above = below = 0.0
        if is_inline:
            above, below = self._padding(drawn.height, drawn.descent)
        size = QSize(int(drawn.width + 2), int(drawn.height + above + below + 1))
        image = self._canvas(size)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        QSvgRenderer(QByteArray(drawn.svg)).render(
            painter, QRectF(1, above, drawn.width, drawn.height)
        )
        painter.end()
        return image

    def _padding(self, height: float, descent: float) -> tuple[float, float]:
        """Room above and below that puts the baseline right under `vertical-align: middle`.

        Qt centres such an image on half the x-height, so the image must reach as far above that
        line as below it.
        """
        over = (height - descent) - descent - QFontMetricsF(self.font()).xHeight()
        return (0.0, over) if over > 0 else (-over, 0.0)

    def _picture(self, address: str) -> QImage | None:
        if self._media is None:
            return None
        data = self._media(unquote(address))
        image = QImage.fromData(data) if data else QImage()
        if image.isNull():
            return None
        ratio = self.devicePixelRatioF()
        widest = int(min(READING_WIDTH, max(self.viewport().width(), 200)) - 2 * Space.WIDE)
        wanted = min(image.width(), widest)
        image = image.scaledToWidth(int(wanted * ratio), Qt.TransformationMode.SmoothTransformation)
        image.setDevicePixelRatio(ratio)
        return image

    def _canvas(self, size: QSize) -> QImage:
        ratio = self.devicePixelRatioF()
        image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(0)
        return image

    # ---- looks

    def _restyle(self, theme: Theme) -> None:
        self._pictures.clear()
        self._wear(theme)
        self.show_html(self._html)

    def _wear(self, theme: Theme) -> None:
        font = theme.font(theme.text_size)
        font.setPixelSize(theme.text_size)
        self.setFont(font)
        self.document().setDefaultFont(font)
        code = QFontMetricsF(theme.font(theme.text_size, mono=True))
        self.setTabStopDistance(TAB_LETTERS * code.horizontalAdvance(" "))

    def _forget_shapes(self) -> None:
        self._shapes = None

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the text in a column of reading width, in the middle."""
        spare = max(0, self.width() - READING_WIDTH - 2 * Space.WIDE) // 2
        if self.viewportMargins().left() != spare:
            self.setViewportMargins(spare, 0, spare, 0)
        self._shapes = None
        super().resizeEvent(event)

    @override
    def event(self, event: QEvent) -> bool:
        """Scroll also when the wheel turns over the empty sides."""
        if event.type() == QEvent.Type.Wheel:
            QApplication.sendEvent(self.verticalScrollBar(), event)
            return True
        return super().event(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw rounded grounds first, then the text."""
        if self._shapes is None:
            self._shapes = shapes(self.document(), MONO_FONT)
        theme = self._appearance.theme
        left, top = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        visible = QRectF(self.viewport().rect()).translated(left, top)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-left, -top)
        for shape in self._shapes:
            if shape.box.intersects(visible):
                _draw(painter, shape, theme)
        painter.end()
        super().paintEvent(event)

    # ---- links

    def _follow(self, link: QUrl) -> None:
        if link.scheme() == "pick" and link.path().isdecimal():
            self.picked.emit(int(link.path()))
        elif link.scheme() in LINKS_OPENED:
            QDesktopServices.openUrl(link)


def _draw(painter: QPainter, shape: Shape, theme: Theme) -> None:
    if shape.is_block:
        painter.setPen(QColor(theme.line))
        painter.setBrush(QColor(theme.code_background))
        painter.drawRoundedRect(shape.box, Radius.CONTROL, Radius.CONTROL)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.inline_code))
        painter.drawRoundedRect(shape.box, 4, 4)
