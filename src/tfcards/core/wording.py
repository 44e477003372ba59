"""Numbers in the learner's words: how many cards, how long until one comes back."""

import math
from datetime import timedelta

_DAY = 86_400.0
_UNITS = (  # seconds, decimals, below how many, one, several
    (60.0, 0, 60.0, "min", "min"),
    (3_600.0, 1, 24.0, "hour", "hours"),
    (_DAY, 0, 31.0, "day", "days"),
    (30.4375 * _DAY, 1, 12.0, "month", "months"),
    (365.25 * _DAY, 1, math.inf, "year", "years"),
)


def cards_text(count: int) -> str:
    """How many cards: "1 card", "3 cards"."""
    return "1 card" if count == 1 else f"{count} cards"


def interval_text(interval: timedelta) -> str:
    """An interval as an answer button shows it: "10 min", "4 days", "2.1 months", "1.3 years".

    Less than a minute is "<1 min". Minutes and days are whole, longer units have one decimal.
    """
    seconds = interval.total_seconds()
    if seconds < _UNITS[0][0]:
        return "<1 min"
    for size, decimals, limit, one, several in _UNITS:
        number = round(seconds / size, decimals)
        if number < limit:
            return f"{number:g} {one if number == 1 else several}"
    raise AssertionError("the last unit has no limit")
