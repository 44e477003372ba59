"""What the judge of lab 05 asks to be run beside the learner's code. Knows inputs only, no answer.

`served` imports none of the learner's code; the others import saving.py and nothing else of them.
"""

import importlib
import json
import tempfile
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras.models import load_model  # before the learner's code could put another one in its place

SIZES = (32, 7, 1)


def served(path, points):
    """What both signatures of a SavedModel answer to 32, 7 and 1 of the points."""
    loaded = tf.saved_model.load(path)
    answers = {}
    for name in ("serving_default", "classify"):
        signature = loaded.signatures[name]
        answers[name] = [signature(measurements=tf.constant(points[:size])) for size in SIZES]
    return answers


def loaded(path, points, sizes=SIZES):
    """The answers of a whole model from a file; custom classes must be found by themselves."""
    importlib.import_module("saving")
    return _asked(load_model(path, compile=False), points, sizes)


def weighed(path, points):
    """The answers of a newly built model that got its weights from a file."""
    model = importlib.import_module("saving").build_model()
    model.load_weights(path)
    return _asked(model, points)


def layer(offset, points):
    """A LogScale layer made again from what Keras would write of it into a file."""
    original = importlib.import_module("saving").LogScale(offset)
    text = json.dumps(keras.saving.serialize_keras_object(original))
    again = keras.saving.deserialize_keras_object(json.loads(text))
    return {
        "original": original(points),
        "again": again(points),
        "names": [original.name, again.name],
    }


def others(points, seed):
    """Save and export a second, random model; ask `load_and_predict` about each file alone."""
    saving = importlib.import_module("saving")
    model = saving.build_model()
    random = np.random.default_rng(seed)
    model.set_weights([random.normal(size=weight.shape) for weight in model.get_weights()])
    with tempfile.TemporaryDirectory() as folder:
        saving.save(model, Path(folder) / "written")
        (Path(folder) / "exported").mkdir()
        saving.export(model, Path(folder) / "exported" / "saved")
        answers = {}
        for name in ("model.keras", "model.h5", "model.weights.h5", "saved"):
            alone = Path(folder) / name.replace(".", "-") / name
            alone.parent.mkdir()
            written = Path(folder) / ("exported" if name == "saved" else "written")
            (written / name).rename(alone)
            answers[name] = saving.load_and_predict(alone, points)
    return {"answers": answers, "model": np.asarray(model(points, training=False))}


def resumed(path, points, kinds):
    """A model's variables before and after `resume`, and the gradient on the batch before it."""
    saving = importlib.import_module("saving")
    model = load_model(path)
    before = _state(model)
    with tf.GradientTape() as tape:
        scores = model(points, training=True)
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(kinds, scores)
        mean = tf.reduce_mean(loss)
    gradient = tape.gradient(mean, [weight.value for weight in model.trainable_variables])
    after = saving.resume(path, points, kinds)
    if not isinstance(after, keras.Model) or getattr(after, "optimizer", None) is None:
        return f"{type(after).__name__}"
    return {"before": before, "gradient": list(gradient), "after": _state(after)}


def _asked(model, points, sizes=SIZES):
    return [np.asarray(model(points[:size], training=False)) for size in sizes]


def _state(model):
    return {
        "weights": [np.asarray(weight) for weight in model.trainable_variables],
        "optimizer": [np.asarray(variable) for variable in model.optimizer.variables],
        "iterations": int(model.optimizer.iterations.numpy()),
        "rate": float(model.optimizer.learning_rate.numpy()),
    }
