"""The Today page: what is due, where to start, labs within reach. Its numbers are a session's."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget
from typing_extensions import override

from tfcards.core.wording import cards_text
from tfcards.sessions.labs import LabState
from tfcards.sessions.today import Today, today
from tfcards.ui.context import Context
from tfcards.ui.keys import focused_button, press_keys
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.look.empty import EmptyState
from tfcards.ui.look.icons import Ink
from tfcards.ui.look.pieces import (
    Card,
    Picture,
    button,
    chip,
    column,
    label,
    row,
    scrolled,
    set_tone,
)
from tfcards.ui.look.theme import Space
from tfcards.ui.page import Page
from tfcards.ui.today.deck_rows import DeckButton, DeckList
from tfcards.ui.today.lab_cards import LabCards
from tfcards.ui.today.stale_cards import StaleCards

WIDTH = 980


class TodayPage(Page):
    """The first page of the day."""

    def __init__(self, context: Context, appearance: Appearance) -> None:
        super().__init__()
        self._context = context
        self._hero = _Hero()
        self._hero.start.clicked.connect(lambda: self.study_asked.emit(None))
        self._decks = DeckList(appearance)
        self._decks.study_asked.connect(self.study_asked)
        self._decks.begin_asked.connect(self._begin)
        self._labs = LabCards(self.lab_asked.emit)
        self._labs_title = label("Labs within reach", "heading")
        self.stale = StaleCards(context)
        self.stale.told.connect(self.told)
        self._date = label("", "muted")
        self._no_cards = EmptyState(
            "review", "No cards yet", "The built-in decks are being read, or none were found."
        )
        self._pages = QStackedWidget()
        self._pages.addWidget(scrolled(self._content()))
        self._pages.addWidget(self._no_cards)
        layout = column()
        layout.addWidget(self._pages)
        self.setLayout(layout)
        press_keys(self, self._press, "Space", "Return", "Enter")

    @property
    def start(self) -> QWidget:
        """The button that begins the day's reviews."""
        return self._hero.start

    @property
    def deck_rows(self) -> list[DeckButton]:
        """The rows of the deck list."""
        return self._decks.rows

    @override
    def enter(self) -> None:
        """Read the day anew."""
        day = today(self._context.collection, self._context.labs, self._context.clock)
        number = self._context.collection.calendar().day(self._context.clock())
        this_day = date.fromordinal(number)
        self._date.setText(f"{this_day:%A}, {this_day.day} {this_day:%B}")
        self._hero.show_day(day)
        self._decks.show_decks(day.decks)
        self._labs.show_labs(day.labs)
        self._labs_title.setVisible(bool(day.labs))
        self._pages.setCurrentIndex(0 if day.decks else 1)
        self.stale.look()

    def _begin(self, deck_id: int) -> None:
        self._context.collection.begin_deck(deck_id)
        self.told.emit("Begun: its new cards come daily from now on. Ctrl+Z takes it back.")
        self.changed.emit()
        self.study_asked.emit(deck_id)

    def _press(self) -> None:
        """Space or Enter: the focused button if there is one, else Start."""
        focused = focused_button(self)
        if focused is not None:
            focused.click()
        elif self._hero.start.isVisible():
            self.study_asked.emit(None)

    def _content(self) -> QWidget:
        content = QWidget()
        inner = column(spacing=Space.MEDIUM)
        top = column(spacing=2)
        top.addWidget(label("Today", "title"))
        top.addWidget(self._date)
        inner.addLayout(top)
        inner.addWidget(self._hero)
        inner.addWidget(self.stale)
        inner.addSpacing(Space.SMALL)
        inner.addWidget(self._labs_title)
        inner.addWidget(self._labs)
        inner.addSpacing(Space.SMALL)
        inner.addWidget(label("Decks", "heading"))
        decks = Card(margin=Space.MEDIUM)
        decks.body.addWidget(self._decks)
        inner.addWidget(decks)
        inner.addStretch(1)
        outer = row()
        outer.setContentsMargins(Space.PAGE, Space.WIDE, Space.PAGE, Space.WIDE)
        middle = QWidget()
        middle.setLayout(inner)
        middle.setMaximumWidth(WIDTH)
        outer.addWidget(middle, 1)
        content.setLayout(outer)
        return content


class _Hero(Card):
    """How much is due, and the button to start; or that nothing is, and what next."""

    def __init__(self) -> None:
        super().__init__(margin=Space.WIDE)
        self._number = label("", "hero")
        self._rest = Picture("rest", 40, Ink.ACCENT)
        self._words = label("", "title", wraps=True)
        self._detail = label("", "muted", wraps=True)
        self._chips = {
            "new": chip("", "new"), "learning": chip("", "learning"), "due": chip("", "due")
        }  # fmt: skip
        self.start = button("Start", "large", "play")
        self.start.setAccessibleName("Start reviewing what is due")
        words = column(spacing=Space.HAIR)
        words.addWidget(self._words)
        words.addWidget(self._detail)
        chips = row()
        for each in self._chips.values():
            chips.addWidget(each)
        chips.addStretch(1)
        self._chip_row = QWidget()
        chips.setContentsMargins(0, Space.HAIR, 0, 0)
        self._chip_row.setLayout(chips)
        words.addWidget(self._chip_row)
        across = row(spacing=Space.WIDE)
        across.addWidget(self._number, 0, Qt.AlignmentFlag.AlignVCenter)
        across.addWidget(self._rest, 0, Qt.AlignmentFlag.AlignVCenter)
        across.addLayout(words, 1)
        across.addWidget(self.start, 0, Qt.AlignmentFlag.AlignVCenter)
        self.body.addLayout(across)

    def show_day(self, day: Today) -> None:
        """Show the day's numbers."""
        count = day.new + day.learning + day.due
        self._number.setVisible(count > 0)
        self._number.setText(str(count))
        self._rest.setVisible(count == 0)
        self._chip_row.setVisible(count > 0)
        self._words.setText(_headline(day, count))
        self._detail.setText(_detail(day, count))
        self.start.setVisible(count > 0)
        for name, made in self._chips.items():
            number = getattr(day, name)
            made.setText(f"{number} {name}")
            set_tone(made, name if number else "none")


def _headline(day: Today, count: int) -> str:
    if count:
        return "card for today" if count == 1 else "cards for today"
    return "Done for today." if day.reviewed else "Nothing is due today."


def _detail(day: Today, count: int) -> str:
    answered = f"{cards_text(day.reviewed)} answered so far." if day.reviewed else ""
    if count:
        minutes = "about a minute" if day.minutes <= 1 else f"about {day.minutes} minutes"
        return f"{minutes.capitalize()}. {answered}".strip()
    is_open = any(lab.state in (LabState.OPEN, LabState.BEGUN, LabState.DUE) for lab in day.labs)
    next_step = (
        "A lab is open below: put what you know to work."
        if is_open
        else "The next cards come when their time is right; there is nothing to catch up on."
    )
    return f"{answered} {next_step}".strip()
