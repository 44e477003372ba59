"""The first page: what is due, deck by deck, and which labs are close to opening."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tfcards.core.model import DeckCounts
from tfcards.labs.content.manifest import Lab
from tfcards.sessions.labs import LabRow, LabState, lab_rows
from tfcards.store import Collection

SECONDS_A_REVIEW, SECONDS_A_NEW_CARD = 8, 30
LABS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class DeckRow:
    """One deck in the tree; its numbers include its sub-decks. `waits`: it is still to be begun."""

    deck_id: int
    name: str
    full_name: str
    depth: int
    new: int
    learning: int
    due: int
    total: int
    waits: bool = False

    @property
    def has_work(self) -> bool:
        """Whether anything in the deck is to be studied today."""
        return bool(self.new or self.learning or self.due)


@dataclass(frozen=True, slots=True)
class Today:
    """What the day holds. `minutes` is an estimate for all of it."""

    decks: tuple[DeckRow, ...]
    new: int
    learning: int
    due: int
    minutes: int
    reviewed: int
    labs: tuple[LabRow, ...]


def today(collection: Collection, labs: Sequence[Lab], clock: Callable[[], datetime]) -> Today:
    """Read the day from the collection."""
    now = clock()
    day = collection.calendar().day(now)
    decks = _begun_first(_deck_row(counts) for counts in collection.counts(day, now))
    roots = [row for row in decks if row.depth == 0]
    new, learning, due = (
        sum(getattr(row, what) for row in roots) for what in ("new", "learning", "due")
    )
    seconds = (learning + due) * SECONDS_A_REVIEW + new * SECONDS_A_NEW_CARD
    return Today(
        decks=decks,
        new=new,
        learning=learning,
        due=due,
        minutes=round(seconds / 60),
        reviewed=collection.reviewed_on(day),
        labs=_closest(lab_rows(collection, labs, clock)),
    )


def _begun_first(rows: Iterable[DeckRow]) -> tuple[DeckRow, ...]:
    """The tree with the top decks that are still to be begun at its end."""
    trees: list[list[DeckRow]] = []
    for row in rows:
        if row.depth == 0:
            trees.append([])
        trees[-1].append(row)
    trees.sort(key=lambda tree: tree[0].waits and not tree[0].has_work)
    return tuple(row for tree in trees for row in tree)


def _deck_row(counts: DeckCounts) -> DeckRow:
    *parents, name = counts.deck.name.split("::")
    return DeckRow(
        counts.deck.id, name, counts.deck.name, len(parents),
        counts.new, counts.learning, counts.due, counts.total, counts.waits,
    )  # fmt: skip


def _closest(rows: list[LabRow]) -> tuple[LabRow, ...]:
    unfinished = [row for row in rows if row.state is not LabState.PASSED]
    return tuple(sorted(unfinished, key=_distance)[:LABS_SHOWN])


def _distance(row: LabRow) -> tuple[bool, int, int]:
    """Labs to work on now come first, then the next stages, the nearer one of a stage first."""
    return (not row.unlock.is_open, row.lab.stage, len(row.unlock.missing))
