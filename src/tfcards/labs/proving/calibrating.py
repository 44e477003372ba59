"""Measures a lab's solution on many seeds and writes calibration.toml. The rule is elsewhere."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tfcards.errors import BadInputError
from tfcards.labs.content.manifest import Lab
from tfcards.labs.job import CheckInfo
from tfcards.labs.proving import calibration, trial
from tfcards.labs.proving.calibration import FILE_NAME, Calibration, Figures
from tfcards.labs.proving.trial import Trial
from tfcards.labs.result import Outcome


def calibrate(
    lab: Lab, *, seeds: int = 20, on_progress: Callable[[str], object] | None = None
) -> Calibration:
    """Run the solution on seeds 1 to `seeds`, one after the other, and write what it reached.

    Raises BadInputError when no check measures anything, a run does not pass even without
    thresholds, or a check asks for more than the runs allow.
    """
    checks = calibration.measuring(lab)
    if not checks:
        text = f"No check of {lab.id} measures a number; there is nothing to calibrate."
        raise BadInputError(text)
    trials = []
    with _without_thresholds(lab, checks) as measured:
        files = {name: (lab.solution / name).read_text("utf-8") for name in lab.files}
        for seed in range(1, seeds + 1):
            one = trial.attempt(measured, files, seed)
            _require_passed(lab, one, seed)
            trials.append(one)
            if on_progress is not None:
                on_progress(f"seed {seed}: {_words(one, checks)}  {one.run_seconds:.1f} s")
    record = _record(lab, checks, trials)
    (lab.folder / FILE_NAME).write_text(calibration.text(record), "utf-8")
    return record


@contextmanager
def _without_thresholds(lab: Lab, checks: Sequence[CheckInfo]) -> Iterator[Lab]:
    """The lab with thresholds that every number reaches."""
    with tempfile.TemporaryDirectory(prefix="tfcards-calibrate-") as place:
        folder = Path(place) / lab.id
        shutil.copytree(lab.folder, folder, ignore=shutil.ignore_patterns("wrong", "__pycache__"))
        easiest = {"higher": "-inf", "lower": "inf"}
        lines = [f"[checks.{one.id}]\nthreshold = {easiest[one.better]}" for one in checks]
        (folder / FILE_NAME).write_text("\n".join(lines), "utf-8")
        yield replace(lab, folder=folder)


def _require_passed(lab: Lab, one: Trial, seed: int) -> None:
    result = one.result
    if result.outcome is not Outcome.PASSED:
        bad = "; ".join(f"{c.id}: {c.message}" for c in result.checks if c.status != "passed")
        text = f"The solution of {lab.id} fails on seed {seed}: {result.message} {bad}"
        raise BadInputError(f"{text} {result.diagnostics}".strip())


def _numbers(trials: Sequence[Trial], check: CheckInfo) -> Figures:
    found = [next(c for c in one.result.checks if c.id == check.id) for one in trials]
    numbers = [c.measured for c in found if c.measured is not None]
    if len(numbers) < len(found):
        text = (
            f"check {check.id!r} says what is better but gives back no number; "
            "end it with lab.at_least or lab.at_most"
        )
        raise BadInputError(text)
    return Figures(numbers, [c.seconds for c in found])


def _words(one: Trial, checks: Sequence[CheckInfo]) -> str:
    names = {check.id for check in checks}
    return "  ".join(
        f"{c.id} {c.measured:.4g}"
        for c in one.result.checks
        if c.id in names and c.measured is not None
    )


def _record(lab: Lab, checks: Sequence[CheckInfo], trials: Sequence[Trial]) -> Calibration:
    try:
        found = {one.id: calibration.measured(one, _numbers(trials, one)) for one in checks}
    except ValueError as error:
        raise BadInputError(f"{lab.id}: {error}. Ask for less, or better the solution.") from error
    seconds = [one.run_seconds for one in trials]
    return Calibration(
        format=1,
        lab=lab.id,
        runs=len(trials),
        seconds_p95=round(calibration.percentile(seconds, 0.95), 2),
        machine=calibration.machine(),
        versions=dict(sorted(trials[-1].result.versions.items())),
        solution=calibration.digest(lab),
        checks=found,
    )
