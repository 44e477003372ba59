"""A sitting of reviews: the card that is up, its buttons, and taking back. No Qt, no SQL."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tfcards.core.marking import Marked, Try, mark
from tfcards.core.model import Card, Note, Rating
from tfcards.core.queue import Queue, QueueEntry, arrange
from tfcards.core.schedule import Scheduler
from tfcards.core.wording import interval_text
from tfcards.rendering import Colours, Side, card_html
from tfcards.rendering.terminal import card_text
from tfcards.sessions.sitting import Sitting, Step, Summary, Written
from tfcards.store import Collection

LONGEST_ANSWER = timedelta(seconds=60)  # longer means the learner was away


@dataclass(frozen=True, slots=True)
class Remaining:
    """How many cards of each sort are still to come today."""

    new: int
    learning: int
    due: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """Notes to study for a reason, such as opening a lab, whatever their deck and its limits."""

    title: str
    guids: tuple[str, ...]


Scope = int | Chosen | None  # a deck's id, chosen notes, or all decks


class ReviewSession:
    """Serves the cards of a deck, of all, or chosen ones; each answer is on disk at once."""

    def __init__(
        self,
        collection: Collection,
        clock: Callable[[], datetime],
        scope: Scope = None,
    ) -> None:
        self._collection = collection
        self._clock = clock
        self._scope = scope
        self._schedulers: dict[int, Scheduler] = {}
        self._sitting = Sitting()
        self._queue: Queue
        self._entry: QueueEntry | None
        self._started: datetime
        self._turned_at: datetime | None = None
        self._picked: frozenset[int] = frozenset()
        self._written = Written()
        self._left: dict[int, Written] = {}  # by card, for when an answer is taken back
        self.title = self._named()
        self.card: Card | None = None
        self.note: Note | None = None
        self.revealed = False
        self.refresh()

    # ---- what the screen shows

    @property
    def remaining(self) -> Remaining:
        """The cards still to come, the one on screen included."""
        return Remaining(*self._queue.remaining(including=self._entry))

    @property
    def done(self) -> int:
        """Answers given in this sitting."""
        return len(self._sitting.answers)

    @property
    def total(self) -> int:
        """Answers given and cards to come: the full length of the progress bar."""
        left = self.remaining
        return self.done + left.new + left.learning + left.due

    @property
    def summary(self) -> Summary:
        """The sitting so far, for the page shown when nothing is left."""
        return self._sitting.summary(self._queue.waits_until)

    @property
    def marked(self) -> Marked:
        """What the picks, ticks or typed text are worth, and why; the learner decides."""
        if self.note is None:
            return Marked(Rating.GOOD)
        return mark(self.note, self._picked, self.typed, self._written.tries)

    @property
    def suggested(self) -> Rating:
        """The rating the answer so far speaks for."""
        return self.marked.rating

    @property
    def typed(self) -> str:
        """What the learner has typed for this card so far."""
        return self._written.text

    def html(self, colours: Colours, size: int = 16) -> str:
        """The question, or question and answer once revealed, for the card view."""
        if self.card is None or self.note is None:
            return ""
        side = Side.ANSWER if self.revealed else Side.QUESTION
        return card_html(
            self.note,
            self.card.ordinal,
            side,
            colours,
            size=size,
            picked=self._picked,
            typed=self.typed,
        )

    def text(self) -> str:
        """The same as plain Markdown, for a terminal."""
        if self.card is None or self.note is None:
            return ""
        return card_text(self.note, self.card.ordinal, revealed=self.revealed)

    def previews(self) -> dict[Rating, str]:
        """When the card would come back for each rating: what is shown is what is applied."""
        if self.card is None:
            return {}
        answers = self._scheduler(self.card.deck_id).preview(self.card, self._recalled_at)
        return {rating: interval_text(answer.interval) for rating, answer in answers.items()}

    # ---- what the learner does

    def reveal(self, typed: str = "") -> None:
        """Turn the card over; `typed` is compared with the expected text."""
        self.write(typed)
        self.revealed = True
        self._turned_at = self._clock()

    def write(self, text: str) -> None:
        """Keep what is being typed, for the answer side and for when a step is taken back."""
        self._written = replace(self._written, text=text)

    def tried(self, code: str, *, held: bool) -> None:
        """Typed code of this card was run: whether all of the card's assertions held."""
        self._written = replace(self._written, tries=(*self._written.tries, Try(code, held)))

    def pick(self, index: int) -> None:
        """Choose or unchoose an option, or tick a key point."""
        self._picked = self._picked ^ {index}

    def rate(self, rating: Rating) -> None:
        """Answer the card: on disk when this returns, then the next card is up."""
        if self.card is None:
            return
        answer = self._scheduler(self.card.deck_id).answer(
            self.card, rating, self._recalled_at, duration=self._thinking_time()
        )
        options = self._collection.options(self.card.deck_id)
        tomorrow = answer.review.day + 1
        self._collection.save_answer(
            answer, bury_siblings_until=tomorrow if options.bury_siblings else None
        )
        self._sitting.add(Step(self.card.id, answer))
        self._queue.put_back(QueueEntry.of(answer.card))
        self._put_away_written()
        self._advance()

    def bury(self) -> None:
        """Put the card aside until tomorrow."""
        if self.card is not None:
            self._collection.bury([self.card.id], self._today(self._clock()) + 1)
            self._put_aside()

    def suspend(self) -> None:
        """Put the card aside until the learner brings it back."""
        if self.card is not None:
            self._collection.suspend([self.card.id], suspended=True)
            self._put_aside()

    def flag(self, flag: int) -> None:
        """Mark the card with a coloured flag (0 takes it off)."""
        if self.card is not None:
            self._collection.flag([self.card.id], flag)
            self._sitting.add(Step(self.card.id))
            self.card = replace(self.card, flag=flag)

    def edit(self, fields: dict[str, str], tags: tuple[str, ...]) -> None:
        """Change the note of the card on screen; its schedule stays."""
        if self.note is None or self.card is None:
            return
        self._collection.edit_note(self.note.id, fields, tags, self._clock())
        self._sitting.add(Step(self.card.id))
        self._load(self.card.id)

    def undo(self) -> str | None:
        """Take the last step back, whatever it was; answers what it was, in words."""
        undone = self._collection.undo()
        if undone is None:
            return None
        step = self._sitting.undo()
        self.refresh(first=step.card_id)
        return undone

    def redo(self) -> str | None:
        """Do the undone step again."""
        redone = self._collection.redo()
        if redone is None:
            return None
        self._sitting.redo()
        self.refresh()
        return redone

    def refresh(self, first: int | None = None) -> None:
        """Read the queue anew: time has passed, or another page changed the collection."""
        now = self._clock()
        self._calendar = self._collection.calendar()
        self._schedulers.clear()
        day = self._today(now)
        self._queue = arrange(self._due(day, now), day)  # siblings are shown on different days
        if first is not None:
            self._queue.bring_forward(first)
        self._take_next(now, back=first)

    # ---- inside

    @property
    def _recalled_at(self) -> datetime:
        """The moment the card is answered for: when it was turned over, so previews hold."""
        return self._turned_at or self._clock()

    def _thinking_time(self) -> timedelta:
        return max(timedelta(0), min(self._clock() - self._started, LONGEST_ANSWER))

    def _put_aside(self) -> None:
        if self.card is not None:
            self._sitting.add(Step(self.card.id))
            self._queue.drop(self.card.id)
            self._put_away_written()
            self._advance()

    def _advance(self) -> None:
        now = self._clock()
        if self._queue.remaining() == (0, 0, 0):
            self.refresh()  # siblings left out of the line may have made room for other cards
        else:
            self._take_next(now)

    def _due(self, day: int, now: datetime) -> list[QueueEntry]:
        if isinstance(self._scope, Chosen):
            return self._collection.due_of(self._scope.guids, day, now)
        return self._collection.due(self._scope, day, now)

    def _take_next(self, now: datetime, back: int | None = None) -> None:
        """Put the next card up; `back` is the card that a step was taken back on."""
        self._entry = self._queue.next(now)
        self._started, self._turned_at = now, None
        self._picked, self.revealed = frozenset(), False
        self._written = self._written_for(self._entry.card_id if self._entry else None, back)
        if self._entry is None:
            self.card = self.note = None
        else:
            self._load(self._entry.card_id)

    def _put_away_written(self) -> None:
        if self.card is not None:
            self._left[self.card.id], self._written = self._written, Written()

    def _written_for(self, card_id: int | None, back: int | None) -> Written:
        """What was typed for a card that comes up: kept if it stays up or is taken back."""
        stays = self.card is not None and self.card.id == card_id
        if stays and self._written != Written():
            return self._written
        return self._left.get(card_id, Written()) if card_id and card_id == back else Written()

    def _load(self, card_id: int) -> None:
        self.card = self._collection.card(card_id)
        self.note = self._collection.note(self.card.note_id)

    def _today(self, now: datetime) -> int:
        return self._calendar.day(now)

    def _scheduler(self, deck_id: int) -> Scheduler:
        if deck_id not in self._schedulers:
            options = self._collection.options(deck_id)
            self._schedulers[deck_id] = Scheduler(options, self._calendar)
        return self._schedulers[deck_id]

    def _named(self) -> str:
        if isinstance(self._scope, Chosen):
            return self._scope.title
        names = {deck.id: deck.name for deck in self._collection.decks()}
        return "All decks" if self._scope is None else names[self._scope]
