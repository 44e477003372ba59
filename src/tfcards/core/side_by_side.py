"""Two texts laid side by side: which lines belong together, and what differs within them. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Final

ALIKE: Final = 0.5  # lines less alike than this differ as a whole


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number from 1, and the (start, end) of what the other side has not."""

    number: int
    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """A line on each side, or on one only."""

    left: Line | None
    right: Line | None

    @property
    def is_same(self) -> bool:
        """Whether both sides say the same here."""
        return (
            self.left is not None and self.right is not None and self.left.text == self.right.text
        )


def side_by_side(left: str, right: str) -> list[Pair]:
    """Every line of both texts, in order."""
    ours, theirs = left.splitlines(), right.splitlines()
    pairs: list[Pair] = []
    for step, a, b, c, d in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if step == "equal":
            pairs += [
                Pair(Line(a + n + 1, ours[a + n]), Line(c + n + 1, theirs[c + n]))
                for n in range(b - a)
            ]
        else:
            pairs += _changed(ours[a:b], theirs[c:d], a, c)
    return pairs


def changes(pairs: Sequence[Pair]) -> list[int]:
    """Where each run of differing lines begins."""
    return [
        at
        for at, pair in enumerate(pairs)
        if not pair.is_same and (at == 0 or pairs[at - 1].is_same)
    ]


def _changed(ours: Sequence[str], theirs: Sequence[str], a: int, c: int) -> Iterator[Pair]:
    for at, (one, other) in enumerate(zip_longest(ours, theirs)):
        if one is None or other is None:
            yield Pair(
                None if one is None else Line(a + at + 1, one),
                None if other is None else Line(c + at + 1, other),
            )
            continue
        mine, others = _marks(one, other)
        yield Pair(Line(a + at + 1, one, mine), Line(c + at + 1, other, others))


_Spans = tuple[tuple[int, int], ...]


def _marks(one: str, other: str) -> tuple[_Spans, _Spans]:
    """What differs within two lines; nothing where they have too little in common."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.ratio() < ALIKE:
        return (), ()
    steps = [step for step in matcher.get_opcodes() if step[0] != "equal"]
    return (
        tuple((a, b) for _, a, b, _, _ in steps if b > a),
        tuple((c, d) for _, _, _, c, d in steps if d > c),
    )
