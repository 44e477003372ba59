"""Intervals in the learner's words."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfcards.core.wording import cards_text, interval_text

UNITS = ("min", "hour", "day", "month", "year")


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (timedelta(0), "<1 min"),
        (timedelta(seconds=59), "<1 min"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(minutes=10), "10 min"),
        (timedelta(minutes=59, seconds=50), "1 hour"),
        (timedelta(hours=1.5), "1.5 hours"),
        (timedelta(hours=23, minutes=59), "1 day"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=4), "4 days"),
        (timedelta(days=30), "30 days"),
        (timedelta(days=31), "1 month"),
        (timedelta(days=64), "2.1 months"),
        (timedelta(days=365), "1 year"),
        (timedelta(days=475), "1.3 years"),
        (timedelta(days=36_500), "99.9 years"),
    ],
)
def test_intervals(interval, text):
    assert interval_text(interval) == text


def size(text: str) -> tuple[int, float]:
    number, unit = text.split()
    if number.startswith("<"):
        return 0, 0.0
    return UNITS.index(unit.removesuffix("s")), float(number)


spans = st.timedeltas(timedelta(0), timedelta(days=40_000))


@given(spans, spans)
def test_a_longer_interval_never_reads_shorter(one, other):
    shorter, longer = sorted((one, other))
    assert size(interval_text(shorter)) <= size(interval_text(longer))


def test_cards_are_counted():
    assert [cards_text(count) for count in (0, 1, 2)] == ["0 cards", "1 card", "2 cards"]
