"""What a lab's solution reached on many seeds, and the thresholds that follow. Runs nothing.

The rule: a threshold lies beyond the worst of all runs by twice their range, and by 2 % of their
mean at least, and is then rounded to two digits, away from the runs. A check may ask for less.
"""

import hashlib
import json
import math
import platform
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Annotated, Any, Final, Literal

import psutil
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tfcards.labs.content.declared import LabError, Problem
from tfcards.labs.content.manifest import Lab
from tfcards.labs.job import CheckInfo

FILE_NAME: Final = "calibration.toml"
FEWEST_RUNS: Final = 20
SMALLEST_SHARE: Final = 0.02  # of the mean
RANGES: Final = 2

Finite = Annotated[float, Field(allow_inf_nan=False)]


class Measured(BaseModel):
    """What one check measured over all runs, and the threshold that follows from it.

    `seconds_p95` is what the check took in all but the slowest twentieth of the runs.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    better: Literal["higher", "lower"]
    runs: int = Field(ge=1)
    min: Finite
    mean: Finite
    max: Finite
    seconds_p95: Finite
    threshold: Finite


class Calibration(BaseModel):
    """A lab's record. `seconds_p95` is the learner's run; `solution` the digest of what was run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1]
    lab: str
    runs: int = Field(ge=1)
    seconds_p95: Finite
    machine: str
    versions: dict[str, str]
    solution: str
    checks: dict[str, Measured]


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers and the seconds of one check, one for each run."""

    numbers: Sequence[float]
    seconds: Sequence[float]


def read(lab: Lab) -> Calibration | None:
    """The lab's record, or None when it has none. Raises LabError for one that is wrong."""
    path = lab.folder / FILE_NAME
    try:
        return Calibration.model_validate(tomllib.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        text = f"cannot be read; run `tfcards lab calibrate {lab.id}` again: {error}"
        raise LabError([Problem(path, text)]) from error


def measuring(lab: Lab) -> tuple[CheckInfo, ...]:
    """The checks of a lab whose verdict rests on a number."""
    return tuple(check for check in lab.checks if check.better)


def bound(better: str, lowest: float, mean: float, highest: float) -> float:
    """The hardest threshold that these runs allow."""
    margin = max(SMALLEST_SHARE * abs(mean), RANGES * (highest - lowest))
    raw = lowest - margin if better == "higher" else highest + margin
    if raw == 0:
        return 0.0
    exact = Decimal(f"{raw:.9g}")  # without the noise of binary fractions
    step = Decimal(1).scaleb(exact.adjusted() - 1)
    side = ROUND_FLOOR if better == "higher" else ROUND_CEILING
    return float((exact / step).to_integral_value(side) * step)


def is_harder(better: str, threshold: float, other: float) -> bool:
    """Whether `threshold` asks for more than `other`."""
    return threshold > other if better == "higher" else threshold < other


def measured(check: CheckInfo, figures: Figures) -> Measured:
    """The record of one check. Raises ValueError when it asks for more than the runs allow."""
    numbers = figures.numbers
    lowest, highest, mean = min(numbers), max(numbers), math.fsum(numbers) / len(numbers)
    allowed = bound(check.better, lowest, mean, highest)
    threshold = allowed if check.ask is None else float(check.ask)
    if is_harder(check.better, threshold, allowed):
        text = (
            f"check {check.id!r} asks for {threshold:g}, but the solution's runs "
            f"({lowest:.6g} to {highest:.6g}) allow no more than {allowed:g}"
        )
        raise ValueError(text)
    return Measured.model_validate(
        {
            "better": check.better,
            "runs": len(numbers),
            "min": round(lowest, 6),
            "mean": round(mean, 6),
            "max": round(highest, 6),
            "seconds_p95": round(percentile(figures.seconds, 0.95), 2),
            "threshold": threshold,
        }
    )


def percentile(numbers: Sequence[float], share: float) -> float:
    """The smallest of the numbers that is no smaller than `share` of them."""
    return sorted(numbers)[max(0, math.ceil(share * len(numbers)) - 1)]


def digest(lab: Lab) -> str:
    """What tells whether the solution or its data has changed since."""
    paths = [lab.solution / name for name in lab.files]
    paths += [path for path in [lab.folder / "data.py"] if path.is_file()]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()[:16]


def machine() -> str:
    """The class of this machine, such as "Linux x86_64, 2 cores, 24 GB"."""
    memory = round(psutil.virtual_memory().total / 2**30)
    return f"{platform.system()} {platform.machine()}, {psutil.cpu_count()} cores, {memory} GB"


def problem(lab: Lab, record: Calibration | None, check: CheckInfo) -> str:
    """Why the threshold of a measuring check does not follow from the record, or nothing."""
    mend = f"run `tfcards lab calibrate {lab.id}`"
    found = None if record is None else record.checks.get(check.id)
    if found is None:
        return f"{FILE_NAME} says nothing of it; {mend}"
    if found.runs < FEWEST_RUNS:
        return f"it rests on {found.runs} runs, and {FEWEST_RUNS} are needed; {mend}"
    allowed = bound(found.better, found.min, found.mean, found.max)
    if found.better != check.better or is_harder(check.better, found.threshold, allowed):
        return f"the threshold {found.threshold:g} is not what the runs allow; {mend}"
    if found.threshold != (allowed if check.ask is None else check.ask):
        return f"the threshold {found.threshold:g} is not what the check asks for; {mend}"
    return ""


def text(record: Calibration) -> str:
    """The record as TOML."""
    form = record.model_dump()
    checks = form.pop("checks")
    versions = form.pop("versions")
    lines = [f"# Written by `tfcards lab calibrate {record.lab}`; not by hand.", *_pairs(form)]
    lines += ["", "[versions]", *_pairs(versions)]
    for name, found in checks.items():
        lines += ["", f"[checks.{name}]", *_pairs(found)]
    return "\n".join(lines) + "\n"


def _pairs(form: Mapping[str, Any]) -> list[str]:
    # JSON's texts and numbers are TOML's too
    return [f"{name} = {json.dumps(value)}" for name, value in form.items()]
