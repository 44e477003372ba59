"""What a check is given: calls into the host, comparisons, artifacts. No processes here."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from tfcards.labkit import compare, speed
from tfcards.labkit.api import Verdict
from tfcards.labkit.calibrated import Calibrated
from tfcards.labkit.left import Left
from tfcards.labkit.values import Output


class Caller(Protocol):
    """Whatever runs the learner's code and answers by value."""

    def call(self, request: Mapping[str, Any], timeout: float | None) -> Output:
        """Run one request; raises LearnerError with a sentence for the learner."""


@dataclass(frozen=True, slots=True)
class Start:
    """One start of the learner's run.

    Its processes had `seed` as TFCARDS_START_SEED, and each worker one of the `worker_seeds` as
    TFCARDS_WORKER_SEED. `is_killed` tells that a planned kill ended it.
    """

    seed: int
    worker_seeds: tuple[int, ...]
    is_killed: bool


class Lab:
    """What a check is given.

    `rng` is drawn from the judge's secret seed and is the same for a check whatever ran before;
    `seed` is the attempt's public seed, which the learner's run has too (TFCARDS_SEED); `starts`
    are those of the run, one more than planned kills that were done.
    """

    def __init__(
        self,
        caller: Caller,
        check_id: str,
        *,
        secret: int,
        seed: int,
        left: Left,
        starts: tuple[Start, ...] = (),
        calibrated: Calibrated | None = None,
        apart: Caller | None = None,
    ) -> None:
        self._caller = caller
        self._left = left
        self._calibrated = calibrated
        self._apart = apart
        self.seed = seed
        self.starts = starts
        self.rng = np.random.default_rng([secret, zlib.crc32(check_id.encode())])

    @property
    def threshold(self) -> float:
        """What this check's number has to reach, from the lab's calibration.toml.

        Raises LookupError, which is the grader's fault, when the check was never calibrated.
        """
        if self._calibrated is None:
            raise LookupError(
                "this check has no threshold; run `tfcards lab calibrate` for its lab"
            )
        return self._calibrated.threshold

    def call(
        self,
        target: str,
        *args: Any,  # noqa: ANN401 - any value passes here
        raw: bool = False,
        timeout: float | None = None,
        **kwargs: Any,  # noqa: ANN401 - any value passes here
    ) -> Output:
        """Call the learner's function `module.function` in the host.

        Arrays arrive there as tf tensors, or as numpy arrays when `raw`. Raises LearnerError when
        it is missing, raises, or takes longer than `timeout` seconds (what is left to the check).
        """
        request = {"op": "call", "target": target, "args": args, "kwargs": kwargs, "raw": raw}
        return self._caller.call(request, timeout)

    def host(self, name: str, *args: Any, timeout: float | None = None, **kwargs: Any) -> Output:  # noqa: ANN401 - any value passes here
        """Call function `name` of the lab's own host.py, in the host; arrays arrive as numpy."""
        request = {"op": "host", "target": name, "args": args, "kwargs": kwargs, "raw": True}
        return self._caller.call(request, timeout)

    def artifact(self, path: str) -> Path:
        """The judge's own copy of a file or folder that the learner's run left.

        `path` is one of lab.toml's `artifacts`; in the host the same relative path works. Raises
        LearnerError when the run did not leave it.
        """
        return self._left.artifact(path)

    def source(self, name: str) -> str:
        """The text of a submitted file: for advice in a message, never a reason to pass."""
        return self._left.source(name)

    def close(
        self,
        observed: object,
        expected: object,
        tolerance: float = 1e-5,
        *,
        kind: str = "",
        dtype: str = "",
        what: str = "the result",
    ) -> Verdict:
        """Same shape, and no element further than `tolerance` (absolute) from the expected one.

        `kind` ("tensor", "array", …) and `dtype` are asked for too when given; `what` names the
        value in the sentences.
        """
        return compare.close(observed, expected, tolerance, compare.Asked(kind, dtype, what))

    def equal(
        self,
        observed: object,
        expected: object,
        *,
        kind: str = "",
        dtype: str = "",
        what: str = "the result",
    ) -> Verdict:
        """Exactly the same value and shape: arrays, numbers, text, lists, dicts."""
        return compare.equal(observed, expected, compare.Asked(kind, dtype, what))

    def at_least(self, observed: float, limit: float, sentence: str) -> Verdict:
        """Passed when `observed` reaches `limit`; NaN never does. `sentence` names the quantity."""
        return self._measured(bool(observed >= limit), sentence, observed, "≥", limit)

    def at_most(self, observed: float, limit: float, sentence: str) -> Verdict:
        """Passed when `observed` does not exceed `limit`; NaN always does."""
        return self._measured(bool(observed <= limit), sentence, observed, "≤", limit)

    def faster(
        self,
        target: str,
        *,
        reference: str,
        inputs: Callable[[np.random.Generator], Sequence[Any]],
        ratio: float,
        rounds: int = 5,
        raw: bool = False,
        alike: Callable[[Output, Output], Verdict] | None = None,
        sentence: str = "",
    ) -> Verdict:
        """Passed when `target` takes at most `ratio` of the time of `reference`, to the same end.

        The `target` is a learner's function, `module.function`, or one of host.py that calls it;
        the `reference` one of host.py, run in a host that has no file of the learner's. In each of
        the rounds both get what `inputs` draws from `lab.rng`, as tensors or, with `raw`, as NumPy
        arrays, and give back what is `alike` (numbers within 1e-5, all else equal); the median of
        the rounds counts. `sentence` names the quantity.
        """
        if self._apart is None:
            raise LookupError("there is no host for the reference")
        op = "call" if "." in target else "host"
        race = speed.Race(
            learners=_run(self._caller, op, target, raw=raw),
            reference=_run(self._apart, "host", reference, raw=raw),
            nothing=_run(self._apart, "nothing", "", raw=raw),
        )
        draws = (inputs(self.rng) for _ in range(1 + rounds))
        found = race.share(draws, alike or _alike(f"`{target}`" if op == "call" else "the result"))
        if isinstance(found, Verdict):
            return found
        usual = f"Time, as a share of that of the code compared with (median of {rounds} rounds)."
        return self.at_most(round(found, 3), ratio, sentence or usual)

    def _measured(
        self, passed: bool, sentence: str, observed: float, sign: str, limit: float
    ) -> Verdict:
        """With what the solution reached, if it is the calibrated number and not one before it."""
        known = self._calibrated
        return Verdict(
            passed,
            sentence,
            compare.number(observed),
            f"{sign} {compare.number(limit)}",
            measured=float(observed),
            reference=known.reference if known is not None and limit == known.threshold else "",
        )

    def passed(self, message: str, *, observed: str = "", limit: str = "") -> Verdict:
        """All points."""
        return Verdict(passed=True, message=message, observed=observed, limit=limit)

    def failed(
        self, message: str, *, observed: str = "", limit: str = "", share: float = 0.0
    ) -> Verdict:
        """No points, or the `share` (0 to 1) of them that was earned."""
        return Verdict(False, message, observed, limit, share)


def _alike(what: str) -> speed.Alike:
    """Compares an output with a reference's."""
    asked = compare.Asked("", "", what)
    return lambda observed, expected: compare.alike(observed, expected, 1e-5, asked)


def _run(caller: Caller, op: str, target: str, *, raw: bool) -> speed.Run:
    """What calls one function with inputs."""
    fixed = {"op": op, "target": target, "kwargs": {}, "raw": raw}
    return lambda inputs: caller.call({**fixed, "args": inputs}, None)
