"""The scalars of TensorBoard logs that a run left, as curves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Final

from tfcards.labkit.contents.figures import number_text
from tfcards.labkit.contents.unreadable import UnreadableError
from tfcards.labkit.follow import short_name
from tfcards.labkit.records import scalars

Files = Sequence[tuple[BinaryIO, str]]

MOST_CURVES: Final = 60
MOST_POINTS: Final = 2000  # of one curve


@dataclass(slots=True)
class _Curve:
    """The points of one scalar; of very many, evenly spaced ones and the last."""

    points: list[list[float]] = field(default_factory=list)
    count: int = 0
    stride: int = 1
    last: list[float] = field(default_factory=list)

    def add(self, step: float, value: float) -> None:
        self.last = [step, value]
        if self.count % self.stride == 0:
            self.points.append(self.last)
        self.count += 1
        if len(self.points) > MOST_POINTS:
            del self.points[1::2]
            self.stride *= 2

    def all(self) -> list[list[float]]:
        return self.points if self.points[-1] is self.last else [*self.points, self.last]


def curves(files: Files) -> dict[str, Any]:
    """One curve for each tag of each folder of logs, and a table of their last values."""
    names: dict[PurePosixPath, str] = {}
    found: dict[str, _Curve] = {}
    damaged = []
    for file, path in files:
        folder = PurePosixPath(path).parent
        if folder not in names:
            names[folder] = short_name(folder, names.values())
        try:
            _read(file, names[folder], found)
        except ValueError as error:
            damaged.append(f"{path} is damaged: {error}.")
    if not found:
        raise UnreadableError(" ".join(damaged) or "No scalar is logged here.")
    shown = dict(list(found.items())[:MOST_CURVES])
    if len(shown) < len(found):
        damaged.append(f"{MOST_CURVES} of {len(found)} curves are shown; TensorBoard has them all.")
    rows = [
        [name, f"{curve.last[0]:.0f}", f"{curve.last[1]:.6g}", number_text(curve.count)]
        for name, curve in shown.items()
    ]
    columns = ["Scalar", "Last step", "Last value", "Points"]
    return {
        "series": {name: curve.all() for name, curve in shown.items()},
        "tables": [{"title": "Scalars", "columns": columns, "rows": rows}],
        "note": " ".join(damaged),
    }


def _read(file: BinaryIO, name: str, found: dict[str, _Curve]) -> None:
    for scalar in scalars(file):
        if math.isfinite(scalar.value):
            curve = found.setdefault(f"{name}/{scalar.tag}", _Curve())
            curve.add(float(scalar.step), scalar.value)
