"""The checks of lab 07: every update, loss and figure against one NumPy batch in float64.

The host has three replicas. Batches arrive there as parts, also as unequal and empty ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tfcards.labkit import Lab, Verdict, check

Array = np.ndarray
TOLERANCE = 1e-5  # float32 against float64; times the largest expected number where above 1
REPLICAS = 3
EVEN = ((4, 4, 4), (4, 4, 4), (4, 4, 4))
UNEVEN = ((4, 4, 1), (3, 1, 0), (1, 0, 0))
UNITS = 32
EPSILON, MOMENTUM = 1e-3, 0.99  # the defaults of BatchNormalization
MOVING = (4, 5)  # the places of its moving statistics among the weights


# --- references ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Settings:
    """The optimizer of one question and its penalty on both kernels."""

    rate: float
    momentum: float
    penalty: float = 0.0

    @property
    def form(self) -> dict[str, float]:
        return {"rate": self.rate, "momentum": self.momentum, "penalty": self.penalty}


@dataclass(frozen=True)
class Batch:
    """Points, colours and weights of one batch, cut into one part for each replica."""

    x: Array
    y: Array
    sure: Array
    sizes: tuple[int, ...]

    @property
    def pieces(self) -> list[list[Array]]:
        ends = np.cumsum(self.sizes)[:-1]
        columns = [np.split(column, ends) for column in (self.x, self.y, self.sure)]
        return [list(part) for part in zip(*columns, strict=True)]


def _log_shares(scores: Array) -> Array:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def _loss(scores: Array, y: Array, sure: Array) -> float:
    """Mean over the examples of weight times cross-entropy."""
    return float((sure * -_log_shares(scores)[np.arange(len(y)), y]).sum() / len(y))


def _scores(weights: Sequence[Array], x: Array) -> Array:
    first, bias, second, offset = weights
    return np.tanh(x @ first + bias) @ second + offset


def _slopes(weights: Sequence[Array], batch: Batch, penalty: float) -> list[Array]:
    first, bias, second, _ = weights
    inner = np.tanh(batch.x @ first + bias)
    wrong = np.exp(_log_shares(_scores(weights, batch.x)))
    wrong[np.arange(len(batch.y)), batch.y] -= 1
    wrong *= (batch.sure / len(batch.y))[:, None]
    back = wrong @ second.T * (1 - inner**2)
    return [
        batch.x.T @ back + 2 * penalty * first,
        back.sum(axis=0),
        inner.T @ wrong + 2 * penalty * second,
        wrong.sum(axis=0),
    ]


def _trained(
    weights: Sequence[Array], batches: Sequence[Batch], settings: Settings
) -> tuple[list[list[Array]], list[float]]:
    """Weights after each step on whole batches, and the loss of each before it."""
    wide = [np.asarray(one, np.float64) for one in weights]
    moves = [np.zeros_like(one) for one in wide]
    after, losses = [], []
    for batch in batches:
        penalty = settings.penalty * float((wide[0] ** 2).sum() + (wide[2] ** 2).sum())
        losses.append(_loss(_scores(wide, batch.x), batch.y, batch.sure) + penalty)
        slopes = _slopes(wide, batch, settings.penalty)
        moves = [
            settings.momentum * move - settings.rate * slope
            for move, slope in zip(moves, slopes, strict=True)
        ]
        wide = [one + move for one, move in zip(wide, moves, strict=True)]
        after.append(wide)
    return after, losses


# --- what several checks need --------------------------------------------------------------------


def _close(lab: Lab, observed: Any, expected: Any, what: str) -> Verdict:
    wanted = np.asarray(expected, np.float64)
    size = max(1.0, float(np.abs(wanted).max(initial=0.0)))
    return lab.close(observed, wanted, TOLERANCE * size, what=what)


def _batches(
    lab: Lab, sizes: Sequence[tuple[int, ...]], features: int, *, is_weighted: bool = False
) -> list[Batch]:
    batches = []
    for parts in sizes:
        count = sum(parts)
        sure = lab.rng.uniform(0.1, 2.0, size=count) if is_weighted else np.ones(count)
        x, y = lab.rng.normal(size=(count, features)), lab.rng.integers(0, 2, size=count)
        batches.append(Batch(x.astype("float32"), y, sure.astype("float32"), parts))
    return batches


def _weights(lab: Lab, features: int) -> list[Array]:
    units = int(lab.rng.integers(3, 6))
    shapes = ((features, units), (units,), (units, 2), (2,))
    return [lab.rng.normal(size=shape).astype("float32") for shape in shapes]


def _settings(lab: Lab, penalty: float = 0.0) -> Settings:
    rate, momentum = lab.rng.uniform(0.1, 0.3), lab.rng.uniform(0.3, 0.9)
    return Settings(float(rate), float(momentum), penalty)


def _step_problem(
    lab: Lab,
    sizes: Sequence[tuple[int, ...]],
    settings: Settings,
    *,
    is_weighted: bool = False,
    replicas: int = REPLICAS,
) -> Verdict | None:
    """What is wrong with the weights on any replica after any of the steps."""
    features = int(lab.rng.integers(2, 6))
    batches = _batches(lab, sizes, features, is_weighted=is_weighted)
    weights = _weights(lab, features)
    pieces = [batch.pieces for batch in batches]
    told = lab.host("stepped", weights, pieces, settings.form, replicas).value
    after, _ = _trained(weights, batches, settings)
    for number, (copies, expected) in enumerate(zip(told["weights"].value, after, strict=True)):
        where = f"after step {number + 1}, with parts of {_words(sizes[number])}"
        for many, wanted in zip(copies.value, expected, strict=True):
            for replica, observed in enumerate(many.value):
                what = f"a weight on replica {replica} {where},"
                verdict = _close(lab, observed, wanted, what)
                if verdict:
                    continue
                first = [one.value[0].plain for one in told["weights"].value[0].value]
                why = _mistake(first, weights, batches[0], settings)
                seen = {"observed": verdict.observed, "limit": verdict.limit}
                return lab.failed(why, **seen) if why else verdict
    return None


def _mistake(
    found: Sequence[Array], weights: Sequence[Array], batch: Batch, settings: Settings
) -> str:
    """The mistake in scaling the loss that leads to these weights after one step, or nothing."""
    for times, sentence in (
        (REPLICAS, "Each replica divided by the size of its own part, and then they were added."),
        (1 / REPLICAS, "The number of replicas was taken into account twice."),
        (len(batch.y), "The sum was never divided by the number of examples."),
    ):
        after, _ = _trained(weights, [batch], replace(settings, rate=settings.rate * times))
        pairs = zip(found, after[0], strict=True)
        if all(np.allclose(one, two, rtol=0, atol=10 * TOLERANCE) for one, two in pairs):
            size = "a third of what they must be" if times < 1 else f"{times} times too large"
            return f"The gradients are {size}. {sentence}"
    return ""


def _penalty(lab: Lab) -> float:
    return float(lab.rng.uniform(0.05, 0.2))


def _words(sizes: Sequence[int]) -> str:
    *most, last = map(str, sizes)
    return f"{', '.join(most)} and {last}" if most else last


# --- 1: the strategy -----------------------------------------------------------------------------


@check(
    "strategy",
    title="`make_strategy` splits the CPU and takes all its parts",
    points=2,
    task=1,
    cards=("distributed-two-cpus", "distributed-late-devices", "distributed-num-replicas"),
    timeout=30,
)
def strategy(lab: Lab) -> Verdict:
    told = lab.host("made_strategy").plain
    if isinstance(told, str):
        return lab.failed(f"It returned a {told}.", observed=told, limit="MirroredStrategy")
    if len(told["devices"]) != REPLICAS or told["replicas"] != REPLICAS:
        observed = f"{len(told['devices'])} logical CPUs, {told['replicas']} replicas"
        sentence = f"`make_strategy({REPLICAS})` must give {REPLICAS} of each."
        return lab.failed(sentence, observed=observed, limit=f"{REPLICAS} and {REPLICAS}")
    copies = sorted(name.rpartition("device:")[2] for name in told["copies"])
    wanted = [f"CPU:{index}" for index in range(REPLICAS)]
    return lab.equal(copies, wanted, what="the list of devices that hold a variable")


# --- 2: batches ----------------------------------------------------------------------------------


def _asked_rows(lab: Lab) -> tuple[list[Array], int]:
    """Arrays whose rows say who they are, and a size per replica that leaves a rest."""
    per_replica = int(lab.rng.integers(2, 6))
    full = REPLICAS * per_replica
    count = int(lab.rng.integers(2, 5)) * full + int(lab.rng.integers(1, full))
    names = lab.rng.permutation(1000)[:count]
    points = np.stack([names, -names], axis=1).astype("float32")
    return [points, names.astype("int64"), (names / 8).astype("float32")], per_replica


def _rows_of(pieces: Any, column: int) -> Array:
    return np.concatenate([part[column] for step in pieces for part in step])


@check(
    "batches-rows",
    title="`batches` gives every row once in each epoch, in order",
    points=2,
    task=2,
    cards=("distributed-uneven-split", "distributed-updates-per-epoch"),
)
def batches_rows(lab: Lab) -> Verdict:
    arrays, per_replica = _asked_rows(lab)
    for epoch in lab.host("parts", arrays, per_replica, REPLICAS).plain:
        for column, wanted in enumerate(arrays):
            what = f"array {column + 1}, put together from the parts of an epoch,"
            verdict = lab.equal(_rows_of(epoch, column), wanted, what=what)
            if not verdict:
                return verdict
    return lab.passed("Every row, also those of the last batch.", observed=f"{len(wanted)} rows")


@check(
    "batches-size",
    title="`batches` gives each replica as many rows as asked",
    points=2,
    task=2,
    cards=("distributed-fit-batch", "distributed-num-replicas"),
    after=("batches-rows",),
)
def batches_size(lab: Lab) -> Verdict:
    sizes = "none"
    for replicas in (REPLICAS, 1):
        arrays, per_replica = _asked_rows(lab)
        epoch, _ = lab.host("parts", arrays, per_replica, replicas).plain
        steps = [[len(part[0]) for part in step] for step in epoch]
        wanted = -(-len(arrays[0]) // (per_replica * replicas))
        sizes = _words(steps[0])
        full = steps[: len(arrays[0]) // (per_replica * replicas)]
        if len(steps) != wanted or any(set(step) != {per_replica} for step in full):
            sentence = f"{len(arrays[0])} rows, {per_replica} for each of {replicas} replicas."
            observed = f"{len(steps)} steps, the first with {sizes} rows"
            limit = f"{wanted} steps, each full one with {per_replica} rows per replica"
            return lab.failed(sentence, observed=observed, limit=limit)
    return lab.passed("Full steps have full parts.", observed=f"{sizes} rows")


# --- 3: the model --------------------------------------------------------------------------------


def _asked_model(lab: Lab, rate: float = 0.01) -> tuple[Any, Batch]:
    features, per_replica = int(lab.rng.integers(2, 7)), int(lab.rng.integers(4, 9))
    batch = _batches(lab, [(per_replica,) * REPLICAS], features, is_weighted=True)[0]
    told = lab.host("built", features, rate, batch.x, batch.y, batch.sure)
    return told.plain, batch


def _form_problem(lab: Lab, told: Any, features: int) -> Verdict | None:
    if isinstance(told, str):
        return lab.failed(f"`build` must return a compiled Keras model, not: {told}.")
    norm = [(UNITS,)] * 4
    wanted = [(features, UNITS), (UNITS,), *norm, (UNITS, UNITS), (UNITS,), (UNITS, 2), (2,)]
    shapes = [one.shape for one in told["before"]]
    if shapes != wanted:
        sentence = "The weights of the model do not have the shapes of the layers asked for."
        return lab.failed(sentence, observed=str(shapes), limit=str(wanted))
    return None


@check(
    "built-mirrored",
    title="Weights, optimizer and metrics of the model from `build` are on all replicas",
    points=3,
    task=3,
    cards=(
        "distributed-scope-what",
        "distributed-compile-outside",
        "distributed-mirrored-variable",
    ),
    timeout=60,
)
def built_mirrored(lab: Lab) -> Verdict:
    told, batch = _asked_model(lab)
    problem = _form_problem(lab, told, batch.x.shape[1])
    if problem is not None:
        return problem
    for kind, copies in told["copies"].items():
        if copies != [REPLICAS]:
            words = {"weights": "weight", "optimizer": "variable of the optimizer"}
            sentence = f"There must be one copy of every {words.get(kind, 'metric')} per replica."
            observed = f"{_words(copies)} copies" if copies else "none"
            return lab.failed(sentence, observed=observed, limit=f"{REPLICAS} copies")
    return lab.passed("Weights, optimizer, metrics: all mirrored.", observed=f"{REPLICAS} copies")


def _normalised(told: Any, batch: Batch) -> tuple[Array, Array, Array]:
    """Scores of the whole batch in training; mean and variance of what is normalised."""
    first, bias, gain, shift, _, _, second, offset, third, last = (
        np.asarray(one, np.float64) for one in told["before"]
    )
    inner = batch.x @ first + bias
    mean, variance = inner.mean(axis=0), inner.var(axis=0)
    inner = np.maximum((inner - mean) / np.sqrt(variance + EPSILON) * gain + shift, 0)
    return np.maximum(inner @ second + offset, 0) @ third + last, mean, variance


@check(
    "built-whole",
    title="One step of `fit` normalises and counts the whole batch",
    points=4,
    task=3,
    cards=("distributed-batchnorm", "distributed-diverging-variable", "keras-accuracy-string"),
    after=("built-mirrored",),
    timeout=60,
)
def built_whole(lab: Lab) -> Verdict:
    rate = round(float(lab.rng.uniform(0.02, 0.05)), 3)
    told, batch = _asked_model(lab, rate)
    scores, mean, variance = _normalised(told, batch)
    moved = {
        "mean": (1 - MOMENTUM) * mean,
        "variance": MOMENTUM + (1 - MOMENTUM) * variance,
    }
    for (name, wanted), copies in zip(moved.items(), told["moving"], strict=True):
        for replica, observed in enumerate(copies):
            what = f"the moving {name} on replica {replica} after one step of `fit`"
            verdict = lab.close(observed, wanted, TOLERANCE, what=what)
            if not verdict:
                return verdict
    figures = {
        "loss": _loss(scores, batch.y, batch.sure),
        "accuracy": float((scores.argmax(axis=1) == batch.y).mean()),
    }
    verdict = _reported(lab, told, figures)
    return _moved(lab, told, rate) if verdict else verdict


def _moved(lab: Lab, told: Any, rate: float) -> Verdict:
    """Whether it trained, with Adam and this rate: the first step moves nearly all that far."""
    pairs = list(zip(told["before"], told["after"], strict=True))
    if any(np.array_equal(*pair) for pair in pairs):
        return lab.failed("One step of `fit` left some of the weights as they were.")
    trained = [pair for index, pair in enumerate(pairs) if index not in MOVING]
    largest = max(float(np.abs(after - before).max()) for before, after in trained)
    what = f"the largest change of a weight in the first step of Adam with rate {rate}"
    verdict = lab.close(largest, rate, rate / 1000, what=what)  # Adam's epsilon takes a little
    return lab.passed("Statistics and figures of the whole batch.") if verdict else verdict


def _reported(lab: Lab, told: Any, figures: dict[str, float]) -> Verdict:
    """Whether the history of `fit` has these figures."""
    verdict = lab.failed("Nothing was asked.")
    for name, value in figures.items():
        if name not in told["logs"]:
            return lab.failed(f"`fit` reports no `{name}`.", observed=", ".join(told["logs"]))
        verdict = _close(lab, told["logs"][name], value, f"the {name} that `fit` reports")
        if not verdict:
            return verdict
    return verdict


# --- 4: the step ---------------------------------------------------------------------------------


@check(
    "step-update",
    title="One step on three replicas is one step on the whole batch",
    points=4,
    task=4,
    cards=("distributed-make-step-code", "distributed-average-loss", "distributed-same-update"),
    timeout=30,
)
def step_update(lab: Lab) -> Verdict:
    problem = _step_problem(lab, EVEN, _settings(lab))
    return (
        lab.passed("Equal to NumPy after each of three steps, on all replicas.")
        if problem is None
        else problem
    )


@check(
    "step-replicas",
    title="Every replica computes its part, in a graph, and as in training",
    points=2,
    task=4,
    cards=("distributed-run-in-function", "distributed-contexts", "distributed-one-gpu"),
    after=("step-update",),
    timeout=30,
)
def step_replicas(lab: Lab) -> Verdict:
    batches = _batches(lab, EVEN, 3)
    pieces = [batch.pieces for batch in batches]
    told = lab.host("stepped", _weights(lab, 3), pieces, _settings(lab).form).plain
    first, *later = told["python"]
    if sorted(set(first), key=str) != list(range(REPLICAS)):
        sentence = "The model must be called on every replica, inside of `strategy.run`."
        observed = "on replicas " + ", ".join(map(str, first)) if first else "never"
        return lab.failed(sentence, observed=observed, limit="on replicas 0, 1, 2")
    if any(later):
        sentence = "A second step of the same shapes must not run the model's Python code again."
        return lab.failed(sentence, observed=f"{len(later[0])} calls", limit="0 calls")
    if not any(told["training"][0]):
        sentence = "The step must call the model with training=True: dropout and normalisation ask."
        return lab.failed(sentence, observed="not training", limit="training=True")
    problem = _step_problem(lab, ((5,), (2,)), _settings(lab), replicas=1)
    return (
        lab.passed("Three replicas take part; one alone works too.") if problem is None else problem
    )


@check(
    "step-uneven",
    title="Unequal and empty parts make no difference",
    points=3,
    task=4,
    cards=("distributed-uneven-split", "distributed-empty-part", "distributed-all-reduce"),
    after=("step-update",),
    timeout=30,
)
def step_uneven(lab: Lab) -> Verdict:
    problem = _step_problem(lab, UNEVEN, _settings(lab))
    return (
        lab.passed("Right for parts of 4, 4, 1, of 3, 1, 0, and of 1, 0, 0.")
        if problem is None
        else problem
    )


@check(
    "step-weights",
    title="Examples count by their weight",
    points=2,
    task=4,
    cards=("distributed-average-loss", "custom-reduction-weights"),
    after=("step-update",),
    timeout=30,
)
def step_weights(lab: Lab) -> Verdict:
    problem = _step_problem(lab, EVEN, _settings(lab), is_weighted=True)
    return (
        lab.passed("Weighted, and divided by the number of examples.")
        if problem is None
        else problem
    )


@check(
    "step-penalty",
    title="The model's penalties count once, not once per replica",
    points=2,
    task=4,
    cards=("distributed-regularization",),
    after=("step-update",),
    timeout=30,
)
def step_penalty(lab: Lab) -> Verdict:
    problem = _step_problem(lab, EVEN, _settings(lab, _penalty(lab)))
    return lab.passed("The gradient of the penalty is there, once.") if problem is None else problem


@check(
    "step-loss",
    title="The step returns the loss of the whole batch",
    points=2,
    task=4,
    cards=("distributed-reduce", "distributed-per-replica-value"),
    after=("step-uneven", "step-weights", "step-penalty"),
    timeout=30,
)
def step_loss(lab: Lab) -> Verdict:
    settings = _settings(lab, _penalty(lab))
    batches, weights = _batches(lab, UNEVEN, 4, is_weighted=True), _weights(lab, 4)
    pieces = [batch.pieces for batch in batches]
    told = lab.host("stepped", weights, pieces, settings.form).value
    _, losses = _trained(weights, batches, settings)
    verdict = lab.failed("Nothing was asked.")
    for observed, wanted in zip(told["losses"].value, losses, strict=True):
        what = "the loss that the step returned (weighted, with penalties)"
        verdict = _close(lab, observed, wanted, what)
        if not verdict:
            return verdict
    return verdict


# --- 5: evaluation -------------------------------------------------------------------------------


def _figures(weights: Sequence[Array], batches: Sequence[Batch]) -> dict[str, float]:
    x = np.concatenate([batch.x for batch in batches])
    y = np.concatenate([batch.y for batch in batches])
    sure = np.concatenate([batch.sure for batch in batches])
    scores = _scores([np.asarray(one, np.float64) for one in weights], x)
    right = float((scores.argmax(axis=1) == y).mean())
    return {"loss": _loss(scores, y, sure), "accuracy": right}


def _evaluated(lab: Lab, sizes: Sequence[tuple[int, ...]], which: int) -> Verdict:
    batches, weights = _batches(lab, sizes, 3, is_weighted=True), _weights(lab, 3)
    pieces = [batch.pieces for batch in batches]
    told = lab.host("evaluated", weights, pieces, _penalty(lab)).value
    answers, after = told["told"].value[which], told["weights"].plain
    wanted = _figures(weights, batches if which == 0 else batches[:1])
    verdict = lab.failed("Nothing was asked.")
    for name, value in wanted.items():
        if answers.kind != "dict" or name not in answers.value:
            return lab.failed(f"`evaluate` must return a dict with `{name}`.")
        how = {"loss": "weighted, without penalties", "accuracy": "not weighted"}[name]
        verdict = _close(lab, answers.value[name], value, f"the {name} of the dataset ({how})")
        if not verdict:
            return verdict
    if any(told["training"].plain):
        sentence = "`evaluate` must call the model with training=False: this is no training."
        return lab.failed(sentence, observed="training=True", limit="training=False")
    if any(not np.array_equal(one, two) for one, two in zip(after, weights, strict=True)):
        return lab.failed("Evaluating must not change the model.")
    return verdict


@check(
    "evaluate-exact",
    title="`evaluate` is exact, whatever the last batch looks like",
    points=3,
    task=5,
    cards=("distributed-reduce", "distributed-empty-part"),
    timeout=30,
)
def evaluate_exact(lab: Lab) -> Verdict:
    verdict = _evaluated(lab, EVEN, 0)
    return _evaluated(lab, (*EVEN[:2], *UNEVEN), 0) if verdict else verdict


@check(
    "evaluate-afresh",
    title="`evaluate` starts anew each time",
    points=1,
    task=5,
    cards=("training-metric-state",),
    after=("evaluate-exact",),
    timeout=30,
)
def evaluate_afresh(lab: Lab) -> Verdict:
    return _evaluated(lab, (EVEN[0], UNEVEN[1], UNEVEN[2]), 1)
