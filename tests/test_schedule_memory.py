"""The memory model against an independent FSRS-6: the Rust one, which counts whole days."""

import random

import fsrs_rs_python
import pytest

from tfcards.core.model import Memory, Rating
from tfcards.core.options import DEFAULT_PARAMETERS
from tfcards.core.schedule_memory import MemoryModel

FITTED = (0.5, 1.8, 4.2, 11.0, 6.8, 0.7, 2.6, 0.01, 1.6, 0.2, 0.9,
          1.6, 0.07, 0.3, 1.5, 0.5, 2.2, 0.6, 0.1, 0.1, 0.2)  # fmt: skip


@pytest.mark.parametrize("parameters", [DEFAULT_PARAMETERS, FITTED])
def test_a_thousand_histories_agree_with_the_rust_implementation(parameters):
    draw = random.Random(6)
    other, ours = fsrs_rs_python.FSRS(list(parameters)), MemoryModel(parameters)
    states = 0
    for _ in range(1000):
        history = [
            (draw.choice(list(Rating)), draw.choice((0, 1, 2, draw.randrange(400))) if index else 0)
            for index in range(draw.randrange(1, 14))
        ]
        memory = None
        reviews = [fsrs_rs_python.FSRSReview(int(r), days) for r, days in history]
        theirs = other.historical_memory_states(fsrs_rs_python.FSRSItem(reviews))
        for (rating, days), expected in zip(history, theirs, strict=True):
            memory = ours.after(memory, rating, days).memory
            assert memory.stability == pytest.approx(expected.stability, rel=1e-4)
            assert memory.difficulty == pytest.approx(expected.difficulty, rel=1e-4)
            states += 1
    assert states > 5000


@pytest.mark.parametrize("retention", [0.8, 0.9, 0.95])
def test_intervals_agree_with_the_rust_implementation(retention):
    draw = random.Random(7)
    other = fsrs_rs_python.FSRS(list(DEFAULT_PARAMETERS))
    ours = MemoryModel(DEFAULT_PARAMETERS, retention)
    for _ in range(300):
        memory = Memory(draw.uniform(0.5, 400), draw.uniform(1, 10))
        days = draw.randrange(1, 300)
        state = fsrs_rs_python.MemoryState(memory.stability, memory.difficulty)
        following = other.next_states(state, retention, days)
        for rating, expected in zip(
            Rating, (following.again, following.hard, following.good, following.easy), strict=True
        ):
            recalled = ours.after(memory, rating, days)
            assert recalled.days == pytest.approx(max(1, expected.interval), abs=0.51)


@pytest.mark.parametrize("memory", [Memory(0, 0), Memory(1e300, 1e300), Memory(-4, -4)])
def test_memory_out_of_bounds_is_still_scheduled(memory):
    model = MemoryModel(DEFAULT_PARAMETERS)
    for rating in Rating:
        assert 1 <= model.after(memory, rating, 5).days <= 36_500
    assert 0 <= model.recall(memory, 5) <= 1
