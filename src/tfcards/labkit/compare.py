"""Comparisons that end in a sentence: kind, dtype and shape first, then numbers. No processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tfcards.labkit.api import Verdict
from tfcards.labkit.values import NUMERIC_KINDS, Output, shown


@dataclass(frozen=True, slots=True)
class Asked:
    """What besides the value is asked for, and how to call it."""

    kind: str
    dtype: str
    what: str


_KIND_NAMES = {"tensor": "a tf.Tensor", "array": "a NumPy array", "variable": "a tf.Variable"}


def number(value: float) -> str:
    """A number short enough for a sentence."""
    return str(value) if float(value).is_integer() else f"{value:.6g}"


def close(observed: object, expected: object, tolerance: float, asked: Asked) -> Verdict:
    """Element by element within `tolerance`; NaN only matches NaN, infinity only itself."""
    right = np.asarray(_plain(expected))
    problem = _form_problem(observed, asked)
    if problem is None:  # not `or`: a verdict that did not pass is false
        problem = _shape_problem(observed, right, asked)
    if problem is not None:
        return problem
    left = _array(observed)
    assert left is not None  # _shape_problem has said so otherwise
    difference = _largest_difference(left, right)
    passed = bool(difference <= tolerance)
    sentence = f"{_start(asked)} is right."
    if not passed:
        wrong = "NaN in it" if _has_new_nan(left, right) else "wrong values"
        sentence = f"{_start(asked)} has the right shape but {wrong}."
    return Verdict(passed, sentence, f"largest difference {difference:.2g}", f"≤ {tolerance:g}")


def equal(observed: object, expected: object, asked: Asked) -> Verdict:
    """The same value exactly; numbers inside lists and dicts too."""
    problem = _form_problem(observed, asked)
    if problem is not None:
        return problem
    wanted = _plain(expected)
    if isinstance(wanted, np.ndarray):
        problem = _shape_problem(observed, wanted, asked)
        if problem is not None:
            return problem
    got = _plain(observed)
    if _same(got, wanted):
        return Verdict(True, f"{_start(asked)} is right.", _short(got), f"= {_short(wanted)}")
    return Verdict(False, f"{_start(asked)} is not right.", _short(got), f"= {_short(wanted)}")


def alike(observed: object, expected: object, tolerance: float, asked: Asked) -> Verdict:
    """`close` where numbers are expected, alone or in lists; `equal` for all else."""
    if _array(expected) is None:
        return equal(observed, expected, asked)
    return close(observed, expected, tolerance, asked)


def _plain(value: object) -> Any:  # noqa: ANN401 - any value passes here
    return value.plain if isinstance(value, Output) else value


def _start(asked: Asked) -> str:
    return asked.what[:1].upper() + asked.what[1:]


def _form_problem(observed: object, asked: Asked) -> Verdict | None:
    if not isinstance(observed, Output):
        return None
    if asked.kind and observed.kind != asked.kind:
        wanted = _KIND_NAMES.get(asked.kind, f"a {asked.kind}")
        return Verdict(
            False,
            f"{_start(asked)} should be {wanted}, but is {observed.words}.",
            observed.words,
            wanted,
        )
    if asked.dtype and observed.dtype != asked.dtype:
        return Verdict(
            False,
            f"{_start(asked)} should have dtype {asked.dtype}, but has {observed.dtype or 'none'}.",
            f"dtype {observed.dtype or 'none'}",
            f"dtype {asked.dtype}",
        )
    return None


def _shape_problem(
    observed: object, expected: np.ndarray[Any, Any], asked: Asked
) -> Verdict | None:
    array = _array(observed)
    if array is None:
        words = observed.words if isinstance(observed, Output) else type(observed).__name__
        return Verdict(
            False, f"{_start(asked)} should hold numbers, but is {words}.", words, "numbers"
        )
    if array.shape == expected.shape:
        return None
    return Verdict(
        False,
        f"{_start(asked)} should have shape {shown(expected.shape)}, but has {shown(array.shape)}.",
        f"shape {shown(array.shape)}",
        f"shape {shown(expected.shape)}",
    )


def _array(observed: object) -> np.ndarray[Any, Any] | None:
    """The value as a numeric or text array, or None when it is no such thing."""
    value = _plain(observed)
    if (
        value is None
        or isinstance(value, dict)
        or (isinstance(observed, Output) and observed.kind == "object")
    ):
        return None
    try:
        array = np.asarray(value)
    except ValueError:  # lists of unequal lengths
        return None
    return array if array.dtype.kind in NUMERIC_KINDS + "U" else None


def _has_new_nan(left: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> bool:
    if left.dtype.kind not in "fc":
        return False
    missing = np.isnan(right) if right.dtype.kind in "fc" else np.zeros(right.shape, bool)
    return bool(np.any(np.isnan(left) & ~missing))


def _largest_difference(left: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> float:
    if left.dtype.kind == "U" or right.dtype.kind == "U":
        return 0.0 if _same(left, right) else float("inf")
    wide = np.complex128 if "c" in {left.dtype.kind, right.dtype.kind} else np.float64
    first, second = left.astype(wide), right.astype(wide)
    same = (first == second) | (np.isnan(first) & np.isnan(second))
    with np.errstate(invalid="ignore"):
        difference = np.where(same, 0.0, np.abs(first - second))
    if not difference.size:
        return 0.0
    return float(np.max(np.where(np.isnan(difference), np.inf, difference)))


def _same(left: Any, right: Any) -> bool:  # noqa: ANN401 - any value passes here
    if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        return _same_arrays(np.asarray(left), np.asarray(right))
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[name], right[name]) for name in left)
    return bool(left == right)


def _same_arrays(left: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> bool:
    numeric = left.dtype.kind in "fc" and right.dtype.kind in "fc"
    return left.shape == right.shape and bool(np.array_equal(left, right, equal_nan=numeric))


def _short(value: object) -> str:
    text = (
        np.array2string(value, threshold=8, precision=4)
        if isinstance(value, np.ndarray)
        else repr(value)
    )
    text = " ".join(text.split())
    return text if len(text) <= 120 else text[:117] + "…"
