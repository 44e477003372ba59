"""The checks of lab 06: layers, loss and gradient against NumPy in float64, on fresh inputs.

Gradients are compared with central differences of the NumPy reference, never of learner's code.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tfcards.labkit import Lab, Output, Verdict, check

Array = np.ndarray
TOLERANCE = 1e-5  # float32 against float64; times the largest expected number where above 1


# --- what several checks need --------------------------------------------------------------------


def _close(lab: Lab, observed: Any, expected: Array, what: str) -> Verdict:
    finite = np.abs(expected[np.isfinite(expected)])
    size = max(1.0, float(finite.max(initial=0.0)))
    return lab.close(observed, expected, TOLERANCE * size, what=what)


def _slopes(function: Callable[[Array], float], at: Array) -> Array:
    """Central differences of a function of float64 numbers."""
    result = np.zeros(at.shape)
    for place in np.ndindex(at.shape):
        step = np.zeros(at.shape)
        step[place] = 1e-5
        result[place] = (function(at + step) - function(at - step)) / 2e-5
    return result


def _normal(lab: Lab, *shape: int) -> Array:
    return lab.rng.normal(size=shape).astype(np.float32)


def _sizes(lab: Lab, count: int) -> list[int]:
    """Lengths of axes, all different, so that a mix-up cannot hide."""
    return [int(size) for size in lab.rng.permutation(np.arange(2, 8))[:count]]


# --- references ----------------------------------------------------------------------------------


def _dense(weights: Mapping[str, Array], x: Array, activation: str | None) -> Array:
    wide = {name: np.asarray(value, np.float64) for name, value in weights.items()}
    length = np.sqrt((wide["direction"] ** 2).sum(axis=0))
    result = x.astype(np.float64) @ (wide["direction"] * wide["gain"] / length) + wide["bias"]
    if activation == "relu":
        return np.maximum(result, 0)
    return np.tanh(result) if activation == "tanh" else result


def _masked_mean(x: Array, mask: Array) -> Array:
    kept = mask[:, :, None]
    total = np.where(kept, x.astype(np.float64), 0).sum(axis=1)
    return total / np.maximum(kept.sum(axis=1), 1)


def _softplus(x: Array) -> Array:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _focal(gamma: float, targets: Array, scores: Array) -> Array:
    """The loss of each example."""
    right = (2.0 * targets - 1) * scores.astype(np.float64)
    return (np.exp(-gamma * _softplus(right)) * _softplus(-right)).mean(axis=-1)


# --- 1: NormDense --------------------------------------------------------------------------------


def _weights(lab: Lab, inputs: int, units: int) -> dict[str, Array]:
    return {
        "direction": _normal(lab, inputs, units),
        "gain": lab.rng.uniform(0.5, 2.0, size=units).astype(np.float32),
        "bias": _normal(lab, units),
    }


@check(
    "dense-built",
    title="`NormDense` makes its weights at the first call, once, in the right shapes",
    points=2,
    task=1,
    cards=("custom-layer-skeleton", "custom-build-once", "custom-tf-variable"),
    timeout=30,
)
def dense_built(lab: Lab) -> Verdict:
    inputs, units, rows, more = _sizes(lab, 4)
    told = lab.host(
        "built", units, _normal(lab, rows, inputs), _normal(lab, rows, more, inputs)
    ).plain
    if told["before"]:
        sentence = "A new layer must have no weights: it does not know its input yet."
        return lab.failed(sentence, observed=f"{told['before']} weights", limit="0")
    asked = {"direction": (inputs, units), "gain": (units,), "bias": (units,)}
    for kind in ("names", "trainable"):
        if sorted(told[kind]) != sorted(asked):
            sentence = "After two calls the layer must have these three weights, all trainable."
            observed = ", ".join(sorted(told[kind])) or "no weights"
            return lab.failed(sentence, observed=observed, limit=", ".join(sorted(asked)))
    values = told["values"]
    shapes = {name: values[name].shape for name in asked}
    if shapes != asked:
        sentence = f"A weight has the wrong shape for {inputs} inputs and {units} units."
        return lab.failed(sentence, observed=str(shapes), limit=str(asked))
    problem = _start_problem(lab, values)
    passed = lab.passed("Three weights, made by the first call.", observed=str(shapes))
    return passed if problem is None else problem


def _start_problem(lab: Lab, values: Mapping[str, Array]) -> Verdict | None:
    if not ((values["gain"] == 1).all() and (values["bias"] == 0).all()):
        return lab.failed("At the start `gain` must be ones and `bias` zeros.")
    if np.unique(values["direction"]).size < values["direction"].size:
        return lab.failed("`direction` must start with random numbers, all different.")
    return None


@check(
    "dense-values",
    title="`NormDense` computes what NumPy computes",
    points=3,
    task=1,
    cards=("custom-layer-skeleton", "custom-affine-code"),
    after=("dense-built",),
)
def dense_values(lab: Lab) -> Verdict:
    verdict = lab.failed("Nothing was asked.")
    for activation, is_function, rank in (
        (None, False, 2),
        ("relu", False, 2),
        ("tanh", True, 3),
        (None, False, 4),
    ):
        units, *shape = _sizes(lab, rank + 1)
        points, weights = _normal(lab, *shape), _weights(lab, shape[-1], units)
        expected = _dense(weights, points, activation)
        output = lab.host("dense", units, activation, is_function, weights, points)
        words = f"keras.activations.{activation}" if is_function else repr(activation)
        what = f"`NormDense({units}, {words})` for shape {tuple(shape)}"
        verdict = _close(lab, output, expected, what)
        if not verdict:
            return verdict
    return lab.passed("Right for ranks 2, 3 and 4.", observed=verdict.observed)


@check(
    "dense-gradients",
    title="Gradients flow through `NormDense`, through the length of the columns too",
    points=2,
    task=1,
    cards=("custom-compute-gradient", "custom-tf-variable"),
    after=("dense-values",),
)
def dense_gradients(lab: Lab) -> Verdict:
    rows, inputs, units = _sizes(lab, 3)
    points, upstream = _normal(lab, rows, inputs), _normal(lab, rows, units)
    weights = _weights(lab, inputs, units)
    told = lab.host("dense_gradients", units, "tanh", weights, points, upstream).value
    everything = {"x": points, **weights}
    for name, given_value in everything.items():

        def total(value: Array, name: str = name) -> float:
            given = {**everything, name: value}
            x = given.pop("x")
            return float((upstream * _dense(given, x, "tanh")).sum())

        if told[name].kind == "none":
            return lab.failed(f"There is no gradient with respect to `{name}`.")
        expected = _slopes(total, given_value.astype(np.float64))
        verdict = _close(lab, told[name], expected, f"the gradient with respect to `{name}`")
        if not verdict:
            return verdict
    return lab.passed("Equal to differences of the NumPy formula.", observed=", ".join(everything))


# --- 2: configurations ---------------------------------------------------------------------------


@check(
    "dense-again",
    title="`NormDense` comes back from its configuration and weights",
    points=2,
    task=2,
    cards=("saving-layer-kwargs", "saving-config-forgotten", "saving-register"),
    after=("dense-values",),
)
def dense_again(lab: Lab) -> Verdict:
    verdict = lab.failed("Nothing was asked.")
    for activation, is_function in (("tanh", False), ("relu", True)):
        rows, inputs, units = _sizes(lab, 3)
        points = _normal(lab, rows, inputs)
        told = lab.host("dense_again", units, activation, is_function, points).value
        expected = np.asarray(told["first"].plain, np.float64)
        words = f"keras.activations.{activation}" if is_function else repr(activation)
        what = f"the output of `NormDense({units}, {words})` made again"
        verdict = _close(lab, told["copy"], expected, what)
        if not verdict:
            return verdict
        first, copy = told["names"].plain
        verdict = lab.equal(copy, first, what="the name of the layer made again")
        if not verdict:
            return verdict
    return verdict


# --- 3: MaskedMean -------------------------------------------------------------------------------


def _sequences(
    lab: Lab, padding: float, shortest: int = 1, shape: tuple[int, ...] = ()
) -> tuple[Array, Array]:
    """Sequences with gaps: one row has every step, one has only the first `shortest`."""
    points = _normal(lab, *(shape or _sizes(lab, 3))) + np.float32(3)
    mask = lab.rng.random(points.shape[:2]) < 0.6
    mask[0], mask[1] = True, False
    mask[1, :shortest] = True
    mask[2:, 0] |= ~mask[2:].any(axis=1)
    points[~mask] = padding
    return points, mask


@check(
    "mean-values",
    title="`MaskedMean` averages the steps that the mask keeps",
    points=3,
    task=3,
    cards=("custom-masked-mean-code", "tensors-masked-mean"),
    timeout=30,
)
def mean_values(lab: Lab) -> Verdict:
    verdict = lab.failed("Nothing was asked.")
    for padding in (0.0, 50.0, -7.0):
        points, mask = _sequences(lab, padding)
        output = lab.host("pooled", points, mask).value["output"]
        what = f"`MaskedMean` for shape {points.shape} with {padding:g} in the padding"
        verdict = _close(lab, output, _masked_mean(points, mask), what)
        if not verdict:
            return verdict
    points, _ = _sequences(lab, 1.0)
    output = lab.host("pooled", points, None).value["output"]
    verdict = _close(lab, output, points.mean(axis=1, dtype=np.float64), "the mean without a mask")
    return lab.passed("Right with and without a mask.") if verdict else verdict


@check(
    "mean-extremes",
    title="`MaskedMean` survives NaN in the padding and rows without any step",
    points=2,
    task=3,
    cards=("tensors-nan", "tensors-divide-no-nan"),
    after=("mean-values",),
)
def mean_extremes(lab: Lab) -> Verdict:
    for padding in (float("nan"), float("inf"), 0.0):
        points, mask = _sequences(lab, padding, shortest=0)
        told = lab.host("pooled", points, mask).value
        words = f"with {padding} in the padding and one row without a step"
        expected = _masked_mean(points, mask)
        verdict = _close(lab, told["output"], expected, f"`MaskedMean` {words}")
        if not verdict:
            return verdict
        share = mask / np.maximum(mask.sum(axis=1, keepdims=True), 1)
        slopes = np.broadcast_to(share[:, :, None], points.shape)
        verdict = _close(lab, told["gradient"], slopes, f"the gradient of `MaskedMean` {words}")
        if not verdict:
            return verdict
    return lab.passed("Finite, and zero for a row without a step.")


@check(
    "mean-in-model",
    title="`MaskedMean` gets the mask from Keras, and ends it",
    points=2,
    task=3,
    cards=("custom-compute-mask", "custom-mask-destroyed"),
    after=("mean-values",),
    timeout=30,
)
def mean_in_model(lab: Lab) -> Verdict:
    points, mask = _sequences(lab, 0.0)
    told = lab.host("pooled_in_model", points).value
    what = "the output of `MaskedMean` behind a Masking layer"
    verdict = _close(lab, told["output"], _masked_mean(points, mask), what)
    if not verdict:
        return verdict
    if not told["mask_ends"].value:
        sentence = "The output has no time axis, and must not carry the mask of one."
        return lab.failed(sentence, observed="a mask", limit="none")
    return lab.passed("The mask arrives and ends there.", observed=verdict.observed)


# --- 4: StepDropout ------------------------------------------------------------------------------


def _asked_of_dropout(lab: Lab) -> tuple[float, Array]:
    rate = round(float(lab.rng.uniform(0.2, 0.6)), 2)
    return rate, lab.rng.uniform(1, 2, size=(40, 50, 3)).astype(np.float32)


def _dropout_problem(lab: Lab, rate: float, steps: Array, answer: Output) -> Verdict | None:
    """Whether whole steps are gone, the others scaled, and about as many as asked."""
    verdict = lab.close(answer, steps, float("inf"), what="the output while training")
    if not verdict:
        return verdict
    zero = answer.plain == 0
    if (zero.any(axis=2) != zero.all(axis=2)).any():
        return lab.failed("Some features of a time step were dropped and others not.")
    gone = zero.all(axis=2)
    expected = np.where(gone[:, :, None], 0, steps.astype(np.float64) / (1 - rate))
    verdict = _close(lab, answer, expected, "what is kept, times 1 / (1 - rate),")
    return _choice_problem(lab, rate, gone) if verdict else verdict


def _choice_problem(lab: Lab, rate: float, gone: Array) -> Verdict | None:
    spread = 6 * float(np.sqrt(rate * (1 - rate) / gone.size))  # six standard errors
    share = float(gone.mean())
    same = gone.all(axis=0) | ~gone.any(axis=0)
    if 0 < share < 1 and same.mean() > 0.5:  # which makes the share a matter of luck
        return lab.failed("All rows of a batch lose the same steps: draw for each row.")
    if abs(share - rate) > spread:
        limit = f"{rate} ± {spread:.3f}"
        return lab.failed("The wrong share of steps is dropped.", observed=f"{share}", limit=limit)
    return None


@check(
    "drop-inference",
    title="`StepDropout` does nothing unless it is training",
    points=1,
    task=4,
    cards=("custom-training-forced", "custom-training-propagates"),
)
def drop_inference(lab: Lab) -> Verdict:
    rate, steps = _asked_of_dropout(lab)
    told = lab.host("dropped", rate, steps).value
    for name, what in (("inference", "training=False"), ("default", "no word about training")):
        verdict = lab.close(told[name], steps, 0.0, what=f"the output with {what}")
        if not verdict:
            return verdict
    return lab.passed("Unchanged, bit by bit.")


@check(
    "drop-training",
    title="`StepDropout` drops whole steps while training, others each time",
    points=3,
    task=4,
    cards=("custom-dropout-code", "custom-seed-generator"),
    after=("drop-inference",),
)
def drop_training(lab: Lab) -> Verdict:
    rate, steps = _asked_of_dropout(lab)
    told = lab.host("dropped", rate, steps).value
    for name, where in (("training", "two calls"), ("graph", "two calls of one graph")):
        outputs = told[name].value
        for output in outputs:
            problem = _dropout_problem(lab, rate, steps, output)
            if problem is not None:
                return problem
        if np.array_equal(outputs[0].plain, outputs[1].plain):
            return lab.failed(f"The same steps are dropped in {where}.")
    return lab.passed("Whole steps, scaled, others in each call.", observed=f"rate {rate}")


@check(
    "drop-mask",
    title="`StepDropout` hands the mask on and trains inside a model",
    points=2,
    task=4,
    cards=("custom-supports-masking", "custom-mask-destroyed"),
    after=("drop-training",),
    timeout=30,
)
def drop_mask(lab: Lab) -> Verdict:
    points, mask = _sequences(lab, 0.0, shape=(30, 12, 3))
    expected = _masked_mean(points, mask)
    rarely = lab.host("dropped_in_model", 1e-7, points).value  # so rarely that nothing goes
    for output, mode in ((rarely["inference"], "inference"), (rarely["training"].value[0], "fit")):
        what = f"the mean that Keras' own pooling takes behind `StepDropout` ({mode})"
        verdict = _close(lab, output, expected, what)
        if not verdict:
            return verdict
    often = lab.host("dropped_in_model", 0.5, points).value["training"].value
    if np.array_equal(often[0].plain, often[1].plain):
        return lab.failed("A model that is called with training=True gives the same output twice.")
    return lab.passed("The mask goes through, and so does `training`.")


# --- 5: FocalLoss --------------------------------------------------------------------------------


def _asked_of_loss(lab: Lab, dtype: str = "float32") -> tuple[float, Array, Array]:
    rows, columns = _sizes(lab, 2)
    gamma = round(float(lab.rng.uniform(0.3, 4)), 2)
    targets = lab.rng.integers(0, 2, size=(rows, columns)).astype(dtype)
    return gamma, targets, (2 * _normal(lab, rows, columns)).astype(np.float32)


@check(
    "loss-values",
    title="`FocalLoss` gives each example its loss",
    points=2,
    task=5,
    cards=("custom-loss-signature", "custom-scalar-loss"),
    timeout=30,
)
def loss_values(lab: Lab) -> Verdict:
    verdict = lab.failed("Nothing was asked.")
    for dtype, fixed in (("float32", None), ("int64", None), ("float32", 0.0), ("int32", 2.0)):
        gamma, targets, scores = _asked_of_loss(lab, dtype)
        gamma = gamma if fixed is None else fixed
        value = lab.host("focal", gamma, "none", targets, scores, None).value["value"]
        what = f"`FocalLoss({gamma}, reduction=None)` for {dtype} targets of shape {targets.shape}"
        verdict = _close(lab, value, _focal(gamma, targets, scores), what)
        if not verdict:
            return verdict
    return lab.passed("Right for each example.", observed=verdict.observed)


@check(
    "loss-weights",
    title="`FocalLoss` weighs and reduces as Keras' own losses do",
    points=3,
    task=5,
    cards=("custom-scalar-loss", "custom-reduction-weights"),
    after=("loss-values",),
)
def loss_weights(lab: Lab) -> Verdict:
    gamma, targets, scores = _asked_of_loss(lab)
    weights = lab.rng.uniform(0, 5, size=len(targets)).astype(np.float32)
    weights[0] = 0
    losses = _focal(gamma, targets, scores)
    for reduction, given, expected in (
        ("", None, losses.mean()),
        ("", weights, (weights * losses).sum() / len(losses)),
        ("sum", weights, (weights * losses).sum()),
        ("none", weights, weights * losses),
    ):
        told = lab.host("focal", gamma, reduction, targets, scores, given, reduction)  # a name too
        value = told.value["value"]
        words = f"reduction {reduction or 'left out'}, {'no' if given is None else 'with'} weights"
        verdict = _close(lab, value, np.asarray(expected), f"the loss ({words})")
        if not verdict:
            return verdict
    return lab.passed("Four ways to reduce are right.", observed=verdict.observed)


@check(
    "loss-gradient",
    title="The gradient of `FocalLoss` is right",
    points=1,
    task=5,
    cards=("custom-compute-gradient",),
    after=("loss-values",),
)
def loss_gradient(lab: Lab) -> Verdict:
    gamma, targets, scores = _asked_of_loss(lab)
    told = lab.host("focal", gamma, "sum", targets, scores, None).value
    if told["gradient"].kind == "none":
        return lab.failed("There is no gradient with respect to the scores.")
    expected = _slopes(lambda z: float(_focal(gamma, targets, z).sum()), scores.astype(np.float64))
    return _close(lab, told["gradient"], expected, "the gradient with respect to the scores")


@check(
    "loss-extremes",
    title="`FocalLoss` and its gradient stay finite for scores of 200",
    points=2,
    task=5,
    cards=("custom-log-sigmoid", "custom-naive-softmax"),
    after=("loss-values",),
)
def loss_extremes(lab: Lab) -> Verdict:
    far = lab.rng.uniform(100, 200, size=2).astype(np.float32)
    scores = np.array([[far[0]], [far[1]], [-far[0]], [-far[1]], [30], [-30]], np.float32)
    targets = np.array([[1], [0], [1], [0], [0], [1]], np.float32)
    for gamma in (0.5, 2.0):
        told = lab.host("focal", gamma, "none", targets, scores, None).value
        expected = _focal(gamma, targets, scores)
        what = f"`FocalLoss({gamma})` for scores up to ±200"
        verdict = _close(lab, told["value"], expected, what)
        if not verdict:
            return verdict
        slopes = _slopes(
            lambda z, gamma=gamma: float(_focal(gamma, targets, z).sum()),
            scores.astype(np.float64),
        )
        verdict = _close(lab, told["gradient"], slopes, f"the gradient of {what}")
        if not verdict:
            return verdict
    return lab.passed("Finite and right.", observed=verdict.observed)


# --- 2 again: what needs all classes -------------------------------------------------------------


@check(
    "others-again",
    title="The other classes come back from their configurations",
    points=1,
    task=2,
    cards=("custom-loss-class", "saving-config-forgotten", "saving-register"),
    after=("mean-values", "drop-training", "loss-values"),
)
def others_again(lab: Lab) -> Verdict:
    gamma, targets, scores = _asked_of_loss(lab)
    rate, steps = _asked_of_dropout(lab)
    told = lab.host("others_again", rate, gamma, steps, targets, scores).value
    problem = _dropout_problem(lab, rate, steps, told["dropped"])
    if problem is not None:
        sentence = f"`StepDropout({rate})` made again: {problem.message}"
        return lab.failed(sentence, observed=problem.observed, limit=problem.limit)
    if len(set(told["seeds"].plain)) < len(told["seeds"].plain):
        sentence = "`StepDropout` made again has lost its `seed`: get_config does not name it."
        return lab.failed(sentence)
    verdict = _close(lab, told["mean"], steps.mean(axis=1), "`MaskedMean` made again")
    if not verdict:
        return verdict
    first, copy = told["names"].plain
    verdict = lab.equal(copy, first, what="the name of `FocalLoss` made again")
    if not verdict:
        return verdict
    expected = np.asarray(_focal(gamma, targets, scores).sum())
    return _close(lab, told["focal"], expected, f'`FocalLoss({gamma}, reduction="sum")` made again')


@check(
    "whole-model",
    title="A model of all your parts is saved, loaded, and answers the same",
    points=3,
    task=2,
    cards=("custom-loss-class", "saving-register", "saving-custom-loss"),
    after=("dense-again", "others-again"),
    timeout=60,
)
def whole_model(lab: Lab) -> Verdict:
    rows, gamma = 6, round(float(lab.rng.uniform(0.5, 3)), 2)
    ids = lab.rng.integers(1, 12, size=(rows, 5)).astype(np.int32)
    ids[np.arange(5)[None, :] >= lab.rng.integers(1, 6, size=rows)[:, None]] = 0
    padded = np.concatenate([ids, np.zeros((rows, 3), np.int32)], axis=1)
    targets = lab.rng.integers(0, 2, size=(rows, 1)).astype(np.float32)
    weights = lab.rng.uniform(0.1, 3, size=rows).astype(np.float32)
    told = lab.host("whole_model", ids, padded, targets, weights, gamma).plain
    before, after = told["before"], told["after"]
    verdict = _close(lab, after["outputs"], before["outputs"], "the output of the loaded model")
    if not verdict:
        return verdict
    for name, one in (("the model", before), ("the loaded model", after)):
        what = f"the output of {name} for the same words with more padding"
        verdict = _close(lab, one["padded"], one["outputs"], what)
        if not verdict:
            return verdict
        losses = _focal(gamma, targets, one["outputs"])
        expected = np.asarray((weights * losses).mean())
        verdict = _close(lab, one["loss"], expected, f"the weighted loss of {name}")
        if not verdict:
            return verdict
    return lab.passed("Outputs, padding and loss survive.", observed=verdict.observed)


# --- 6: clip_gradient ----------------------------------------------------------------------------


def _asked_of_clip(lab: Lab) -> tuple[Array, list[Array], list[float]]:
    points = 10 * _normal(lab, *_sizes(lab, int(lab.rng.integers(1, 4))))
    limits = [round(float(limit), 2) for limit in lab.rng.uniform(0.2, 2, size=3)]
    return points, [3 * _normal(lab, *points.shape) for _ in limits], limits


def _clipped(lab: Lab, part: str, *, in_graph: bool = False) -> Verdict:
    verdict = lab.failed("Nothing was asked.")
    for _ in range(2):
        points, upstreams, limits = _asked_of_clip(lab)
        told = lab.host("clipped", points, upstreams, limits, in_graph).value
        for answer, upstream, limit in zip(told, upstreams, limits, strict=True):
            found = answer.value[part]
            if found.kind == "none":
                return lab.failed("No gradient comes back through `clip_gradient`.")
            exact = points if part == "value" else np.clip(upstream, -limit, limit)
            what = f"the {part} of `clip_gradient(x, {limit})` for shape {points.shape}"
            verdict = lab.close(found, exact, 1e-6, what=what)
            if not verdict:
                return verdict
    return lab.passed("Right for six fresh inputs.", observed=verdict.observed)


@check(
    "clip-forward",
    title="`clip_gradient` gives its input back",
    points=1,
    task=6,
    cards=("custom-straight-through", "custom-clip-gradient"),
)
def clip_forward(lab: Lab) -> Verdict:
    return _clipped(lab, "value")


@check(
    "clip-backward",
    title="`clip_gradient` clips each element of the gradient",
    points=2,
    task=6,
    cards=("custom-straight-through", "custom-stop-gradient-trick"),
    after=("clip-forward",),
)
def clip_backward(lab: Lab) -> Verdict:
    return _clipped(lab, "gradient")


@check(
    "clip-graph",
    title="`clip_gradient` works in a graph with unknown lengths",
    points=1,
    task=6,
    cards=("tensors-static-vs-dynamic-shape",),
    after=("clip-backward",),
)
def clip_graph(lab: Lab) -> Verdict:
    verdict = _clipped(lab, "value", in_graph=True)
    return _clipped(lab, "gradient", in_graph=True) if verdict else verdict


# --- all together --------------------------------------------------------------------------------


@check(
    "one-step",
    title="One training step of your parts together is the one that NumPy computes",
    points=3,
    task=5,
    cards=("custom-reduction-weights", "custom-mask-destroyed", "custom-compute-gradient"),
    after=("dense-gradients", "mean-in-model", "loss-weights", "loss-gradient"),
    timeout=40,
)
def one_step(lab: Lab) -> Verdict:
    points, mask = _sequences(lab, 0.0)
    rows, _, features = points.shape
    targets = lab.rng.integers(0, 2, size=(rows, 1)).astype(np.float32)
    given = lab.rng.uniform(0, 3, size=rows).astype(np.float32)
    start = _weights(lab, features, 1)
    gamma, rate = round(float(lab.rng.uniform(0.5, 3)), 2), 0.5
    told = lab.host("trained", points, targets, given, start, gamma, rate).plain
    pooled = _masked_mean(points, mask)
    for name, value in start.items():

        def loss(value: Array, name: str = name) -> float:
            scores = _dense({**start, name: value}, pooled, None)
            return float((given * _focal(gamma, targets, scores)).mean())

        expected = value - rate * _slopes(loss, value.astype(np.float64))
        verdict = _close(lab, told[name], expected, f"`{name}` after one step of SGD")
        if not verdict:
            return verdict
    return lab.passed("Masks, loss, weights and gradients fit together.", observed=verdict.observed)
