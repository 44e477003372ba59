"""The checks of lab 05: bytes that the judge reads itself, then every file on hidden seeds."""

import itertools
from pathlib import Path
from typing import Any

import bytes_of
import data
import numpy as np
from bytes_of import Tensor, Unreadable

from tfcards.labkit import Lab, Verdict, check

KERAS = "out/model.keras"
HDF5 = "out/model.h5"
WEIGHTS = "out/model.weights.h5"
SAVED = "out/saved"
WHOLE = (KERAS, HDF5, WEIGHTS, SAVED)
SIZES = (32, 7, 1)
KINDS = len(data.KINDS)
HIDDEN = 2000
TOLERANCE = 1e-5  # between two roads to the same numbers, in float32


# --- what several checks need --------------------------------------------------------------------


def _hidden(lab: Lab, count: int = SIZES[0]) -> tuple[np.ndarray, np.ndarray]:
    """Fresh seeds of this attempt's world, which no process of the learner has seen."""
    return data.make(lab.seed, count, draw=int(lab.rng.integers(1_000, 2**40)))


def _same(lab: Lab, observed: Any, expected: np.ndarray, what: str) -> Verdict:
    """Close, measured against the largest score when that is above 1."""
    size = max(1.0, float(np.abs(expected).max()))
    return lab.close(observed, expected, TOLERANCE * size, what=what)


def _answers(lab: Lab, path: str, points: np.ndarray) -> list[Any]:
    """What the model in a file answers to 32, 7 and 1 points; Outputs or arrays."""
    lab.artifact(path)
    if path == SAVED:
        pairs = lab.host("served", path, points).value["serving_default"].value
        return [answer.value["scores"] for answer in pairs]
    return list(lab.host("weighed" if path == WEIGHTS else "loaded", path, points).value)


def _sizes_agree(lab: Lab, answers: list[Any], name: str) -> Verdict:
    """32, 7 and 1 points get the same scores, finite numbers in three columns."""
    shape = np.zeros((SIZES[0], KINDS))
    verdict = lab.close(answers[0], shape, float("inf"), what=f"the output of {name} for 32 seeds")
    if not verdict:
        return verdict
    scores = answers[0].plain
    if not np.isfinite(scores).all():
        return lab.failed(f"The scores of {name} contain NaN or infinity.")
    for size, answer in zip(SIZES[1:], answers[1:], strict=True):
        what = f"the output of {name} for the first {size} of these seeds alone"
        verdict = _same(lab, answer, scores[:size], what)
        if not verdict:
            return verdict
    return lab.passed(f"{name} answers 32, 7 and 1 seeds alike.", observed=f"{scores.shape}")


# --- the bytes -----------------------------------------------------------------------------------


@check(
    "keras-file",
    title="`model.keras` is a Keras 3 archive",
    points=1,
    task=2,
    cards=("saving-zip-content", "saving-metadata-json", "saving-no-extension"),
)
def keras_file(lab: Lab) -> Verdict:
    try:
        members = bytes_of.keras_file(lab.artifact(KERAS))
        metadata = bytes_of.json_of(members["metadata.json"], "metadata.json")
        bytes_of.json_of(members["config.json"], "config.json")
    except Unreadable as problem:
        return lab.failed(str(problem))
    version = str(metadata.get("keras_version", "missing"))
    if not version.startswith("3."):
        sentence = "metadata.json does not say that Keras 3 wrote this."
        return lab.failed(sentence, observed=version, limit="3.…")
    return lab.passed("A zip archive with config, metadata and weights.", observed=version)


@check(
    "hdf5-file",
    title="`model.h5` is a whole model in HDF5",
    points=1,
    task=2,
    cards=("saving-save-format-gone", "saving-h5-vocabulary"),
)
def hdf5_file(lab: Lab) -> Verdict:
    try:
        attributes, arrays = bytes_of.hdf5(lab.artifact(HDF5), "model.h5")
        if "model_config" not in attributes:
            sentence = "`model.h5` holds no `model_config`: these are weights without a model."
            return lab.failed(sentence, observed=", ".join(attributes) or "no attributes")
        bytes_of.json_of(attributes["model_config"], "model_config")
    except Unreadable as problem:
        return lab.failed(str(problem))
    return lab.passed("HDF5 with the model's configuration.", observed=f"{len(arrays)} arrays")


@check(
    "weights-file",
    title="`model.weights.h5` holds weights and no model",
    points=1,
    task=2,
    cards=("saving-weights-suffix", "saving-weights-from-keras"),
)
def weights_file(lab: Lab) -> Verdict:
    try:
        attributes, arrays = bytes_of.hdf5(lab.artifact(WEIGHTS), "model.weights.h5")
    except Unreadable as problem:
        return lab.failed(str(problem))
    if "model_config" in attributes:
        return lab.failed("`model.weights.h5` holds a whole model: write the weights alone.")
    if not any(name.startswith("layers/") for name in arrays):
        return lab.failed("`model.weights.h5` holds no weights of layers.")
    return lab.passed("HDF5 with weights alone.", observed=f"{len(arrays)} arrays")


@check(
    "same-weights",
    title="The three files hold the same trained weights, bit by bit",
    points=2,
    task=2,
    cards=("saving-basics", "saving-not-restored"),
    after=("keras-file", "hdf5-file", "weights-file"),
)
def same_weights(lab: Lab) -> Verdict:
    inner = bytes_of.keras_file(lab.artifact(KERAS))["model.weights.h5"]
    sources = (inner, lab.artifact(HDF5), lab.artifact(WEIGHTS))
    try:
        found = [bytes_of.weights_of(bytes_of.hdf5(one, "weights")[1]) for one in sources]
    except Unreadable:
        return lab.failed("The model.weights.h5 inside of `model.keras` is not a HDF5 file.")
    for name, other in (("model.h5", found[1]), ("model.weights.h5", found[2])):
        if [array.shape for array in other] != [array.shape for array in found[0]]:
            return lab.failed(f"`{name}` and `model.keras` hold weights of different shapes.")
        if not all(map(np.array_equal, other, found[0])):
            sentence = f"`{name}` and `model.keras` hold different weights: save one moment."
            return lab.failed(sentence)
    return lab.passed("Equal in all three files.", observed=f"{len(found[0])} arrays")


@check(
    "optimizer-kept",
    title="`model.keras` holds the state of the optimizer",
    points=2,
    task=2,
    cards=("saving-optimizer-iterations", "saving-recompile"),
    after=("keras-file",),
)
def optimizer_kept(lab: Lab) -> Verdict:
    inner = bytes_of.keras_file(lab.artifact(KERAS))["model.weights.h5"]
    try:
        arrays = bytes_of.hdf5(inner, "model.weights.h5 inside of model.keras")[1]
    except Unreadable as problem:
        return lab.failed(str(problem))
    state = {name: array for name, array in arrays.items() if name.startswith("optimizer/")}
    counter = state.get("optimizer/vars/0", np.zeros((), np.int64))
    steps = int(counter) if counter.shape == () and counter.dtype.kind in "iu" else 0
    if steps < 1 or not any(array.any() for array in state.values() if array.ndim):
        sentence = (
            "The optimizer in `model.keras` has never made a step. Was the model compiled again, "
            "copied or rebuilt between training and saving?"
        )
        return lab.failed(sentence, observed=f"{steps} steps", limit="the steps of the training")
    return lab.passed("The optimizer can go on where it stopped.", observed=f"{steps} steps")


@check(
    "signatures",
    title="`saved` declares the two signatures, for batches of any size",
    points=3,
    task=3,
    cards=("saving-export-archive", "saving-module-code", "saving-export-files"),
)
def signatures(lab: Lab) -> Verdict:
    scores = {"scores": Tensor("float32", (-1, KINDS))}
    answers = {"probabilities": Tensor("float32", (-1, KINDS)), "kind": Tensor("string", (-1,))}
    given = {"measurements": Tensor("float32", (-1, data.FEATURES))}
    try:
        declared = bytes_of.signatures(lab.artifact(SAVED))
    except Unreadable as problem:
        return lab.failed(str(problem))
    for name, outputs in (("serving_default", scores), ("classify", answers)):
        if name not in declared:
            names = ", ".join(sorted(one for one in declared if not one.startswith("__")))
            return lab.failed(f"There is no signature `{name}`.", observed=names, limit=name)
        for side, found, asked in (
            ("inputs", declared[name].inputs, given),
            ("outputs", declared[name].outputs, outputs),
        ):
            if found != asked:
                sentence = f"The {side} of signature `{name}` are not as asked (-1: any length)."
                return lab.failed(sentence, observed=_shown(found), limit=_shown(asked))
    return lab.passed("Both signatures are as asked.", observed=_shown(given))


def _shown(tensors: dict[str, Tensor]) -> str:
    return ", ".join(
        f"{name}: {one.dtype} {one.shape if one.shape is not None else 'of any rank'}"
        for name, one in sorted(tensors.items())
    )


# --- the SavedModel, while no code of the learner is loaded --------------------------------------


@check(
    "served",
    title="`saved` answers 1, 7 and 32 seeds without your code",
    points=1,
    task=3,
    cards=("saving-format-for-server", "saving-signature-call"),
    after=("signatures",),
    timeout=40,
)
def served(lab: Lab) -> Verdict:
    points, _ = _hidden(lab)
    return _sizes_agree(lab, _answers(lab, SAVED, points), "`saved`")


@check(
    "classify",
    title="`classify` gives the probabilities and the name of the likeliest kind",
    points=2,
    task=3,
    cards=("saving-tfsm-dict", "saving-signature-call"),
    after=("served",),
)
def classify(lab: Lab) -> Verdict:
    points, _ = _hidden(lab)
    lab.artifact(SAVED)
    told = lab.host("served", SAVED, points).value
    scores = told["serving_default"].value[0].value["scores"].plain.astype(np.float64)
    exponents = np.exp(scores - scores.max(axis=1, keepdims=True))
    expected = exponents / exponents.sum(axis=1, keepdims=True)
    answer = told["classify"].value[0].value
    verdict = lab.close(
        answer["probabilities"], expected, what="`probabilities`, the softmax of `scores`,"
    )
    if not verdict:
        return verdict
    names = np.array(data.KINDS)[scores.argmax(axis=1)]
    return lab.equal(answer["kind"], names, what="`kind`")


# --- the other files, with the learner's module --------------------------------------------------


@check(
    "layer",
    title="`LogScale` comes back from its configuration",
    points=2,
    task=1,
    cards=("saving-layer-kwargs", "saving-config-forgotten", "saving-config-super"),
)
def layer(lab: Lab) -> Verdict:
    offset = round(float(lab.rng.uniform(2, 9)), 3)
    points = lab.rng.uniform(0.1, 5, size=(6, 4)).astype(np.float32)
    answer = lab.host("layer", offset, points).value
    expected = np.log(points.astype(np.float64) + offset)
    verdict = lab.close(answer["original"], expected, what=f"`LogScale({offset})`")
    if not verdict:
        return verdict
    verdict = lab.close(answer["again"], expected, what=f"`LogScale({offset})` made again")
    if not verdict:
        sentence = f"`LogScale({offset})` made again from its configuration computes other values."
        return lab.failed(sentence, observed=verdict.observed, limit=verdict.limit)
    before, after = answer["names"].plain
    if before != after:
        sentence = "The layer lost its name: keep what the base class puts into the configuration."
        return lab.failed(sentence, observed=after, limit=before)
    return lab.passed("Offset and name come back.", observed=verdict.observed, limit=verdict.limit)


@check(
    "loads",
    title="`model.keras` and `model.h5` load without custom_objects",
    points=2,
    task=1,
    cards=("saving-register", "saving-registered-name", "saving-custom-objects-argument"),
    timeout=30,
)
def loads(lab: Lab) -> Verdict:
    points, _ = _hidden(lab)
    verdict = lab.failed("Nothing was asked.")
    for path in (KERAS, HDF5):
        verdict = _sizes_agree(lab, _answers(lab, path, points), f"`{Path(path).name}`")
        if not verdict:
            return verdict
    return verdict


@check(
    "agree",
    title="All four kinds give the same scores on hidden seeds",
    points=4,
    task=2,
    cards=("saving-basics", "saving-config-forgotten", "saving-export-inference"),
    after=("served", "loads", "same-weights"),
    timeout=40,
)
def agree(lab: Lab) -> Verdict:
    points, _ = _hidden(lab)
    found = {path: _answers(lab, path, points) for path in WHOLE}
    worst = 0.0
    for path in WHOLE[1:]:
        for size, first, other in zip(SIZES, found[KERAS], found[path], strict=True):
            scores = first.plain
            what = f"the output of `{Path(path).name}` for {size} seeds"
            verdict = _same(lab, other, scores, what)
            if not verdict:
                sentence = f"`{Path(path).name}` and `model.keras` give different scores."
                return lab.failed(sentence, observed=verdict.observed, limit=verdict.limit)
            worst = max(worst, float(np.abs(other.plain - scores).max()))
    return lab.passed("Four files, one model.", observed=f"largest difference {worst:.2g}")


@check(
    "learnt",
    title="It is the trained model that was saved",
    points=1,
    task=2,
    cards=("saving-clone-model",),
    after=("loads",),
)
def learnt(lab: Lab) -> Verdict:
    points, kinds = _hidden(lab, HIDDEN)
    lab.artifact(KERAS)
    scores = lab.host("loaded", KERAS, points, [HIDDEN]).value[0]
    shape = np.zeros((HIDDEN, KINDS))
    verdict = lab.close(scores, shape, float("inf"), what=f"the output for {HIDDEN} seeds")
    if not verdict:
        return verdict
    loss = _cross_entropy(scores.plain.astype(np.float64), kinds)
    limit = _two_measurements(lab, points, kinds)
    sentence = "Cross-entropy on 2000 hidden seeds, against what two of the measurements can tell."
    return lab.at_most(round(loss, 4), round(limit, 4), sentence)


def _cross_entropy(scores: np.ndarray, kinds: np.ndarray) -> float:
    lower = scores - scores.max(axis=1, keepdims=True)
    right = lower[np.arange(len(kinds)), kinds]
    return float(np.mean(np.log(np.exp(lower).sum(axis=1)) - right))


def _two_measurements(lab: Lab, points: np.ndarray, kinds: np.ndarray) -> float:
    """Cross-entropy of the best normal distributions that know two of the four measurements."""
    x, y = data.load(lab.seed)
    known, asked = np.log(x.astype(np.float64)), np.log(points.astype(np.float64))
    scores = np.zeros((data.FEATURES, len(kinds), KINDS))
    for kind in range(KINDS):
        mean, spread = known[y == kind].mean(axis=0), known[y == kind].std(axis=0)
        scores[:, :, kind] = (-(((asked - mean) / spread) ** 2) / 2 - np.log(spread)).T
    pairs = itertools.combinations(scores, 2)
    return min(_cross_entropy(first + second, kinds) for first, second in pairs)


# --- the learner's functions ---------------------------------------------------------------------


@check(
    "predicts",
    title="`load_and_predict` reads each of the four",
    points=2,
    task=4,
    cards=("saving-load-model-folder", "saving-load-unbuilt", "saving-temporary"),
    after=("agree",),
    timeout=40,
)
def predicts(lab: Lab) -> Verdict:
    points, _ = _hidden(lab)
    expected = _answers(lab, KERAS, points)[0].plain
    for path, size in zip(WHOLE, (7, 1, 32, 7), strict=True):
        answer = lab.call("saving.load_and_predict", path, points[:size], raw=True)
        what = f'`load_and_predict("{path}", …)` for {size} seeds'
        verdict = lab.close(
            answer, expected[:size], float("inf"), kind="array", dtype="float32", what=what
        )
        verdict = verdict and _same(lab, answer, expected[:size], what)
        if not verdict:
            return verdict
    return lab.passed("Right for all four kinds.")


@check(
    "predicts-others",
    title="`load_and_predict` reads the file it is given, and only that",
    points=2,
    task=4,
    cards=("saving-weights-suffix", "saving-checkpoint-needs-code"),
    after=("predicts",),
    timeout=40,
)
def predicts_others(lab: Lab) -> Verdict:
    points, _ = _hidden(lab)
    told = lab.host("others", points, int(lab.rng.integers(2**31))).value
    expected = told["model"].plain
    for name, answer in told["answers"].value.items():
        verdict = _same(lab, answer, expected, f"`load_and_predict` of another `{name}`")
        if not verdict:
            sentence = f"Another model's `{name}`, alone in a folder, was not answered for."
            return lab.failed(sentence, observed=verdict.observed, limit=verdict.limit)
    return lab.passed("Another model's four files, each alone in a folder, are read as well.")


@check(
    "resume",
    title="`resume` goes on with the optimizer where training stopped",
    points=3,
    task=5,
    cards=("saving-recompile", "saving-optimizer-iterations", "saving-compile-false"),
    after=("optimizer-kept", "loads"),
    timeout=40,
)
def resume(lab: Lab) -> Verdict:
    lab.artifact(KERAS)
    told = lab.host("resumed", KERAS, *_hidden(lab))
    if told.kind == "text":
        return lab.failed("`resume` must return the compiled model.", observed=told.value)
    before, after = told.value["before"].plain, told.value["after"].plain
    shapes = [[weight.shape for weight in state["weights"]] for state in (before, after)]
    if shapes[0] != shapes[1] or len(before["optimizer"]) != 2 + 2 * len(shapes[0]):
        return lab.failed("Return the model of the file; its optimizer is the Adam it came with.")
    asked = before["iterations"] + 1
    if after["iterations"] != asked:
        sentence = "After one more step the optimizer must count one step more than in the file."
        return lab.failed(sentence, observed=f"{after['iterations']}", limit=f"= {asked}")
    verdict = lab.passed("One Adam step with the moments of the file.", observed=f"step {asked}")
    for index, expected in enumerate(_adam(before, told.value["gradient"].plain)):
        found = lab.close(after["weights"][index], expected, TOLERANCE)
        if not found:
            sentence = "The step is not the one that Adam makes with the moments in the file."
            verdict = lab.failed(sentence, observed=found.observed, limit=found.limit)
    return verdict


def _adam(state: dict[str, Any], gradient: list[np.ndarray]) -> list[np.ndarray]:
    """The weights after one step of Adam, with the moments that lie in the file."""
    step = state["iterations"] + 1
    rate = state["rate"] * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
    slots = [np.asarray(one, np.float64) for one in state["optimizer"][2:]]
    result = []
    for index, weight in enumerate(state["weights"]):
        slope = np.asarray(gradient[index], np.float64)
        first = 0.9 * slots[2 * index] + 0.1 * slope
        second = 0.999 * slots[2 * index + 1] + 0.001 * slope**2
        result.append(weight - rate * first / (np.sqrt(second) + 1e-7))
    return result
