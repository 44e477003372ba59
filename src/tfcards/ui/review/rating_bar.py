"""The four rating buttons: grade, what it leads to, its key. Suggests nothing by itself."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from tfcards.core.model import Rating
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.look.pieces import row
from tfcards.ui.look.theme import Space, Step, Theme

CORNER = 10
KEY_SIZE = 22


class RatingBar(QWidget):
    """Again, Hard, Good, Easy; `rated` carries the rating."""

    rated = Signal(Rating)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.buttons = {rating: RatingButton(rating, appearance) for rating in Rating}
        layout = row(spacing=Space.SMALL + 2)
        for rating, made in self.buttons.items():
            made.clicked.connect(lambda _=False, rating=rating: self.rated.emit(rating))
            layout.addWidget(made, 1)
        self.setLayout(layout)

    def show_previews(self, previews: Mapping[Rating, str], suggested: Rating) -> None:
        """Say what each rating leads to, and make the suggested one stand out."""
        for rating, made in self.buttons.items():
            made.show_preview(previews.get(rating, ""), is_suggested=rating is suggested)


class RatingButton(QAbstractButton):
    """One grade. The suggested one is filled with its colour's tint."""

    def __init__(self, rating: Rating, appearance: Appearance) -> None:
        super().__init__()
        self.rating = rating
        self._appearance = appearance
        self._is_suggested = False
        self.preview = ""
        self.setText(rating.name.capitalize())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_preview("", is_suggested=False)

    def show_preview(self, preview: str, *, is_suggested: bool) -> None:
        """Say when the card comes back after this rating."""
        self.preview = preview
        self._is_suggested = is_suggested
        hint = " (suggested)" if is_suggested else ""
        self.setAccessibleName(f"{self.text()}, next review in {preview}{hint}")
        self.setToolTip(f"{self.text()} ({self.rating.value})")
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(150, self._appearance.theme.px(58))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        colour = getattr(theme, self.rating.name.lower())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(self._ground(theme)))
        painter.setPen(self._edge(theme, colour))
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, CORNER, CORNER)
        text = box.adjusted(15, 9, -KEY_SIZE - 22, -9)
        painter.setPen(QColor(colour))
        painter.setFont(theme.font(Step.BODY + 1, QFont.Weight.DemiBold))
        painter.drawText(text, Qt.AlignmentFlag.AlignTop, self.text())
        painter.setPen(QColor(theme.text if self._is_suggested else theme.muted))
        painter.setFont(theme.font(Step.SMALL))
        painter.drawText(text, Qt.AlignmentFlag.AlignBottom, self.preview)
        self._paint_key(painter, theme, box)
        painter.end()

    def _ground(self, theme: Theme) -> str:
        if self.isDown():
            return theme.pressed
        if self._is_suggested:
            return str(getattr(theme, f"{self.rating.name.lower()}_soft"))
        return theme.hover if self.underMouse() else theme.raised

    def _edge(self, theme: Theme, colour: str) -> QPen:
        if self.hasFocus():
            return QPen(QColor(theme.accent), 2)
        lifted = self._is_suggested or self.underMouse()
        return QPen(QColor(colour if lifted else theme.line), 1.2)

    def _paint_key(self, painter: QPainter, theme: Theme, box: QRectF) -> None:
        cap = QRectF(0, 0, KEY_SIZE, KEY_SIZE)
        cap.moveCenter(box.center())
        cap.moveRight(box.right() - 13)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.surface if self._is_suggested else theme.sunken))
        painter.drawRoundedRect(cap, 5, 5)
        painter.setPen(QColor(theme.muted))
        painter.setFont(theme.font(Step.CAPTION, QFont.Weight.DemiBold))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, str(self.rating.value))
