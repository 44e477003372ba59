"""Cards that a failed check brought due and taking that back; when a lab's cards return. No Qt."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime

from tfcards.core.day import Calendar
from tfcards.core.model import Card, ReviewKind
from tfcards.store import Collection

BRING_DUE = "Bring cards due"  # the collection's words for the step


class CardsBrought:
    """The notes whose cards a run brought due at one moment; none before the first run.

    Whether that still holds is read from the review log, which undo and redo change too.
    """

    def __init__(
        self, collection: Collection, guids: Sequence[str] = (), at: datetime | None = None
    ) -> None:
        self._collection = collection
        self._at = None if at is None else _in_log(at)
        self.guids = tuple(guids)

    @property
    def stands(self) -> bool:
        """Whether the cards are still brought due by it, and it was not taken back."""
        return any(self._was_brought(guid) for guid in self.guids)

    @property
    def can_be_taken_back(self) -> bool:
        """Whether it is the learner's last step, so that undo takes back this and nothing else."""
        return self.stands and self._collection.undo_label == BRING_DUE

    def take_back(self) -> bool:
        """Give the cards the dates they had; False when that is no longer the last step."""
        if not self.can_be_taken_back:
            return False
        self._collection.undo()
        if self.stands:  # it was another lab's cards that came last
            self._collection.redo()
            return False
        return True

    def _was_brought(self, guid: str) -> bool:
        note = self._collection.note_by_guid(guid)
        cards = [] if note is None else self._collection.cards_of(note.id)
        return any(
            review.kind is ReviewKind.LAB and review.at == self._at
            for card in cards
            for review in self._collection.reviews(card.id)
        )


def _in_log(moment: datetime) -> datetime:
    """A moment as the review log keeps it: whole milliseconds, in UTC."""
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)


def none_due(collection: Collection, guids: Sequence[str], now: datetime) -> str:
    """When these notes' cards come back, if none of them can be studied now; else nothing."""
    calendar = collection.calendar()
    today = calendar.day(now)
    if collection.due_of(guids, today, now):
        return ""
    notes = [note for guid in guids if (note := collection.note_by_guid(guid)) is not None]
    cards = [card for note in notes for card in collection.cards_of(note.id)]
    days = Counter(_returns(card, today, calendar) for card in cards if not card.suspended)
    if not days:
        return "These cards are suspended or no longer there, so there is nothing to review."
    parts = [f"{number} {_when(day, today)}" for day, number in sorted(days.items())]
    words = f"Nothing to review now: {_joined(parts)}."
    return f"{words} A card counts for a lab once recalled on two different days."


def _returns(card: Card, today: int, calendar: Calendar) -> int:
    """The learner's day a card that is not due now comes back on."""
    due = card.due_day if card.due_day is not None else today
    if card.due_at is not None:
        due = calendar.day(card.due_at)
    return max(today, due, card.buried_until or today)


def _when(day: int, today: int) -> str:
    if day == today:
        return "later today"
    if day == today + 1:
        return "tomorrow"
    when = date.fromordinal(day)
    return f"on {when.day} {when:%B}"


def _joined(parts: Sequence[str]) -> str:
    first = "card comes back" if parts[0].startswith("1 ") else "cards come back"
    number, _, when = parts[0].partition(" ")
    return ", ".join([f"{number} {first} {when}", *parts[1:]])
