"""Fuzz: a few days more or less, so that cards learned together do not stay together.

Always the same for the same card and number of answers, so that a preview equals its result.
"""

import hashlib
import math

_RANGES = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.10), (20.0, math.inf, 0.05))  # days from, to; share


def fraction(card_id: int, reps: int) -> float:
    """Where in its range this answer's fuzz falls, 0 to below 1; even over cards and answers."""
    digest = hashlib.blake2b(f"{card_id}:{reps}".encode(), digest_size=6).digest()
    return int.from_bytes(digest) / 2**48


def bounds(days: int, maximum: int, at_least: int = 1) -> tuple[int, int]:
    """The shortest and longest that an interval of `days` may become.

    `at_least` keeps a growing interval from shrinking below the last one; it never lengthens the
    interval beyond what it is without fuzz.
    """
    if days < _RANGES[0][0]:
        return days, days
    spread = 1.0 + sum(share * max(0.0, min(days, to) - start) for start, to, share in _RANGES)
    longest = min(_nearest(days + spread), maximum)
    shortest = max(2, _nearest(days - spread), min(at_least, days))
    return min(shortest, longest), longest


def within(limits: tuple[int, int], share: float) -> int:
    """The whole number of days at `share` (0 to below 1) of the way from shortest to longest."""
    shortest, longest = limits
    return shortest + math.floor(share * (longest - shortest + 1))


def _nearest(days: float) -> int:
    return math.floor(days + 0.5)
