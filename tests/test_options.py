"""Deck options are refused with everything that is wrong with them."""

from datetime import UTC, datetime, timedelta

import fsrs.scheduler
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfcards.core.day import Calendar
from tfcards.core.model import Card, Rating
from tfcards.core.options import DEFAULT_PARAMETERS, PARAMETER_BOUNDS, Options
from tfcards.core.schedule import Scheduler
from tfcards.errors import BadInputError

WRONG = {
    "desired_retention": (0.69, "desired retention must be 0.70 to 0.99."),
    "learning_steps": ((timedelta(days=1),), "steps must be under one day each."),
    "relearning_steps": ((timedelta(0),), "steps must be under one day each."),
    "new_per_day": (-1, "new cards a day must be 0 to 9999."),
    "reviews_per_day": (10_000, "reviews a day must be 0 to 9999."),
    "maximum_interval": (0, "the longest interval must be 1 to 36500 days."),
    "leech_lapses": (-1, "leech lapses must be 0 (off) or more."),
    "parameters": (DEFAULT_PARAMETERS[:19], "FSRS-6 takes 21 parameters."),
}


def test_the_defaults_and_bounds_are_those_of_fsrs_6():
    assert fsrs.scheduler.DEFAULT_PARAMETERS == DEFAULT_PARAMETERS
    bounds = zip(
        fsrs.scheduler.LOWER_BOUNDS_PARAMETERS,
        fsrs.scheduler.UPPER_BOUNDS_PARAMETERS,
        strict=True,
    )
    assert tuple(bounds) == PARAMETER_BOUNDS


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_option_is_named(name):
    value, sentence = WRONG[name]
    with pytest.raises(BadInputError) as refused:
        Options(**{name: value})
    assert str(refused.value) == f"Deck options: {sentence}"


@given(st.sets(st.sampled_from(sorted(WRONG)), min_size=1))
def test_all_that_is_wrong_is_named_at_once(names):
    with pytest.raises(BadInputError) as refused:
        Options(**{name: WRONG[name][0] for name in names})
    for name in names:
        assert WRONG[name][1] in str(refused.value)


@given(st.integers(0, 20), st.floats())
def test_a_parameter_is_refused_by_number_or_usable(index, value):
    parameters = list(DEFAULT_PARAMETERS)
    parameters[index] = value
    low, high = PARAMETER_BOUNDS[index]
    if low <= value <= high:
        scheduler = Scheduler(Options(parameters=tuple(parameters)), Calendar())
        assert scheduler.model.startswith("fsrs-6:")
    else:
        with pytest.raises(BadInputError, match=f"FSRS parameter {index + 1} must be"):
            Options(parameters=tuple(parameters))


@pytest.mark.parametrize("retention", [0.7, 0.99])
def test_the_ends_of_what_is_allowed_can_be_scheduled(retention):
    options = Options(desired_retention=retention, maximum_interval=1)
    preview = Scheduler(options, Calendar()).preview(
        Card(id=1, note_id=1, deck_id=1), datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert preview[Rating.EASY].interval == timedelta(days=1)
