"""What a lab's calibration.toml says, as its judge needs it. It is written elsewhere."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What is known of one check's number.

    It has to reach the `threshold`; `reference` says from where to where the solution's runs went,
    and is empty while they are being measured.
    """

    threshold: float
    reference: str = ""


def load(folder: Path) -> dict[str, Calibrated]:
    """By check; nothing for a lab without a calibration."""
    try:
        form = tomllib.loads((folder / "calibration.toml").read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return {
        str(name): Calibrated(float(one["threshold"]), _range(one))
        for name, one in form["checks"].items()
    }


def _range(form: Mapping[str, Any]) -> str:
    if "min" not in form or "max" not in form:
        return ""
    lowest, highest = f"{form['min']:.6g}", f"{form['max']:.6g}"
    return lowest if lowest == highest else f"{lowest} to {highest}"
