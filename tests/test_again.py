"""A passed lab comes back after growing spaces."""

from hypothesis import given
from hypothesis import strategies as st

from tfcards.core.again import SPACES, Again, again


def test_spaces_grow_with_every_repeat_in_time() -> None:
    assert again([]) is None
    assert again([100]) == Again(107, 0)
    assert again([100, 107]) == Again(128, 1)
    assert again([100, 107, 130]) == Again(190, 2)
    assert again([100, 107, 130, 190, 370]) == Again(550, 4)


def test_passing_it_early_moves_nothing() -> None:
    assert again([100, 100, 101, 106]) == Again(107, 0)
    assert again([100, 106, 108]) == Again(129, 1)


@given(st.lists(st.integers(700_000, 740_000), min_size=1))
def test_it_always_comes_back_after_the_last_day_that_counted(days: list[int]) -> None:
    found = again(days)
    assert found is not None
    assert min(days) < found.day <= max(days) + SPACES[-1]
    assert found == again(reversed(days))
    assert 0 <= found.repeats < len(days)
