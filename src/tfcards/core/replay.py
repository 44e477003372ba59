"""The review log is the truth: a card's memory and schedule rebuilt from it. No clock, no fuzz."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tfcards.core.model import Card, Memory, Rating, Review, ReviewKind, State
from tfcards.core.options import DEFAULT_PARAMETERS
from tfcards.core.schedule_memory import MemoryModel


def replay(
    card: Card, reviews: Iterable[Review], parameters_of: Mapping[str, tuple[float, ...]]
) -> Card:
    """Rebuild the memory and schedule of `card` from its whole log, in the order it was written.

    Memory is computed again from each row's rating and day, with the parameters that
    `parameters_of` has for the row's model. A model it does not have (an import) leaves the row's
    own memory standing, or is taken as FSRS-6 with its default parameters if the row has none.
    State, step, due day and moment come from the rows; reps count ratings, lapses count Again in
    review. What the card itself held of these before does not matter; the rest of it stays.

    Rows that are not answers:
    `CRAM` touches nothing, rated or not;
    `LAB` without rating only brings the due day of a review card forward;
    any other row without rating that leaves the card `NEW` is a reset: history before it does not
    count, nor do its reps and lapses;
    `IMPORTED` without rating sets memory and schedule as they came with the card, as if it had
    been answered then;
    `MANUAL` without rating sets state and due date, and leaves memory and the last answer alone.
    """
    models = _Models(parameters_of)
    replayed = _blank(card)
    for row in reviews:
        if row.kind is ReviewKind.CRAM:
            continue
        if row.rating is None:
            replayed = _moved(replayed, row)
        else:
            replayed = _answered(replayed, row, row.rating, models)
    return replayed


class _Models:
    """The memory models a log names, each made once."""

    def __init__(self, parameters_of: Mapping[str, tuple[float, ...]]) -> None:
        self._parameters_of = parameters_of
        self._models: dict[str, MemoryModel] = {}

    def after(self, card: Card, row: Review, rating: Rating) -> Memory:
        """The memory that `row` made of `card`."""
        if row.memory is not None and row.model not in self._parameters_of:
            return row.memory
        elapsed = 0 if card.last_day is None else max(0, row.day - card.last_day)
        return self._model(row.model).after(card.memory, rating, elapsed).memory

    def _model(self, name: str) -> MemoryModel:
        if name not in self._models:
            self._models[name] = MemoryModel(self._parameters_of.get(name, DEFAULT_PARAMETERS))
        return self._models[name]


def _blank(card: Card) -> Card:
    return replace(
        card,
        state=State.NEW,
        step=0,
        memory=None,
        due_day=None,
        due_at=None,
        last_at=None,
        last_day=None,
        reps=0,
        lapses=0,
    )


def _answered(card: Card, row: Review, rating: Rating, models: _Models) -> Card:
    lapsed = row.state_before is State.REVIEW and rating is Rating.AGAIN
    return replace(
        _scheduled(card, row),
        memory=models.after(card, row, rating),
        last_at=row.at,
        last_day=row.day,
        reps=card.reps + 1,
        lapses=card.lapses + lapsed,
    )


def _moved(card: Card, row: Review) -> Card:
    if row.kind is ReviewKind.LAB:
        return _brought_forward(card, row.due_day)
    if row.state is State.NEW:
        return _blank(card)
    moved = _scheduled(card, row)
    if row.kind is ReviewKind.IMPORTED:
        return replace(moved, memory=row.memory, last_at=row.at, last_day=row.day)
    return moved


def _brought_forward(card: Card, day: int | None) -> Card:
    if card.state is not State.REVIEW or card.due_day is None or day is None:
        return card
    return replace(card, due_day=min(card.due_day, day))


def _scheduled(card: Card, row: Review) -> Card:
    return replace(card, state=row.state, step=row.step, due_day=row.due_day, due_at=row.due_at)
