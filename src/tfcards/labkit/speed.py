"""Speed as a share of other code's, taken by turns in one run. The clock is the judge's."""

from __future__ import annotations

import hashlib
import json
import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, TypeAlias

from tfcards.labkit.api import Verdict
from tfcards.labkit.values import Arrays, Output, encode

Run: TypeAlias = Callable[[Sequence[Any]], Output]
Alike: TypeAlias = Callable[[Output, Output], Verdict]

SHORTEST: Final = 1e-6  # seconds: no code of a reference is quicker


@dataclass(frozen=True, slots=True)
class Race:
    """What is timed on the same inputs: the learner's code, the reference, a call of nothing.

    That of nothing takes what every call does for its way there and back, which is no merit and no
    fault of the code called.
    """

    learners: Run
    reference: Run
    nothing: Run

    def share(self, draws: Iterable[Sequence[Any]], alike: Alike) -> float | Verdict:
        """The learner's time as a share of the reference's: the median over all draws.

        The first draw is for warming up. A verdict as soon as an output is not `alike` the
        reference's. Raises ValueError when inputs come twice: an answer may be kept.
        """
        seen: set[bytes] = set()
        seconds: list[tuple[float, float]] = []
        idle = math.inf
        for number, inputs in enumerate(draws):
            _require_new(inputs, seen)
            if number % 2:  # so that what slows down or speeds up meanwhile favours neither
                mine, others = _timed(self.learners, inputs), _timed(self.reference, inputs)
            else:
                others, mine = _timed(self.reference, inputs), _timed(self.learners, inputs)
            right = alike(mine[1], others[1])
            if not right:
                return right
            seconds.append((mine[0], others[0]))
            idle = min(idle, _timed(self.nothing, inputs)[0])
        return statistics.median(
            max(learners - idle, 0.0) / max(reference - idle, SHORTEST)
            for learners, reference in seconds[1:]
        )


def _timed(run: Run, inputs: Sequence[Any]) -> tuple[float, Output]:
    began = perf_counter()
    output = run(inputs)
    return perf_counter() - began, output


def _require_new(inputs: Sequence[Any], seen: set[bytes]) -> None:
    arrays: Arrays = []
    form = json.dumps(encode(list(inputs), arrays)).encode()
    digest = hashlib.sha256(b"\0".join([form, *(array.tobytes() for array in arrays)])).digest()
    if digest in seen:
        raise ValueError("`inputs` must draw other values in each round")
    seen.add(digest)
