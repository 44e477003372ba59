"""What is to be studied today: counts by deck and the cards themselves, daily limits applied.

A deck's limits hold for its own cards and those of its sub-decks together; studying a sub-deck
looks at its own limits and those below it. Order and mixing are the queue's business, not ours.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tfcards.core.model import Deck, DeckCounts, State
from tfcards.core.options import Options
from tfcards.core.queue import QueueEntry
from tfcards.store import decks
from tfcards.store.database import Database, Row
from tfcards.store.moments import milliseconds, optional_moment
from tfcards.store.sections import ROUND

SIBLINGS = 4  # cards a note has at most, as a rule: how much further to look for other notes

_NEW = (
    "FROM cards WHERE deck_id = :deck AND suspended = 0 AND state = 0 AND due_day IS NULL"
    " AND (buried_until IS NULL OR buried_until <= :day) ORDER BY position LIMIT :limit"
)
_DUE = (
    "FROM cards WHERE deck_id = :deck AND suspended = 0 AND state = 2 AND due_day <= :day"
    " AND (buried_until IS NULL OR buried_until <= :day) ORDER BY due_day, position LIMIT :limit"
)
_LEARNING = (
    "FROM cards WHERE deck_id = :deck AND suspended = 0 AND state IN (1, 3)"
    " AND (due_day <= :day OR due_at <= :now)"
    " AND (buried_until IS NULL OR buried_until <= :day)"
)
_ENTRY = "SELECT id, note_id, deck_id, state, position, due_day, due_at "
_ENTRY_BY_DAY = "SELECT id, note_id, deck_id, state, position, due_day, NULL "  # all in the index
_OF_NOTE = (
    "FROM cards WHERE note_id = (SELECT id FROM notes WHERE guid = :guid) AND suspended = 0"
    " AND (state = 0 OR due_day <= :day OR due_at <= :now)"
    " AND (buried_until IS NULL OR buried_until <= :day)"
)
_DONE = (
    "SELECT cards.deck_id, sum(state_before = 0), sum(state_before = 2) FROM reviews"
    " JOIN cards ON cards.id = reviews.card_id"
    " WHERE reviews.day = ? AND kind IN ('study', 'quiz') AND rating IS NOT NULL"
    " GROUP BY cards.deck_id"
)


@dataclass(slots=True)
class _Branch:
    """A deck with the decks below it, and what its daily limits leave."""

    deck: Deck
    options: Options
    waits: bool = False
    below: list["_Branch"] = field(default_factory=list)
    new_done: int = 0
    due_done: int = 0

    @property
    def new_left(self) -> int:
        return max(0, self.options.new_per_day - self.new_done)

    @property
    def due_left(self) -> int:
        return max(0, self.options.reviews_per_day - self.due_done)


def counts(database: Database, day: int, now: datetime) -> list[DeckCounts]:
    """What each deck holds for `day`, in the order of `decks.all_decks`."""
    rows = database.rows("SELECT deck_id, count(*) FROM cards GROUP BY deck_id")
    totals: dict[int, int] = dict(rows)
    found: dict[int, DeckCounts] = {}
    moments = {"day": day, "now": milliseconds(now)}
    roots, _ = _forest(database, day)
    for root in roots:
        _count(database, root, moments, totals, found)
    return [found[deck.id] for deck in decks.all_decks(database)]


def due(database: Database, deck_id: int | None, day: int, now: datetime) -> list[QueueEntry]:
    """The cards to study on `day` in a deck and those below it, or in all decks.

    Learning cards of the day, then due reviews (longest due first), then new cards by round, deck
    and position, see `store.sections`. Suspended and buried cards never.
    """
    roots, branches = _forest(database, day)
    if deck_id is not None:
        roots = [branches[decks.find(database, deck_id).id]]
    moments = {"day": day, "now": milliseconds(now)}
    rows: list[Row] = []
    for root in roots:
        rows += _learning(database, root, moments)
    for root in roots:
        rows += _reviews(database, root, moments)
    rows += _by_round([row for root in roots for row in _new(database, root, moments)])
    return [_entry(row) for row in rows]


def due_of(database: Database, guids: Sequence[str], day: int, now: datetime) -> list[QueueEntry]:
    """The cards of these notes that are new or due on `day`, as `due` has them; limits or not.

    For studying what a lab asks for: suspended and buried cards stay away here too.
    """
    moments = {"day": day, "now": milliseconds(now)}
    rows: list[Row] = []
    for guid in dict.fromkeys(guids):
        rows += database.rows(_ENTRY + _OF_NOTE, {**moments, "guid": guid})
    return sorted((_entry(row) for row in rows), key=lambda entry: entry.position)


def _forest(database: Database, day: int) -> tuple[list[_Branch], dict[int, _Branch]]:
    """The top decks with all below them, and every branch by deck id."""
    all_decks = decks.all_decks(database)
    options = decks.all_options(database)
    waiting = decks.waiting(database)
    done = {deck: (new, due) for deck, new, due in database.rows(_DONE, (day,))}
    roots: list[_Branch] = []
    by_name: dict[str, _Branch] = {}
    for deck in all_decks:
        branch = _Branch(deck, options[deck.id], deck.id in waiting)
        name = deck.name.casefold()
        by_name[name] = branch
        above = by_name.get(name.rpartition("::")[0])
        (roots if above is None else above.below).append(branch)
        _add_done(by_name, name, done.get(deck.id, (0, 0)))
    return roots, {branch.deck.id: branch for branch in by_name.values()}


def _add_done(by_name: dict[str, _Branch], name: str, done: tuple[int, int]) -> None:
    """What was studied in a deck counts against the limits of all decks above it too."""
    while name:
        if branch := by_name.get(name):
            branch.new_done += done[0]
            branch.due_done += done[1]
        name = name.rpartition("::")[0]


def _count(
    database: Database,
    branch: _Branch,
    moments: dict[str, int],
    totals: dict[int, int],
    found: dict[int, DeckCounts],
) -> DeckCounts:
    below = [_count(database, child, moments, totals, found) for child in branch.below]
    given: dict[str, Any] = {**moments, "deck": branch.deck.id}
    new = len(_new_of(database, branch, moments))
    review = _number(database, f"SELECT 1 {_DUE}", {**given, "limit": branch.due_left})
    learning = _number(database, f"SELECT 1 {_LEARNING}", given)
    made = DeckCounts(
        deck=branch.deck,
        new=min(branch.new_left, new + sum(counts.new for counts in below)),
        learning=learning + sum(counts.learning for counts in below),
        due=min(branch.due_left, review + sum(counts.due for counts in below)),
        total=totals.get(branch.deck.id, 0) + sum(counts.total for counts in below),
        waits=(branch.waits and _number(database, f"SELECT 1 {_NEW}", {**given, "limit": 1}) > 0)
        or any(counts.waits for counts in below),
    )
    found[branch.deck.id] = made
    return made


def _number(database: Database, statement: str, given: dict[str, Any]) -> int:
    found = database.row(f"SELECT count(*) FROM ({statement})", given)  # noqa: S608 - names are ours, values are bound
    return int(found[0]) if found else 0


def _learning(database: Database, branch: _Branch, moments: dict[str, int]) -> Iterable[Row]:
    rows = database.rows(_ENTRY + _LEARNING, {**moments, "deck": branch.deck.id})
    for child in branch.below:
        rows += _learning(database, child, moments)
    return rows


def _reviews(database: Database, branch: _Branch, moments: dict[str, int]) -> list[Row]:
    given = {**moments, "deck": branch.deck.id, "limit": branch.due_left}
    rows = database.rows(_ENTRY_BY_DAY + _DUE, given)
    for child in branch.below:
        rows += _reviews(database, child, moments)
    rows.sort(key=lambda row: row[5])  # stable: within a day by deck, then position
    return rows[: branch.due_left]


def _new_of(database: Database, branch: _Branch, moments: dict[str, int]) -> list[Row]:
    """A deck's own new cards for the day; where siblings are buried, one for each note."""
    spare = SIBLINGS if branch.options.bury_siblings else 1
    given = {**moments, "deck": branch.deck.id, "limit": branch.new_left * spare}
    rows = database.rows(_ENTRY_BY_DAY + _NEW, given)
    if branch.options.bury_siblings:
        first: dict[int, Row] = {}
        for row in rows:
            first.setdefault(row[1], row)
        rows = list(first.values())
    return rows[: branch.new_left]


def _new(database: Database, branch: _Branch, moments: dict[str, int]) -> list[Row]:
    rows = _new_of(database, branch, moments)
    for child in branch.below:
        rows += _new(database, child, moments)
    return _by_round(rows)[: branch.new_left]


def _by_round(rows: list[Row]) -> list[Row]:
    """The rows by round, as a rule just one; within a round they keep their order."""
    if any([row[4] >= ROUND for row in rows]):  # noqa: C419  # a list is faster than a generator
        rows.sort(key=lambda row: row[4] // ROUND)
    return rows


def _entry(row: Row) -> QueueEntry:
    return QueueEntry(
        card_id=row[0],
        note_id=row[1],
        deck_id=row[2],
        state=State(row[3]),
        position=row[4],
        due_day=row[5],
        due_at=optional_moment(row[6]),
    )
