"""Which card comes next today: the order of a sitting. Pure; reads no clock and no collection."""

import hashlib
from bisect import insort
from collections import Counter, deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Self

from tfcards.core.model import Card, State

LEARN_AHEAD = timedelta(minutes=20)  # a learning card may come this much early rather than wait
SIBLING_DISTANCE = 5  # cards of other notes between two of the same note, where there are enough


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """What the queue needs of a card; the rest is read when it is shown."""

    card_id: int
    note_id: int
    deck_id: int
    state: State
    position: int = 0
    due_day: int | None = None
    due_at: datetime | None = None

    @classmethod
    def of(cls, card: Card) -> Self:
        """The entry of `card` as it stands now."""
        return cls(
            card_id=card.id,
            note_id=card.note_id,
            deck_id=card.deck_id,
            state=card.state,
            position=card.position,
            due_day=card.due_day,
            due_at=card.due_at,
        )

    @property
    def is_learning(self) -> bool:
        """Whether the card is between steps and so comes back at a moment, not on a day."""
        return self.state in (State.LEARNING, State.RELEARNING)


class Counts(NamedTuple):
    """How many cards are still to come, as the three numbers a deck shows."""

    new: int
    learning: int
    due: int


def arrange(
    entries: Iterable[QueueEntry],
    day: int,
    *,
    bury_siblings: bool = True,
    studied_notes: Collection[int] = (),
) -> "Queue":
    """The queue of the learner's `day` for these entries.

    New entries keep the order they come in and are mixed evenly among the reviews. Reviews come
    by due day, those of one day in an order drawn by day and card. Entries due on a later day are
    left out. With `bury_siblings` a note shows one card: a learning one rather than a review,
    a review rather than a new one, and none of those if the note was studied already
    (`studied_notes`). Otherwise cards of one note are kept apart where others can come between.
    """
    today = [entry for entry in entries if _is_today(entry, day)]
    learning = [entry for entry in today if entry.is_learning]
    reviews = sorted(
        (entry for entry in today if entry.state is State.REVIEW),
        key=lambda entry: (entry.due_day or 0, _drawn(day, entry.card_id)),
    )
    new = [entry for entry in today if entry.state is State.NEW]
    if bury_siblings:
        seen = {entry.note_id for entry in learning} | set(studied_notes)
        reviews, new = _first_of_each(reviews, seen), _first_of_each(new, seen)
    return Queue(_siblings_apart(_mixed(reviews, new)), learning, day)


class Queue:
    """The cards still to come today. `next` takes a card out; `put_back` brings it in again.

    Each step costs the same however long the line is: counts are kept, and an entry that left is
    skipped when its place in the line comes up.
    """

    def __init__(
        self, line: Iterable[QueueEntry], learning: Iterable[QueueEntry], day: int
    ) -> None:
        self._line = deque(line)
        self._learning = sorted(learning, key=_moment)
        self._day = day
        self._first: QueueEntry | None = None
        self._last_note: int | None = None
        self._held = {entry.card_id: entry for entry in (*self._line, *self._learning)}
        self._sorts = Counter(map(_sort, self._held.values()))

    def next(self, now: datetime) -> QueueEntry | None:
        """Take out the card to show now: learning cards that are due, then the rest of the line.

        When only learning cards are left, the earliest comes up to `LEARN_AHEAD` early, but not
        the note that was just shown if there is another. None: finished, or see `waits_until`.
        """
        entry = self._due(now)
        if entry is not None:
            self.drop(entry.card_id)
            self._last_note = entry.note_id
        return entry

    def put_back(self, entry: QueueEntry) -> None:
        """Bring an answered card back if it is due again today, in place of any older entry."""
        self.drop(entry.card_id)
        if not _is_today(entry, self._day):
            return
        self._held[entry.card_id] = entry
        self._sorts[_sort(entry)] += 1
        if entry.is_learning:
            insort(self._learning, entry, key=_moment)
        else:
            self._line.append(entry)

    def bring_forward(self, card_id: int) -> None:
        """Make `next` give this card, if it is in the queue: for a card whose answer was undone."""
        self._first = self._held.get(card_id, self._first)

    def drop(self, card_id: int) -> None:
        """Take a card out for today: it was buried, suspended or deleted."""
        entry = self._held.pop(card_id, None)
        if entry is None:
            return
        self._sorts[_sort(entry)] -= 1
        if entry is self._first:
            self._first = None
        if entry.is_learning:
            self._learning.remove(entry)

    def remaining(self, including: QueueEntry | None = None) -> Counts:
        """The cards still to come, with the one on screen counted in when it is given."""
        sorts = self._sorts
        if including is not None and including.card_id not in self._held:
            sorts = sorts + Counter([_sort(including)])
        return Counts(sorts["new"], sorts["learning"], sorts["due"])

    @property
    def waits_until(self) -> datetime | None:
        """When `next` gives a learning card again, if only such are left; None if none is."""
        if not self._learning or len(self._learning) < len(self._held):
            return None
        due_at = self._learning[0].due_at
        return due_at - LEARN_AHEAD if due_at else None

    def _due(self, now: datetime) -> QueueEntry | None:
        if self._first is not None:
            return self._first
        if self._learning and _is_due(self._learning[0], now):
            return self._learning[0]
        while self._line:
            entry = self._line.popleft()
            if self._held.get(entry.card_id) is entry:
                return entry
        return self._due_soon(now)

    def _due_soon(self, now: datetime) -> QueueEntry | None:
        soon = [entry for entry in self._learning if _is_due(entry, now + LEARN_AHEAD)]
        others = (entry for entry in soon if entry.note_id != self._last_note)
        return next(others, soon[0] if soon else None)


def _sort(entry: QueueEntry) -> str:
    """Which of the three counts the entry belongs to."""
    if entry.state is State.NEW:
        return "new"
    return "learning" if entry.is_learning else "due"


def _is_today(entry: QueueEntry, day: int) -> bool:
    return entry.state is State.NEW or entry.due_day is None or entry.due_day <= day


def _is_due(entry: QueueEntry, now: datetime) -> bool:
    return entry.due_at is None or entry.due_at <= now


def _moment(entry: QueueEntry) -> tuple[float, int]:
    return (entry.due_at.timestamp() if entry.due_at else 0.0, entry.card_id)


def _drawn(day: int, card_id: int) -> bytes:
    """A shuffle that is the same all day, however often the queue is arranged."""
    return hashlib.blake2b(f"{day}:{card_id}".encode(), digest_size=8).digest()


def _first_of_each(entries: Iterable[QueueEntry], seen: set[int]) -> list[QueueEntry]:
    """The first entry of each note not in `seen`, which is added to."""
    first = []
    for entry in entries:
        if entry.note_id not in seen:
            seen.add(entry.note_id)
            first.append(entry)
    return first


def _mixed(reviews: Sequence[QueueEntry], new: Sequence[QueueEntry]) -> list[QueueEntry]:
    """Both in their own order, spread evenly over the whole."""
    placed = [
        ((index + 0.5) / len(entries), entry)
        for entries in (reviews, new)
        for index, entry in enumerate(entries)
    ]
    return [entry for _, entry in sorted(placed, key=lambda place: place[0])]


def _siblings_apart(entries: Iterable[QueueEntry]) -> list[QueueEntry]:
    """The same entries, each moved back until no card of its note is close before it."""
    waiting, line = deque(entries), list[QueueEntry]()
    while waiting:
        recent = [entry.note_id for entry in line[-SIBLING_DISTANCE:]]
        index = next((i for i, entry in enumerate(waiting) if entry.note_id not in recent), None)
        if index is None:  # only siblings of recent cards are left: the one shown longest ago
            notes = [entry.note_id for entry in waiting]
            index = min(range(len(notes)), key=lambda i: _last_place(recent, notes[i]))
        line.append(waiting[index])
        del waiting[index]
    return line


def _last_place(notes: Sequence[int], note_id: int) -> int:
    return max(place for place, note in enumerate(notes) if note == note_id)
