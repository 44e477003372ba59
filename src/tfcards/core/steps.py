"""Learning and relearning steps: the short waits before a card is left to the memory model."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from tfcards.core.model import Rating, State
from tfcards.core.options import Options

LONGEST = timedelta(days=1)  # a Hard wait of 1.5 steps must not outlast a day


@dataclass(frozen=True, slots=True)
class Step:
    """Where a card waits: in `LEARNING` or `RELEARNING`, at step `index`, for `wait`."""

    state: State
    index: int
    wait: timedelta


def next_step(options: Options, state: State, index: int, rating: Rating) -> Step | None:
    """The step that follows an answer, or None when the card goes to (or stays in) review.

    `state` and `index` are those before the answer. An index beyond the steps (the options were
    changed meanwhile) counts as the last one.
    """
    if state is State.REVIEW:
        failed = rating is Rating.AGAIN and options.relearning_steps
        return Step(State.RELEARNING, 0, options.relearning_steps[0]) if failed else None
    learning = state is not State.RELEARNING
    steps = options.learning_steps if learning else options.relearning_steps
    if not steps:
        return None
    target = State.LEARNING if learning else State.RELEARNING
    return _within(steps, target, min(index, len(steps) - 1), rating)


def _within(steps: Sequence[timedelta], state: State, index: int, rating: Rating) -> Step | None:
    match rating:
        case Rating.AGAIN:
            return Step(state, 0, steps[0])
        case Rating.HARD:
            return Step(state, index, min(_hard_wait(steps, index), LONGEST))
        case Rating.GOOD:
            following = index + 1
            return Step(state, following, steps[following]) if following < len(steps) else None
        case Rating.EASY:
            return None


def _hard_wait(steps: Sequence[timedelta], index: int) -> timedelta:
    if index > 0:
        return steps[index]
    return (steps[0] + steps[1]) / 2 if len(steps) > 1 else steps[0] * 1.5
