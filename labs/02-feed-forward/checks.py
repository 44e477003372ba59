"""The checks of lab 02: the saved network against fresh points and a linear baseline."""

import json
from functools import partial
from typing import Any

import data
import numpy as np

from tfcards.labkit import Lab, Output, Verdict, check

MODEL = "out/model.keras"
REPORT = "out/report.json"
HIDDEN = 4000  # points the judge draws; one point is 0.025 percentage points
BUDGET = 10_000
ONE_POINT = 0.0021  # of the 500 to validate, as a share


# --- what several checks need --------------------------------------------------------------------


def _hidden(lab: Lab) -> tuple[np.ndarray, np.ndarray]:
    """Fresh points of this attempt's world, which no process of the learner has seen."""
    return data.make(lab.seed, HIDDEN, draw=int(lab.rng.integers(1_000, 2**40)))


def _answers(lab: Lab, points: np.ndarray) -> dict[str, Any]:
    return _output(lab, points).plain


def _output(lab: Lab, points: np.ndarray) -> Output:
    lab.artifact(MODEL)
    return lab.host("answers", MODEL, points)


def _accuracy(outputs: np.ndarray, labels: np.ndarray) -> float:
    return float(np.mean(outputs.argmax(axis=1) == labels))


def _cross_entropy(outputs: np.ndarray, labels: np.ndarray, lowest: float = 1e-7) -> float:
    """As Keras has it: it takes probabilities below `lowest` for that."""
    right = outputs[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.mean(np.log(np.clip(right, lowest, 1.0))))


def _linear_accuracy(lab: Lab, points: np.ndarray, labels: np.ndarray) -> float:
    """Softmax regression on this attempt's training data, scored on the same hidden points."""
    (x, y), _ = data.load(lab.seed)
    mean, spread = x.mean(axis=0, dtype=np.float64), x.std(axis=0, dtype=np.float64)
    inputs = np.c_[(x - mean) / spread, np.ones(len(x))]
    targets = np.eye(data.CLASSES)[y]
    weights = np.zeros((inputs.shape[1], data.CLASSES))
    for _ in range(400):
        scores = np.exp(inputs @ weights)
        weights -= inputs.T @ (scores / scores.sum(axis=1, keepdims=True) - targets) / len(x)
    return _accuracy(np.c_[(points - mean) / spread, np.ones(len(points))] @ weights, labels)


# --- the saved model; first, while no code of the learner is loaded ------------------------------


@check(
    "saved",
    title="The saved model loads without your code and takes batches of any size",
    points=2,
    task=3,
    cards=("interview-save-formats", "interview-custom-objects"),
    timeout=40,
)
def saved(lab: Lab) -> Verdict:
    points, _ = _hidden(lab)
    output = _output(lab, points)
    if output.kind == "text":
        sentence = (
            f"`{MODEL}` cannot be loaded without your code. It may hold only layers that come with "
            "Keras, and no `Lambda`."
        )
        return lab.failed(sentence, observed=output.value)
    answers = output.plain
    close = partial(lab.close, tolerance=1e-3)
    wanted = np.zeros((HIDDEN, data.CLASSES))
    shape = lab.close(answers["all"], wanted, float("inf"), what=f"the output for {HIDDEN} points")
    if not shape:
        return shape
    if not np.isfinite(answers["all"]).all():
        return lab.failed("The outputs of the saved model contain NaN or infinity.")
    for name, count in (("one", 1), ("seven", 7)):
        what = f"the output for the first {count} of these points alone"
        verdict = close(answers[name], answers["all"][:count], what=what)
        if not verdict:
            return verdict
    return lab.passed("It answers 1, 7 and 4000 points alike.", observed=f"{wanted.shape}")


@check(
    "probabilities",
    title="Each output row is a probability distribution",
    points=1,
    task=1,
    cards=("keras-activation-ranges", "interview-from-logits"),
    after=("saved",),
)
def probabilities(lab: Lab) -> Verdict:
    outputs = _answers(lab, _hidden(lab)[0])["all"]
    lowest, sums = outputs.min(), outputs.sum(axis=1)
    off = float(np.abs(sums - 1).max())
    observed = f"lowest {lowest:.3g}, sums {sums.min():.3g} to {sums.max():.3g}"
    limit = "no number below 0, sums within 0.001 of 1"
    if lowest < 0 or off > 1e-3:
        sentence = "The three numbers of a point must be probabilities: end with a softmax."
        return lab.failed(sentence, observed=observed, limit=limit)
    return lab.passed("Every row sums to 1.", observed=observed, limit=limit)


@check(
    "budget",
    title="At most 10 000 weights",
    points=1,
    task=1,
    cards=("keras-dense-parameters", "keras-mlp-parameters"),
    after=("saved",),
)
def budget(lab: Lab) -> Verdict:
    weights = _answers(lab, _hidden(lab)[0][:10])["weights"]
    return lab.at_most(weights, BUDGET, "Weights in the saved model, all layers together.")


@check(
    "beats-linear",
    title="It beats a linear model by 20 points on hidden data",
    points=3,
    task=2,
    cards=("keras-no-activation", "interview-adapt"),
    after=("saved",),
    better="higher",
    ask=0.2,
)
def beats_linear(lab: Lab) -> Verdict:
    points, labels = _hidden(lab)
    outputs = _answers(lab, points)["all"]
    accuracy, linear = _accuracy(outputs, labels), _linear_accuracy(lab, points, labels)
    sentence = f"Accuracy on hidden points beyond the {linear:.3f} of softmax regression on them."
    if np.bincount(outputs.argmax(axis=1), minlength=data.CLASSES).max() > 0.95 * HIDDEN:
        sentence = "It gives (almost) the same answer everywhere. Does it see scaled measurements?"
    elif accuracy < 0.42:
        sentence = (
            "No better than guessing. Did this model train, on this attempt's data, on the right "
            "labels, and is the scaling inside it?"
        )
    return lab.at_least(round(accuracy - linear, 4), lab.threshold, sentence)


@check(
    "accuracy",
    title="It is right nearly as often as the reference solution",
    points=4,
    task=2,
    cards=("keras-initial-loss", "interview-overfitting"),
    after=("beats-linear",),
    better="higher",
)
def accuracy(lab: Lab) -> Verdict:
    points, labels = _hidden(lab)
    reached = round(_accuracy(_answers(lab, points)["all"], labels), 4)
    sentence = "Accuracy on 4000 hidden points. More epochs, more units, or a better learning rate?"
    if reached >= lab.threshold:
        sentence = "Accuracy on 4000 hidden points."
    return lab.at_least(reached, lab.threshold, sentence)


@check(
    "confidence",
    title="Its probabilities deserve trust",
    points=2,
    task=2,
    cards=("keras-loss-integer-labels", "interview-from-logits"),
    after=("accuracy", "probabilities"),
    better="lower",
    ask=0.35,
)
def confidence(lab: Lab) -> Verdict:
    points, labels = _hidden(lab)
    loss = round(_cross_entropy(_answers(lab, points)["all"], labels), 4)
    if loss <= lab.threshold:
        return lab.at_most(loss, lab.threshold, "Cross-entropy on hidden points.")
    sentence = (
        "The answers are right but the probabilities are far off (cross-entropy on hidden points). "
        "Is there one softmax, and only one, between the last layer and the loss?"
    )
    return lab.at_most(loss, lab.threshold, sentence)


# --- the report ----------------------------------------------------------------------------------


@check(
    "report",
    title="The report says what the saved model really scores",
    points=2,
    task=4,
    cards=("keras-validation-split", "keras-evaluate-value", "interview-split-leak"),
    after=("beats-linear", "probabilities"),
)
def report(lab: Lab) -> Verdict:
    try:
        said = json.loads(lab.artifact(REPORT).read_text("utf-8"))
        told = [said["val_accuracy"], said["val_loss"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        told = []
    if not told or any(type(value) not in {int, float} for value in told):
        sentence = f"`{REPORT}` must hold a JSON object with numbers val_loss and val_accuracy."
        return lab.failed(sentence, observed=", ".join(map(repr, told))[:100])
    _, (points, labels) = data.load(lab.seed)
    outputs = _answers(lab, points)["all"]
    real = [_accuracy(outputs, labels), _cross_entropy(outputs, labels)]
    observed = f"told accuracy {told[0]:.4f}, loss {told[1]:.4f}"
    limit = f"measured {real[0]:.4f}, {real[1]:.4f}"
    losses = real[1], _cross_entropy(outputs, labels, lowest=1e-300)
    is_accuracy_true = abs(told[0] - real[0]) < ONE_POINT
    if is_accuracy_true and min(abs(told[1] - loss) for loss in losses) < 0.001:
        return lab.passed("The report is true.", observed=observed, limit=limit)
    sentence = "The saved model scores differently on the validation data than the report says."
    if is_accuracy_true:
        sentence = (
            "The accuracy is true, the loss is not: it must be the mean cross-entropy and nothing "
            "else, of the model as it was saved. Does a `kernel_regularizer` add to it, or is "
            "it of another epoch?"
        )
    return lab.failed(sentence, observed=observed, limit=limit)


# --- the learner's function, last: it loads train.py in the host ---------------------------------


@check(
    "builds",
    title="`build_model` gives an untrained model with three outputs",
    points=1,
    task=1,
    cards=("keras-model-sheet", "keras-unbuilt", "interview-model-apis"),
    timeout=40,
)
def builds(lab: Lab) -> Verdict:
    measurements, _ = data.make(lab.seed, 200, draw=3)
    points, _ = _hidden(lab)
    output = lab.host("built", measurements, points[:50])
    if output.kind == "text":
        return lab.failed("`build_model` must return a Keras model.", observed=output.value)
    zeros = np.zeros((50, data.CLASSES))
    verdict = lab.close(output, zeros, float("inf"), what="the model's output for 50 points")
    return lab.passed("It maps (50, 2) to (50, 3).") if verdict else verdict


@check(
    "alone",
    title="`train` lets the model learn from the training data alone",
    points=1,
    task=2,
    cards=("keras-validation-split", "interview-split-leak"),
    after=("beats-linear", "builds"),
    timeout=90,
)
def alone(lab: Lab) -> Verdict:
    """One point to validate lies far off, where no training point is: has it been learnt from?"""
    other = lab.seed + 1 + int(lab.rng.integers(1_000))
    x, y = data.make(other, 200, draw=1)
    points, labels = data.make(other, 100, draw=2)
    low, high = float(x[:, 0].min()), float(x[:, 0].max())
    near = 0.25 * (high - low)
    points[0, 0] = high + 2 * near
    lowest, highest = lab.host("fed", [x, y], [points, labels]).plain
    if lowest <= highest and not (low - near < lowest and highest < high + near):
        sentence = (
            "`train` let the model learn from points that are not in `training`. The validation "
            "data are there to measure with, and measure nothing once they have been learnt."
        )
        return lab.failed(sentence)
    return lab.passed("It learnt from nothing but `training`.")
