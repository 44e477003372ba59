"""The Review page: draws a review session, passes keys and clicks on. No rule of study here."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget
from typing_extensions import override

from tfcards.core.markdown import options
from tfcards.core.model import Kind, Note, Rating
from tfcards.sessions.review import ReviewSession
from tfcards.ui.answer_box import SHOW_KEYS, AnswerBox
from tfcards.ui.appearance import Appearance
from tfcards.ui.card_view import CardView
from tfcards.ui.context import Context
from tfcards.ui.key_hint import KeyHint
from tfcards.ui.keys import focused_button, press_keys
from tfcards.ui.note_editor import NoteEditor
from tfcards.ui.page import Page
from tfcards.ui.pieces import Card, button, column, key_cap, label, row
from tfcards.ui.rating_bar import RatingBar
from tfcards.ui.review_header import ReviewHeader
from tfcards.ui.review_summary import ReviewSummary, wait_in_ms
from tfcards.ui.theme import Space, Theme


class ReviewPage(Page):
    """One sitting of reviews, driven by keyboard or mouse."""

    def __init__(self, context: Context, appearance: Appearance) -> None:
        super().__init__()
        self._context = context
        self._appearance = appearance
        self.session: ReviewSession | None = None
        self._started: datetime = context.clock()
        self._is_fresh = False
        self.header = ReviewHeader(appearance)
        self.view = CardView(appearance, media=context.collection.media)
        self.view.picked.connect(self.pick)
        self.box = AnswerBox(appearance)
        self.box.finished.connect(self.reveal)
        self.show_answer = button("Show answer", "primary")
        self.box.left.connect(self.show_answer.setFocus)
        self.show_answer.clicked.connect(self.reveal)
        self.key = key_cap("Space")
        self.ratings = RatingBar(appearance)
        self.ratings.rated.connect(self.rate)
        self.reason = label("", "caption")
        self.reason.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.summary = ReviewSummary()
        self._lay_out()
        self._add_keys()
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._show_time)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.timeout.connect(self._come_back)
        appearance.changed.connect(self._wear)
        self._wear(appearance.theme)

    # ---- being a page

    def start(self, deck_id: int | None) -> None:
        """Begin a sitting with what is due in a deck, or in all of them."""
        self.session = ReviewSession(self._context.collection, self._context.clock, deck_id)
        self._is_fresh = True

    @override
    def enter(self) -> None:
        """Go on where the sitting stands, with the queue read anew."""
        if self.session is None:
            self.start(None)
        elif not self._is_fresh:
            self.session.refresh()
        self._is_fresh = False
        self._show_card()

    @override
    def leave(self) -> None:
        """Stop the clocks."""
        self._tick.stop()
        self._wait.stop()

    @override
    def undo(self) -> bool:
        """Take the last step back and show the card it was taken on."""
        return self._step("Undone", lambda session: session.undo())

    @override
    def redo(self) -> bool:
        """Do the undone step again."""
        return self._step("Redone", lambda session: session.redo())

    # ---- what the learner does

    def reveal(self) -> None:
        """Show the answer, with what was typed compared to it."""
        session = self._session_with_card()
        if session is not None and not session.revealed:
            session.reveal(self.box.toPlainText() if self.box.isVisibleTo(self) else "")
            self._show_sides(session)
            self.view.scrollToAnchor("answer")
            self.view.setFocus()

    def rate(self, rating: Rating) -> None:
        """Answer the card; it is on disk before the next one shows."""
        session = self._session_with_card()
        if session is not None and session.revealed:
            session.rate(rating)
            self._after_step()

    def pick(self, index: int) -> None:
        """Choose or unchoose an option, or tick a key point."""
        session = self._session_with_card()
        if session is not None:
            session.pick(index)
            self._redraw_card()
            self._show_ratings(session)

    def edit(self) -> None:
        """Open the note of this card for editing."""
        session = self._session_with_card()
        if session is not None and session.note is not None:
            editor = NoteEditor(session.note, self._appearance, self)
            editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            editor.saved.connect(self._save_note)
            editor.open()

    def bury(self) -> None:
        """Put the card aside until tomorrow."""
        self._put_aside(lambda session: session.bury(), "Buried until tomorrow")

    def suspend(self) -> None:
        """Put the card aside until it is brought back."""
        self._put_aside(lambda session: session.suspend(), "Suspended")

    def flag(self) -> None:
        """Flag the card, or take its flag off."""
        session = self._session_with_card()
        if session is not None and session.card is not None:
            session.flag(0 if session.card.flag else 1)
            self.header.show_session(session)
            self.changed.emit()

    # ---- inside

    def _session_with_card(self) -> ReviewSession | None:
        return self.session if self.session and self.session.card else None

    def _press(self) -> None:
        """Space or Enter: the focused button if there is one, else show, else rate as suggested."""
        focused = focused_button(self)
        if focused is not None:
            focused.click()
            return
        session = self._session_with_card()
        if session is None:
            self.summary.today.click()
        elif session.revealed:
            self.rate(session.suggested)
        else:
            self.reveal()

    def _number(self, number: int) -> None:
        """A digit rates a revealed card, and picks an option of a choice before."""
        session = self._session_with_card()
        if session is None or session.note is None:
            return
        if session.revealed and number <= Rating.EASY:
            self.rate(Rating(number))
        elif not session.revealed and number <= _options(session.note):
            self.pick(number - 1)

    def _put_aside(self, act: Callable[[ReviewSession], None], words: str) -> None:
        session = self._session_with_card()
        if session is not None:
            act(session)
            self.told.emit(f"{words}. U brings it back.")
            self._after_step()

    def _save_note(self, fields: dict[str, str], tags: tuple[str, ...]) -> None:
        session = self._session_with_card()
        if session is not None:
            session.edit(fields, tags)
            self._redraw_card()
            self._show_sides(session)
            self.told.emit("Note saved")
            self.changed.emit()

    def _step(self, word: str, act: Callable[[ReviewSession], str | None]) -> bool:
        if self.session is None:
            return False
        step = act(self.session)
        self.told.emit(f"{word}: {step}" if step else f"Nothing to {word[:4].lower()}.")
        self._after_step()
        return True

    def _after_step(self) -> None:
        self._show_card()
        self.changed.emit()

    # ---- drawing

    def _show_card(self) -> None:
        session = self.session
        if session is None:
            return
        self.header.show_session(session)
        if session.card is None or session.note is None:
            self._show_summary(session)
            return
        self._sides.setCurrentIndex(0)
        self._wait.stop()
        kind = session.note.type.kind
        self.box.setVisible(kind in SHOW_KEYS)
        self.box.ask(kind)
        self.key.setText(SHOW_KEYS.get(kind, "Space"))
        self._started = self._context.clock()
        self._show_time()
        self._tick.start()
        self._show_sides(session)
        (self.box if kind in SHOW_KEYS else self.view).setFocus()

    def _show_sides(self, session: ReviewSession) -> None:
        self.view.show_html(self._html(session))
        self._below.setCurrentIndex(1 if session.revealed else 0)
        if session.revealed:
            self.box.hide()
            self._show_ratings(session)

    def _show_ratings(self, session: ReviewSession) -> None:
        if session.revealed:
            marked = session.marked
            self.ratings.show_previews(session.previews(), marked.rating)
            self.reason.setText(marked.reason)

    def _redraw_card(self) -> None:
        session = self._session_with_card()
        if session is not None:
            self.view.replace_html(self._html(session))

    def _wear(self, theme: Theme) -> None:
        self._below.setFixedHeight(theme.px(88))
        self._redraw_card()

    def _html(self, session: ReviewSession) -> str:
        theme = self._appearance.theme
        return session.html(theme.colours, theme.text_size)

    def _show_summary(self, session: ReviewSession) -> None:
        self._tick.stop()
        self._sides.setCurrentIndex(1)
        summary = session.summary
        self.summary.show_summary(summary, self._context.collection.calendar().zone)
        if summary.waits_until is not None:
            self._wait.start(wait_in_ms(summary.waits_until, self._context.clock()))
        self.summary.today.setFocus()

    def _come_back(self) -> None:
        """A learning card may be due by now."""
        if self.session is not None:
            self.session.refresh()
            self._show_card()

    def _show_time(self) -> None:
        self.header.show_time(self._context.clock() - self._started)

    def _lay_out(self) -> None:
        card = Card(margin=Space.SMALL)
        card.body.addWidget(self.view, 1)
        self._below = QStackedWidget()
        self._below.addWidget(_with_key(self.show_answer, self.key))
        graded = QWidget()
        grades = column(spacing=Space.HAIR)
        grades.addWidget(self.ratings)
        grades.addWidget(self.reason)
        graded.setLayout(grades)
        self._below.addWidget(graded)
        studied = QWidget()
        inner = column(spacing=Space.MEDIUM)
        inner.addWidget(card, 1)
        inner.addWidget(self.box)
        inner.addWidget(self._below)
        inner.addLayout(self._hints())
        studied.setLayout(inner)
        self._sides = QStackedWidget()
        self._sides.addWidget(studied)
        self._sides.addWidget(self.summary)
        layout = column(spacing=Space.MEDIUM)
        layout.setContentsMargins(Space.PAGE, Space.WIDE, Space.PAGE, Space.MEDIUM)
        layout.addWidget(self.header)
        layout.addWidget(self._sides, 1)
        self.setLayout(layout)
        self.summary.today_asked.connect(lambda: self.room_asked.emit("today"))
        self.summary.labs_asked.connect(lambda: self.room_asked.emit("labs"))
        self.summary.undo_asked.connect(self.undo)

    def _hints(self) -> QHBoxLayout:
        line = row(spacing=Space.HAIR)
        line.addStretch(1)
        for key, word, act in self._deeds():
            hint = KeyHint(key, word, self._appearance)
            hint.clicked.connect(act)
            line.addWidget(hint)
        line.addStretch(1)
        return line

    def _deeds(self) -> tuple[tuple[str, str, Callable[[], object]], ...]:
        return (
            ("E", "Edit", self.edit),
            ("F", "Flag", self.flag),
            ("B", "Bury", self.bury),
            ("@", "Suspend", self.suspend),
            ("U", "Undo", self.undo),
        )

    def _add_keys(self) -> None:
        for key, _, act in self._deeds():
            press_keys(self, act, key)
        press_keys(self, self._press, "Space")
        press_keys(self, self._press, "Return", "Enter")
        for number in range(1, 10):
            press_keys(self, partial(self._number, number), str(number))


def _options(note: Note) -> int:
    """How many options a choice has; none for other kinds."""
    return len(options(note.fields["Answer"])) if note.type.kind is Kind.CHOICE else 0


def _with_key(main: QWidget, key: QWidget) -> QWidget:
    """A button in the middle with its key beside it, at the height of the rating buttons."""
    holder = QWidget()
    layout = row()
    layout.addStretch(1)
    layout.addWidget(main)
    layout.addWidget(key, 0, Qt.AlignmentFlag.AlignVCenter)
    layout.addStretch(1)
    holder.setLayout(layout)
    return holder
