"""The checks of lab 01: fresh shapes, dtypes and numbers against NumPy, eagerly and in a graph."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tfcards.labkit import Lab, Verdict, check

Arguments = Sequence[Any]
Reference = Callable[..., np.ndarray]


# --- how every function is asked -----------------------------------------------------------------


def _agrees(
    lab: Lab, name: str, calls: Sequence[Arguments], reference: Reference, tolerance: float = 1e-5
) -> Verdict:
    """Call `tensors.<name>` for each argument list; the first that is not right decides."""
    verdict = lab.failed("Nothing was asked.")
    for arguments in calls:
        expected = reference(*arguments)
        verdict = lab.close(
            lab.call(f"tensors.{name}", *arguments),
            expected,
            tolerance,
            kind="tensor",
            dtype=expected.dtype.name,
            what=f"`{name}` for {_words(arguments)}",
        )
        if not verdict:
            return verdict
    return lab.passed(f"Right for {len(calls)} fresh inputs.", observed=verdict.observed)


def _agrees_in_graph(
    lab: Lab, name: str, calls: Sequence[Arguments], reference: Reference, tolerance: float = 1e-5
) -> Verdict:
    """Trace once with unknown lengths, run for each argument list, compare."""
    answer = lab.host("traced", name, [list(arguments) for arguments in calls])
    for arguments, output in zip(calls, answer.value["results"].value, strict=True):
        expected = reference(*arguments)
        verdict = lab.close(
            output,
            expected,
            tolerance,
            kind="tensor",
            dtype=expected.dtype.name,
            what=f"in a graph, `{name}` for {_words(arguments)}",
        )
        if not verdict:
            return verdict
    return lab.passed(f"One graph was right for {len(calls)} inputs of different lengths.")


def _words(arguments: Arguments) -> str:
    return ", ".join(
        f"{value.dtype.name} of shape {value.shape}"
        if isinstance(value, np.ndarray)
        else f"{value}"
        for value in arguments
    )


# --- 1: addition_table ---------------------------------------------------------------------------


def _table(start: float, stop: float, step: float) -> np.ndarray:
    axis = np.arange(start, stop, step, dtype=np.float64)
    return (axis[:, None] + axis[None, :]).astype(np.float32)


def _float_axis(lab: Lab) -> list[float]:
    step = float(lab.rng.choice([0.25, 0.5, 1.5, 2.0]))
    start = float(lab.rng.integers(-8, 8)) / 2
    return [start, start + step * (int(lab.rng.integers(2, 9)) - 0.5), step]


@check(
    "table-values",
    title="`addition_table` holds every sum",
    points=2,
    task=1,
    cards=("tensors-range-vs-linspace", "tensors-newaxis", "tensors-broadcast-rule"),
)
def table_values(lab: Lab) -> Verdict:
    calls = [_float_axis(lab) for _ in range(4)]
    start, _, step = _float_axis(lab)
    calls.append([start, start + 4 * step, step])  # stop is hit exactly and must not appear
    return _agrees(lab, "addition_table", calls, _table)


@check(
    "table-integers",
    title="`addition_table` is float32 for integer arguments too",
    points=1,
    task=1,
    cards=("tensors-default-dtypes", "tensors-range-output"),
    after=("table-values",),
)
def table_integers(lab: Lab) -> Verdict:
    starts = [int(value) for value in lab.rng.integers(-5, 5, size=3)]
    calls = [[start, start + int(lab.rng.integers(3, 12)), 1 + i] for i, start in enumerate(starts)]
    return _agrees(lab, "addition_table", calls, _table)


@check(
    "table-graph",
    title="`addition_table` works in a graph",
    points=1,
    task=1,
    cards=("tensors-static-vs-dynamic-shape",),
    after=("table-values",),
)
def table_graph(lab: Lab) -> Verdict:
    axes = [np.array(_float_axis(lab), np.float32) for _ in range(3)]
    return _agrees_in_graph(lab, "addition_table", [list(map(np.asarray, a)) for a in axes], _table)


# --- 2: scale ------------------------------------------------------------------------------------


def _scaled(x: np.ndarray, factor: float) -> np.ndarray:
    product = x.astype(np.float64) * factor
    if x.dtype.kind == "f":
        return product.astype(x.dtype)
    limits = np.iinfo(x.dtype)
    return np.clip(np.rint(product), limits.min, limits.max).astype(x.dtype)


def _shape(lab: Lab, rank: int) -> tuple[int, ...]:
    return tuple(int(length) for length in lab.rng.integers(2, 6, size=rank))


def _whole(lab: Lab, dtype: str, shape: tuple[int, ...], factor: float, reach: int) -> np.ndarray:
    """Whole numbers up to `reach` whose product with `factor` is not near a half."""
    low, count = 0 if dtype.startswith("u") else -reach, int(np.prod(shape))
    numbers = lab.rng.integers(low, reach + 1, size=20 * count)
    rest = np.abs(numbers * factor % 1 - 0.5)
    return numbers[rest > 0.02][:count].reshape(shape).astype(dtype)


@check(
    "scale-floats",
    title="`scale` multiplies and keeps a floating dtype",
    points=1,
    task=2,
    cards=("tensors-cast", "tensors-python-scalar"),
)
def scale_floats(lab: Lab) -> Verdict:
    for dtype, tolerance in (("float16", 0.03), ("float32", 1e-5), ("float64", 1e-5)):
        for rank in (0, 1, 3):
            x = np.asarray(lab.rng.uniform(-4, 4, size=_shape(lab, rank))).astype(dtype)
            call = [x, float(lab.rng.uniform(1.1, 2.9))]
            verdict = _agrees(lab, "scale", [call], _scaled, tolerance)
            if not verdict:
                return verdict
    return lab.passed("float16, float32 and float64 came back as they went in.")


@check(
    "scale-precision",
    title="`scale` keeps all digits of float64",
    points=1,
    task=2,
    cards=("tensors-cast-python-float", "tensors-float32-integers"),
    after=("scale-floats",),
)
def scale_precision(lab: Lab) -> Verdict:
    calls = []
    for rank in (1, 2):
        x = lab.rng.uniform(1, 4, size=_shape(lab, rank))
        calls.append([x, float(lab.rng.uniform(1.1, 2.9))])
    verdict = _agrees(lab, "scale", calls, _scaled, 1e-12)
    if verdict:
        return verdict
    sentence = "Some number went through float32 on its way, the tensor or the factor."
    return lab.failed(sentence, observed=verdict.observed, limit=verdict.limit)


@check(
    "scale-integers",
    title="`scale` rounds to the nearest whole number",
    points=2,
    task=2,
    cards=("tensors-cast", "tensors-cast-code", "tensors-float32-integers"),
    after=("scale-floats",),
)
def scale_integers(lab: Lab) -> Verdict:
    calls = []
    for dtype, reach in (("int32", 1000), ("uint8", 80), ("int8", 40), ("int64", 1000)):
        factor = float(lab.rng.uniform(0.3, 2.9))
        calls.append([_whole(lab, dtype, _shape(lab, 2), factor, reach), factor])
    calls.append([_whole(lab, "int32", (3, 2), 3, 1000), 3])  # a number may be an int
    small = _agrees(lab, "scale", calls, _scaled)
    return small and _large_integers(lab)


def _large_integers(lab: Lab) -> Verdict:
    """Numbers that float32 cannot hold, and float64 can."""
    calls = []
    for dtype, reach in (("int32", 700_000_000), ("int64", 2**40)):
        factor = float(lab.rng.uniform(1.1, 2.9))
        calls.append([_whole(lab, dtype, (4, 5), factor, reach), factor])
    verdict = _agrees(lab, "scale", calls, _scaled)
    if verdict or not verdict.observed.startswith("largest difference"):
        return verdict
    sentence = (
        "Small whole numbers are right, large ones are not: float32 holds only whole numbers up to "
        "16 777 216 exactly. Multiply in float64."
    )
    return lab.failed(sentence, observed=verdict.observed, limit=verdict.limit)


@check(
    "scale-clips",
    title="`scale` clips to what the integer dtype holds",
    points=1,
    task=2,
    cards=("tensors-int-overflow",),
    after=("scale-integers",),
)
def scale_clips(lab: Lab) -> Verdict:
    calls = []
    for dtype, reach in (("uint8", 255), ("int8", 127), ("int32", 2**31 - 1)):
        factor = float(lab.rng.uniform(2.1, 3.9))
        x = np.append(_whole(lab, dtype, (12,), factor, reach), [reach, reach - 1]).astype(dtype)
        calls.append([x, factor])
    factor = float(lab.rng.uniform(0.6, 1.4))
    calls.append([_whole(lab, "uint8", (9,), factor, 120), -factor])
    return _agrees(lab, "scale", calls, _scaled)


@check(
    "scale-graph",
    title="`scale` works in a graph",
    points=1,
    task=2,
    cards=("tensors-static-vs-dynamic-shape",),
    after=("scale-integers",),
)
def scale_graph(lab: Lab) -> Verdict:
    factor = 1.75
    calls = [[_whole(lab, "int32", _shape(lab, 2), factor, 500), factor] for _ in range(3)]
    return _agrees_in_graph(lab, "scale", calls, _scaled)


# --- 3: windows ----------------------------------------------------------------------------------


def _windowed(series: np.ndarray, size: int, stride: int) -> np.ndarray:
    starts = range(0, len(series) - size + 1, stride)
    parts = [series[start : start + size] for start in starts]
    return np.stack(parts) if parts else np.zeros((0, size, series.shape[1]), series.dtype)


def _series(lab: Lab, time: int, dtype: str = "float32") -> np.ndarray:
    return np.round(lab.rng.normal(scale=9, size=(time, int(lab.rng.integers(1, 4))))).astype(dtype)


@check(
    "windows-values",
    title="`windows` cuts every whole window",
    points=3,
    task=3,
    cards=("tensors-sliding-windows", "tensors-window-count", "tensors-windows-code"),
)
def windows_values(lab: Lab) -> Verdict:
    calls = []
    for dtype in ("float32", "int32", "float64", "float32", "int64"):
        size, stride = (int(value) for value in lab.rng.integers(2, 5, size=2))
        time = size + stride * int(lab.rng.integers(1, 5)) + int(lab.rng.integers(0, stride))
        calls.append([_series(lab, time, dtype), size, stride])
    calls.append([_series(lab, 7), 3, 1])
    calls.append([_series(lab, 5), 5, 2])  # exactly one window
    return _agrees(lab, "windows", calls, _windowed)


@check(
    "windows-short",
    title="`windows` gives none for a series that is too short",
    points=1,
    task=3,
    cards=("tensors-window-count",),
    after=("windows-values",),
)
def windows_short(lab: Lab) -> Verdict:
    size = int(lab.rng.integers(6, 10))
    calls = [[_series(lab, time), size, 2] for time in (size - 1, size - 2, size - 4, 1)]
    return _agrees(lab, "windows", calls, _windowed)


@check(
    "windows-graph",
    title="`windows` works in a graph",
    points=1,
    task=3,
    cards=("tensors-static-vs-dynamic-shape",),
    after=("windows-values",),
)
def windows_graph(lab: Lab) -> Verdict:
    calls = [[_series(lab, int(time)), 4, 3] for time in lab.rng.integers(5, 25, size=3)]
    return _agrees_in_graph(lab, "windows", calls, _windowed)


# --- 4: pick -------------------------------------------------------------------------------------


def _picked(scores: np.ndarray, indices: np.ndarray) -> np.ndarray:
    return np.take_along_axis(scores, indices.astype(np.int64), axis=1)


def _pick_call(lab: Lab, rows: int, dtype: str = "float32", index: str = "int32") -> Arguments:
    columns, taken = int(lab.rng.integers(3, 9)), int(lab.rng.integers(1, 6))
    scores = np.round(lab.rng.normal(scale=50, size=(rows, columns))).astype(dtype)
    return [scores, lab.rng.integers(0, columns, size=(rows, taken)).astype(index)]


@check(
    "pick-values",
    title="`pick` looks into its own row only",
    points=3,
    task=4,
    cards=("tensors-gather-axis", "tensors-gather-nd-code", "tensors-gather-nd-shape"),
)
def pick_values(lab: Lab) -> Verdict:
    kinds = (("float32", "int32"), ("int32", "int64"), ("float64", "int32"), ("float32", "int64"))
    calls = [_pick_call(lab, int(lab.rng.integers(2, 7)), *kind) for kind in kinds]
    calls.append(_pick_call(lab, 1))
    return _agrees(lab, "pick", calls, _picked)


@check(
    "pick-graph",
    title="`pick` works in a graph",
    points=1,
    task=4,
    cards=("tensors-static-vs-dynamic-shape",),
    after=("pick-values",),
)
def pick_graph(lab: Lab) -> Verdict:
    return _agrees_in_graph(lab, "pick", [_pick_call(lab, rows) for rows in (2, 5, 1)], _picked)


# --- 5: patch ------------------------------------------------------------------------------------


def _patched(x: np.ndarray, positions: np.ndarray, values: np.ndarray) -> np.ndarray:
    result = x.copy()
    result[positions[:, 0], positions[:, 1]] = values
    return result


def _patch_call(lab: Lab, count: int, dtype: str = "float32", index: str = "int32") -> Arguments:
    rows, columns = _shape(lab, 2)
    x = lab.rng.integers(1, 50, size=(rows, columns)).astype(dtype)
    cells = lab.rng.choice(rows * columns, size=min(count, rows * columns), replace=False)
    positions = np.stack([cells // columns, cells % columns], axis=1).astype(index)
    return [x, positions, lab.rng.integers(-90, -1, size=len(cells)).astype(dtype)]


@check(
    "patch-values",
    title="`patch` replaces the named elements and no others",
    points=3,
    task=5,
    cards=("tensors-scatter-update", "tensors-immutable"),
)
def patch_values(lab: Lab) -> Verdict:
    kinds = (("float32", "int32"), ("int32", "int32"), ("int64", "int64"), ("float64", "int32"))
    calls = [_patch_call(lab, int(lab.rng.integers(1, 5)), *kind) for kind in kinds]
    return _agrees(lab, "patch", calls, _patched)


@check(
    "patch-nothing",
    title="`patch` with no positions gives `x` back",
    points=1,
    task=5,
    cards=("tensors-scatter-update",),
    after=("patch-values",),
)
def patch_nothing(lab: Lab) -> Verdict:
    return _agrees(lab, "patch", [_patch_call(lab, 0), _patch_call(lab, 0, "int32")], _patched)


@check(
    "patch-graph",
    title="`patch` works in a graph",
    points=1,
    task=5,
    cards=("tensors-static-vs-dynamic-shape",),
    after=("patch-values",),
)
def patch_graph(lab: Lab) -> Verdict:
    calls = [_patch_call(lab, count) for count in (1, 4, 2)]
    return _agrees_in_graph(lab, "patch", calls, _patched)


# --- 6: one_hot ----------------------------------------------------------------------------------


def _hot(labels: np.ndarray, classes: int) -> np.ndarray:
    return (labels[..., None] == np.arange(classes)).astype(np.float32)


@check(
    "hot-values",
    title="`one_hot` marks the class",
    points=2,
    task=6,
    cards=("tensors-one-hot", "tensors-broadcast-rule"),
)
def hot_values(lab: Lab) -> Verdict:
    calls = []
    for rank, dtype in ((1, "int32"), (2, "int64"), (0, "int32"), (1, "int64"), (3, "int32")):
        classes = int(lab.rng.integers(2, 8))
        labels = np.asarray(lab.rng.integers(0, classes, size=_shape(lab, rank))).astype(dtype)
        calls.append([labels, classes])
    return _agrees(lab, "one_hot", calls, _hot)


@check(
    "hot-unknown",
    title="`one_hot` gives zeros for a label that is no class",
    points=1,
    task=6,
    cards=("tensors-one-hot", "tensors-gather-out-of-range"),
    after=("hot-values",),
)
def hot_unknown(lab: Lab) -> Verdict:
    classes = int(lab.rng.integers(3, 7))
    labels = lab.rng.permutation([-1, 0, classes - 1, classes, classes + 3, -5]).astype(np.int32)
    return _agrees(lab, "one_hot", [[labels, classes], [labels.reshape(2, 3), classes]], _hot)


@check(
    "hot-graph",
    title="`one_hot` works in a graph",
    points=1,
    task=6,
    cards=("tensors-static-vs-dynamic-shape",),
    after=("hot-values",),
)
def hot_graph(lab: Lab) -> Verdict:
    calls = [[lab.rng.integers(0, 5, size=_shape(lab, 2)).astype(np.int32), 5] for _ in range(3)]
    return _agrees_in_graph(lab, "one_hot", calls, _hot)


@check(
    "hot-own-work",
    title="`one_hot` does it without tf.one_hot",
    points=1,
    task=6,
    cards=("tensors-broadcast-rule",),
    after=("hot-graph",),
)
def hot_own_work(lab: Lab) -> Verdict:
    answer = lab.host("traced", "one_hot", [[np.array([2, 0, 1], np.int32), 3]])
    used = [operation.value for operation in answer.value["operations"].value]
    if any("PyFunc" in name for name in used):
        return lab.failed(
            "Your graph calls back into Python, and nobody can see what it does there: use "
            "TensorFlow's own operations.",
            observed=", ".join(name for name in used if "PyFunc" in name),
            limit="no call of Python",
        )
    if "OneHot" in used:
        return lab.failed(
            "Your graph contains a OneHot operation: build the vectors by a comparison instead.",
            observed="OneHot",
            limit="no OneHot operation",
        )
    return lab.passed("No OneHot operation in the graph.", observed=", ".join(used))


# --- 7: masked_mean ------------------------------------------------------------------------------


def _meaned(x: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    result = np.zeros((x.shape[0], x.shape[2]), np.float64)
    for row, length in enumerate(lengths):
        if length:
            result[row] = x[row, :length].astype(np.float64).mean(axis=0)
    return result.astype(np.float32)


def _sequences(lab: Lab, shortest: int, padding: float, index: str = "int32") -> Arguments:
    """Padded sequences; one of them is as short as `shortest`, one fills the whole time axis."""
    count, time, features = (int(value) for value in lab.rng.integers((3, 4, 1), (7, 9, 5)))
    lengths = lab.rng.integers(max(1, shortest), time + 1, size=count)
    lengths[:2] = shortest, time
    x = lab.rng.normal(loc=3, size=(count, time, features)).astype(np.float32)
    x[np.arange(time)[None, :] >= lengths[:, None]] = padding
    return [x, lengths.astype(index)]


@check(
    "mean-values",
    title="`masked_mean` leaves the padding out",
    points=2,
    task=7,
    cards=("tensors-masked-mean", "tensors-sequence-mask", "tensors-reduce-axis"),
)
def mean_values(lab: Lab) -> Verdict:
    kinds = ((0.0, "int32"), (70.0, "int32"), (-9.0, "int64"), (0.0, "int64"))
    calls = [_sequences(lab, 1, *kind) for kind in kinds]
    return _agrees(lab, "masked_mean", calls, _meaned, 1e-4)


@check(
    "mean-empty",
    title="`masked_mean` of an empty sequence is zero",
    points=1,
    task=7,
    cards=("tensors-divide-no-nan", "tensors-masked-mean-code"),
    after=("mean-values",),
)
def mean_empty(lab: Lab) -> Verdict:
    calls = [_sequences(lab, 0, padding) for padding in (0.0, 5.0)]
    return _agrees(lab, "masked_mean", calls, _meaned, 1e-4)


@check(
    "mean-nan",
    title="`masked_mean` survives NaN in the padding",
    points=1,
    task=7,
    cards=("tensors-nan",),
    after=("mean-values",),
)
def mean_nan(lab: Lab) -> Verdict:
    calls = [_sequences(lab, 1, padding) for padding in (float("nan"), float("inf"))]
    return _agrees(lab, "masked_mean", calls, _meaned, 1e-4)


@check(
    "mean-graph",
    title="`masked_mean` works in a graph",
    points=1,
    task=7,
    cards=("tensors-static-vs-dynamic-shape",),
    after=("mean-values",),
)
def mean_graph(lab: Lab) -> Verdict:
    calls = [_sequences(lab, 1, 7.0) for _ in range(3)]
    return _agrees_in_graph(lab, "masked_mean", calls, _meaned, 1e-4)


# --- 8: project ----------------------------------------------------------------------------------


def _projected(batch: np.ndarray, weights: np.ndarray) -> np.ndarray:
    flat = batch.reshape(len(batch), -1).astype(np.float64)
    return (flat @ weights.astype(np.float64)).astype(np.float32)


def _layer(lab: Lab, shape: tuple[int, ...], dtype: str, weight: str = "float32") -> Arguments:
    """A batch and weights; whole numbers where the dtype is an integer one, fractions elsewhere."""
    sizes = (int(np.prod(shape[1:])), int(lab.rng.integers(2, 6)))
    numbers = lab.rng.uniform(0, 20, size=shape), lab.rng.uniform(-9, 9, size=sizes)
    return [part.astype(kind) for part, kind in zip(numbers, (dtype, weight), strict=True)]


@check(
    "project-dtypes",
    title="`project` multiplies different dtypes",
    points=2,
    task=8,
    cards=("tensors-matmul-int-float", "tensors-basics", "tensors-no-promotion"),
)
def project_dtypes(lab: Lab) -> Verdict:
    kinds = (
        ("float32", "float32"),
        ("int32", "float32"),
        ("uint8", "float32"),
        ("float64", "float32"),
        ("float32", "int32"),
        ("int64", "float64"),
        ("int32", "int32"),
    )
    calls = [_layer(lab, _shape(lab, 2), *kind) for kind in kinds]
    return _agrees(lab, "project", calls, _projected, 1e-2)


@check(
    "project-flattens",
    title="`project` makes each example flat and keeps the batch axis",
    points=2,
    task=8,
    cards=("tensors-reshape-minus-one", "tensors-reshape-output"),
    after=("project-dtypes",),
)
def project_flattens(lab: Lab) -> Verdict:
    calls = [_layer(lab, _shape(lab, rank), "int32") for rank in (3, 4, 3)]
    calls.append(_layer(lab, (1, *_shape(lab, 2)), "uint8"))
    return _agrees(lab, "project", calls, _projected, 1e-2)


@check(
    "project-graph",
    title="`project` works in a graph",
    points=1,
    task=8,
    cards=("tensors-static-vs-dynamic-shape",),
    after=("project-flattens",),
)
def project_graph(lab: Lab) -> Verdict:
    calls = [_layer(lab, _shape(lab, 3), "int32") for _ in range(3)]
    return _agrees_in_graph(lab, "project", calls, _projected, 1e-2)
