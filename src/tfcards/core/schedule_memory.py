"""FSRS-6 memory by whole days of the learner: the one module that knows the fsrs library.

No steps, fuzz, dates or clock live here. The library is fed a made-up calendar that begins at
`_EPOCH`, because it counts elapsed days as floor(24 h) and we count them from the learner's
rollover; its own steps and fuzz are off.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import fsrs

from tfcards.core.model import Memory, Rating

_EPOCH = datetime(1, 1, 1, tzinfo=UTC)
_STABILITY = (0.001, 36_500.0)  # days; imported memory outside of it would overflow the formulas
_DIFFICULTY = (1.0, 10.0)


def model_name(parameters: Sequence[float]) -> str:
    """What a review row calls the model with these parameters: "fsrs-6:" and a short hash."""
    text = ",".join(repr(float(parameter)) for parameter in parameters)
    return "fsrs-6:" + hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Recalled:
    """What an answer makes of a memory, and the days after which recall falls to what is wanted."""

    memory: Memory
    days: int


class MemoryModel:
    """FSRS-6 with one set of 21 parameters, a wanted recall and a longest interval."""

    def __init__(
        self, parameters: Sequence[float], retention: float = 0.9, maximum_interval: int = 36_500
    ) -> None:
        self.name = model_name(parameters)
        self._decay = -parameters[20]
        self._factor = 0.9 ** (1 / self._decay) - 1
        self._fsrs = fsrs.Scheduler(
            parameters=tuple(parameters),
            desired_retention=retention,
            learning_steps=(),
            relearning_steps=(),
            maximum_interval=maximum_interval,
            enable_fuzzing=False,
        )

    def after(self, memory: Memory | None, rating: Rating, elapsed: int) -> Recalled:
        """The memory after answering `rating`, `elapsed` days (>= 0) after the last answer.

        `memory` None means a first answer. 0 days uses the same-day formula.
        """
        moment = _EPOCH + timedelta(days=elapsed)
        card, _ = self._fsrs.review_card(_library_card(memory), fsrs.Rating(rating), moment)
        if card.stability is None or card.difficulty is None:
            raise AssertionError("fsrs returned a reviewed card without memory")
        return Recalled(Memory(card.stability, card.difficulty), (card.due - moment).days)

    def recall(self, memory: Memory, days: float) -> float:
        """The chance, 0 to 1, of recalling `memory` after `days` (fractions count)."""
        stability = _within(memory.stability, _STABILITY)
        return float((1 + self._factor * max(days, 0.0) / stability) ** self._decay)

    def lasting(self, recall: float) -> float:
        """For how many days a memory of stability 1 is recalled with at least that chance.

        Days grow in proportion to stability.
        """
        return float((recall ** (1 / self._decay) - 1) / self._factor)


def _library_card(memory: Memory | None) -> fsrs.Card:
    """The card as the library wants it; with an id, as it would otherwise sleep to make one."""
    if memory is None:
        return fsrs.Card(card_id=0, state=fsrs.State.Learning, step=0, due=_EPOCH)
    return fsrs.Card(
        card_id=0,
        state=fsrs.State.Review,
        stability=_within(memory.stability, _STABILITY),
        difficulty=_within(memory.difficulty, _DIFFICULTY),
        due=_EPOCH,
        last_review=_EPOCH,
    )


def _within(value: float, bounds: tuple[float, float]) -> float:
    return min(max(value, bounds[0]), bounds[1])
