"""The Review page: draws a review session, passes keys and clicks on. No rule of study here."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QStackedWidget
from typing_extensions import override

from tfcards.core.markdown import options
from tfcards.core.model import Kind, Note, Rating
from tfcards.sessions.card_code import CardCode
from tfcards.sessions.review import ReviewSession, Scope
from tfcards.ui.context import Context
from tfcards.ui.keys import focused_button, press_keys
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.look.pieces import column
from tfcards.ui.look.theme import Space
from tfcards.ui.page import Page
from tfcards.ui.review.code_run import CodeRun
from tfcards.ui.review.desk import Deed, ReviewDesk
from tfcards.ui.review.header import ReviewHeader
from tfcards.ui.review.note_editor import NoteEditor
from tfcards.ui.review.summary import ReviewSummary, wait_in_ms
from tfcards.ui.review.typed import ReviewTyping


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
        self.desk = ReviewDesk(appearance, context.collection.media, self._deeds())
        self.code = CodeRun(CardCode(context.collection, context.clock), appearance)
        self.desk.put_below_card(self.code)
        self.desk.view.picked.connect(self.pick)
        self.desk.finished.connect(self.reveal)
        self.typing = ReviewTyping(context, self.desk, self.code)
        self.typing.told.connect(self.told)
        self.typing.judged.connect(self._show_ratings)
        self.desk.ratings.rated.connect(self.rate)
        self.summary = ReviewSummary()
        self._lay_out()
        self._add_keys()
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._show_time)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.timeout.connect(self._come_back)
        appearance.changed.connect(self._redraw_card)

    # ---- being a page

    def start(self, scope: Scope) -> None:
        """Begin a sitting with what is due in a deck, in all of them (None), or chosen cards."""
        self.session = ReviewSession(self._context.collection, self._context.clock, scope)
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
    def catch_up(self) -> None:
        """Leave the card that is up alone; the queue is read anew when the line ends."""
        if self._session_with_card() is None:
            self.enter()

    @override
    def leave(self) -> None:
        """Stop the clocks."""
        self._tick.stop()
        self._wait.stop()
        self.code.cancel()

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
            session.reveal(self.desk.typed)
            self._show_sides(session)
            self.desk.view.scrollToAnchor("answer")
            self.desk.view.setFocus()

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
            self._show_ratings()

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

    def _run_code(self) -> None:
        if self._session_with_card() is not None:
            self.typing.run()

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
        self._started = self._context.clock()
        self.code.forget()
        self._show_time()
        self._tick.start()
        self.desk.ask(session.note, session.typed)
        self._show_sides(session)

    def _show_sides(self, session: ReviewSession) -> None:
        self.desk.view.show_html(self._html(session))
        self.typing.follow(session)
        if session.revealed:
            self.desk.grade()
            self._show_ratings()
            if session.note is not None:
                self.code.show_verified(session.note)

    def _show_ratings(self) -> None:
        session = self._session_with_card()
        if session is not None and session.revealed:
            marked = session.marked
            self.desk.ratings.show_previews(session.previews(), marked.rating)
            self.desk.reason.setText(marked.reason)

    def _redraw_card(self) -> None:
        session = self._session_with_card()
        if session is not None:
            self.desk.view.replace_html(self._html(session))

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
        self._sides = QStackedWidget()
        self._sides.addWidget(self.desk)
        self._sides.addWidget(self.summary)
        layout = column(spacing=Space.MEDIUM)
        layout.setContentsMargins(Space.PAGE, Space.WIDE, Space.PAGE, Space.MEDIUM)
        layout.addWidget(self.header)
        layout.addWidget(self._sides, 1)
        self.setLayout(layout)
        self.summary.today_asked.connect(lambda: self.room_asked.emit("today"))
        self.summary.labs_asked.connect(lambda: self.room_asked.emit("labs"))
        self.summary.undo_asked.connect(self.undo)

    def _deeds(self) -> tuple[Deed, ...]:
        return (
            ("R", "Run", self._run_code),
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
