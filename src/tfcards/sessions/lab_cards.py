"""The cards that a failed check brought due, and taking that back. No Qt."""

from collections.abc import Sequence
from datetime import UTC, datetime

from tfcards.core.model import ReviewKind
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
