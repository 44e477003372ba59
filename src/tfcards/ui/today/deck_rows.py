"""The deck list of Today: one painted, focusable row per deck. Counts nothing itself."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from tfcards.sessions.today import DeckRow
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.look.icons import pixmap
from tfcards.ui.look.pieces import clear, column, paint_ground
from tfcards.ui.look.theme import Radius, Space, Step, Theme

NUMBER_WIDTH = 74  # px at the default text size, for each of new, learning, due
ACTION_WIDTH = 84
INDENT = 22
HEADINGS = ("New", "Learning", "Due")
_WAITS = "; new cards come once you begin it"


class DeckList(QWidget):
    """Headings and one row per deck, told by id: to be studied, or to be begun."""

    study_asked = Signal(object)
    begin_asked = Signal(object)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self.rows: list[DeckButton] = []
        self._layout = column(spacing=0)
        self.setLayout(self._layout)

    def show_decks(self, decks: tuple[DeckRow, ...]) -> None:
        """Show these decks, keeping rows that are there already."""
        if len(decks) != len(self.rows):
            clear(self._layout)
            self._layout.addWidget(_Headings(self._appearance))
            self.rows = [DeckButton(deck, self._appearance) for deck in decks]
            for made in self.rows:
                made.clicked.connect(lambda _=False, made=made: self._ask(made))
                self._layout.addWidget(made)
        for existing, deck in zip(self.rows, decks, strict=True):
            existing.show_deck(deck)

    def _ask(self, chosen: "DeckButton") -> None:
        deck = chosen.deck
        asked = self.study_asked if deck.has_work or not deck.waits else self.begin_asked
        asked.emit(deck.deck_id)


class DeckButton(QAbstractButton):
    """One deck: its name, its three numbers, and Study."""

    def __init__(self, deck: DeckRow, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self.deck = deck
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_deck(deck)

    def show_deck(self, deck: DeckRow) -> None:
        """Show another deck's numbers in this row."""
        self.deck = deck
        self.setToolTip(f"{deck.full_name}: {deck.total} cards{_WAITS if deck.waits else ''}")
        counts = f"{deck.new} new, {deck.learning} learning, {deck.due} due"
        self.setAccessibleName(
            f"{self._action or 'Study'} {deck.full_name}: {counts}{_WAITS if deck.waits else ''}"
        )
        self.update()

    @property
    def _action(self) -> str:
        """What a click does, in a word; nothing where there is nothing to do."""
        if self.deck.has_work:
            return "Study"
        return "Begin" if self.deck.waits else ""

    @override
    def sizeHint(self) -> QSize:
        return QSize(420, self._appearance.theme.px(40))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(self, painter, theme, Radius.CONTROL)
        self._paint_name(painter, theme)
        self._paint_numbers(painter, theme)
        self._paint_action(painter, theme)
        painter.end()

    def _paint_name(self, painter: QPainter, theme: Theme) -> None:
        left = Space.MEDIUM + self.deck.depth * INDENT
        room = QRectF(left, 0, self.width() - left - _columns_width(theme), self.height())
        weight = QFont.Weight.DemiBold if self.deck.depth == 0 else QFont.Weight.Normal
        font = theme.font(Step.BODY, weight)
        painter.setFont(font)
        painter.setPen(QColor(theme.text if self.deck.has_work else theme.muted))
        name = painter.fontMetrics().elidedText(
            self.deck.name, Qt.TextElideMode.ElideRight, int(room.width()) - Space.SMALL
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)

    def _paint_numbers(self, painter: QPainter, theme: Theme) -> None:
        left = self.width() - _columns_width(theme)
        numbers = (self.deck.new, self.deck.learning, self.deck.due)
        for number, colour in zip(numbers, (theme.easy, theme.hard, theme.good), strict=True):
            weight = QFont.Weight.DemiBold if number else QFont.Weight.Normal
            painter.setFont(theme.font(Step.BODY, weight))
            painter.setPen(QColor(colour if number else theme.muted))
            room = QRectF(left, 0, theme.px(NUMBER_WIDTH), self.height())
            painter.drawText(
                room, Qt.AlignmentFlag.AlignCenter, str(number) if number else "\N{EN DASH}"
            )
            left += theme.px(NUMBER_WIDTH)

    def _paint_action(self, painter: QPainter, theme: Theme) -> None:
        if not self._action:
            return
        width = theme.px(ACTION_WIDTH)
        room = QRectF(self.width() - width, 0, width - 30, self.height())
        painter.setFont(theme.font(Step.SMALL, QFont.Weight.DemiBold))
        painter.setPen(QColor(theme.accent))
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, side, self._action)
        arrow = pixmap("right", 16, theme.accent)
        painter.drawPixmap(self.width() - 26, (self.height() - 16) // 2, arrow)


class _Headings(QWidget):
    """The names of the three number columns."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self.setFixedHeight(26)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setFont(theme.font(Step.CAPTION, QFont.Weight.Medium))
        painter.setPen(QColor(theme.muted))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(Space.MEDIUM, 0, 200, self.height()), middle, "Deck")
        left = self.width() - _columns_width(theme)
        for heading in HEADINGS:
            room = QRectF(left, 0, theme.px(NUMBER_WIDTH), self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, heading)
            left += theme.px(NUMBER_WIDTH)
        painter.end()


def _columns_width(theme: Theme) -> int:
    return len(HEADINGS) * theme.px(NUMBER_WIDTH) + theme.px(ACTION_WIDTH)
