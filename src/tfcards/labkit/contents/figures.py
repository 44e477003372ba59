"""How shapes, numbers and long lists of a run's files are written down. Reads no files."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

MOST_ROWS: Final = 500


def shape_text(shape: Sequence[object] | None) -> str:
    """`(None, 28, 28)`, as Keras writes it; `?` when it is not known."""
    if shape is None:
        return "?"
    sizes = ["None" if size is None or size == -1 else str(size) for size in shape]
    return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"


def count_of(shape: Sequence[int]) -> int:
    """How many numbers an array of this shape has; 0 when a size is open."""
    return math.prod(shape) if all(size >= 0 for size in shape) else 0


def number_text(number: int) -> str:
    """12345 as `12,345`."""
    return f"{number:,}"


def cut(rows: list[list[str]], what: str) -> tuple[list[list[str]], str]:
    """At most MOST_ROWS of the rows, and a note when there are more."""
    if len(rows) <= MOST_ROWS:
        return rows, ""
    return rows[:MOST_ROWS], f"The first {MOST_ROWS} of {number_text(len(rows))} {what} are shown."
