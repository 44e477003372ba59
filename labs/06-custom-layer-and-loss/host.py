"""What the judge of lab 06 asks to be run with the learner's classes. Knows inputs only.

Nothing here knows what is right: weights and inputs come in, outputs and gradients go out.
"""

import importlib
import json
import tempfile
import zipfile
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf


def _own(name):
    return getattr(importlib.import_module("layers"), name)


# --- NormDense -----------------------------------------------------------------------------------


def built(units, points, deeper):
    """How many weights there are before the first call, and what they are after it."""
    layer = _own("NormDense")(units)
    before = len(layer.weights)
    outputs = [layer(points), layer(deeper)]
    return {
        "before": before,
        "names": [weight.name for weight in layer.weights],
        "trainable": [weight.name for weight in layer.trainable_weights],
        "values": {weight.name: np.asarray(weight) for weight in layer.weights},
        "outputs": outputs,
    }


def dense(units, activation, is_function, weights, points):
    """The output of a layer with these weights; an activation by its name, or as a function."""
    chosen = keras.activations.get(activation) if is_function else activation
    return _dense(units, chosen, weights, points)(tf.constant(points))


def dense_gradients(units, activation, weights, points, upstream):
    """Gradients of sum(upstream * output), with respect to the input and each weight by name."""
    layer = _dense(units, activation, weights, points)
    x = tf.constant(points)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(upstream * layer(x))
    named = {weight.name: weight.value for weight in layer.trainable_weights}
    return tape.gradient(total, {"x": x, **named})


def _dense(units, activation, weights, points):
    layer = _own("NormDense")(units, activation=activation)
    layer(tf.constant(points))
    _fill(layer, weights)
    return layer


def _fill(layer, weights):
    for weight in layer.weights:
        weight.assign(weights[weight.name])


# --- configurations ------------------------------------------------------------------------------


def _again(thing):
    """Made again from JSON, as when a script that was run itself had saved it."""
    form = json.loads(json.dumps(keras.saving.serialize_keras_object(thing)))
    return keras.saving.deserialize_keras_object({**form, "module": "__main__"})


def dense_again(units, activation, is_function, points):
    """A layer and its copy by get_config, from_config and set_weights."""
    chosen = keras.activations.get(activation) if is_function else activation
    layer = _own("NormDense")(units, activation=chosen)
    first = layer(points)
    copy = _again(layer)
    copy(points)
    copy.set_weights(layer.get_weights())
    return {"first": first, "copy": copy(points), "names": [layer.name, copy.name]}


def others_again(rate, gamma, steps, targets, scores):
    """Copies of the two other layers and of the loss, at work; and what is written of seeds."""
    drop = _again(_own("StepDropout")(rate, seed=3))
    mean = _again(_own("MaskedMean")())
    loss = _own("FocalLoss")(gamma, reduction="sum", name="judged")
    focal = _again(loss)
    return {
        "dropped": drop(steps, training=True),
        "seeds": [_written(_own("StepDropout")(rate, seed=seed, name="one")) for seed in (3, 4)],
        "mean": mean(steps),
        "focal": focal(targets, scores),
        "names": [loss.name, focal.name],
    }


def _written(thing):
    return json.dumps(keras.saving.serialize_keras_object(thing), sort_keys=True)


def whole_model(ids, padded, targets, weights, gamma):
    """A model of all parts, saved and loaded; its outputs and weighted loss before and after."""
    inputs = keras.Input((None,), dtype="int32")
    hidden = keras.layers.Embedding(12, 5, mask_zero=True)(inputs)
    hidden = _own("MaskedMean")()(_own("StepDropout")(0.4)(hidden))
    hidden = _own("NormDense")(6, activation="tanh")(hidden)
    model = keras.Model(inputs, _own("NormDense")(1)(hidden))
    model.compile("sgd", _own("FocalLoss")(gamma))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        loaded = keras.models.load_model(_as_script(path))
    told = {}
    for name, one in (("before", model), ("after", loaded)):
        told[name] = {
            "outputs": one(ids, training=False),
            "padded": one(padded, training=False),
            "loss": float(one.test_on_batch(ids, targets, sample_weight=weights)),
        }
    return told


def _as_script(path):
    """The same file, as a script that was run itself would have written it."""
    target = path.with_name("script.keras")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "config.json":
                content = content.replace(b'"module": "layers"', b'"module": "__main__"')
            new.writestr(name, content)
    return target


# --- MaskedMean ----------------------------------------------------------------------------------


def pooled(points, mask):
    """Output of MaskedMean, with a mask or without one, and the gradient of its sum."""
    x = tf.constant(points)
    layer = _own("MaskedMean")()
    with tf.GradientTape() as tape:
        tape.watch(x)
        output = layer(x) if mask is None else layer(x, mask=tf.constant(mask))
        total = tf.reduce_sum(output)
    return {"output": output, "gradient": tape.gradient(total, x)}


def pooled_in_model(points):
    """MaskedMean behind a Masking layer, in a model with unknown lengths; the mask behind it."""
    inputs = keras.Input((None, points.shape[-1]))
    outputs = _own("MaskedMean")()(keras.layers.Masking()(inputs))
    model = keras.Model(inputs, outputs)
    left = getattr(outputs, "_keras_mask", None)
    return {"output": model.predict(points, verbose=0), "mask_ends": left is None}


# --- StepDropout ---------------------------------------------------------------------------------


def dropped(rate, steps):
    """Outputs of one layer: not training, training twice, and twice from one graph."""
    layer = _own("StepDropout")(rate)
    graph = tf.function(lambda x: layer(x, training=True))
    return {
        "default": layer(steps),
        "inference": layer(steps, training=False),
        "training": [layer(steps, training=True), layer(steps, training=True)],
        "graph": [graph(tf.constant(steps)), graph(tf.constant(steps))],
    }


def dropped_in_model(rate, points):
    """Masking, StepDropout, and Keras' own pooling that reads the mask; twice while training."""
    inputs = keras.Input((None, points.shape[-1]))
    hidden = _own("StepDropout")(rate)(keras.layers.Masking()(inputs))
    model = keras.Model(inputs, keras.layers.GlobalAveragePooling1D()(hidden))
    return {
        "inference": model.predict(points, verbose=0),
        "training": [model(points, training=True), model(points, training=True)],
    }


# --- FocalLoss -----------------------------------------------------------------------------------


def focal(gamma, reduction, targets, scores, weights, name=""):
    """The loss and its gradient with respect to the scores; "" leaves the default."""
    chosen = {"reduction": None if reduction == "none" else reduction} if reduction else {}
    chosen |= {"name": name} if name else {}
    loss = _own("FocalLoss")(gamma, **chosen)
    z = tf.constant(scores)
    with tf.GradientTape() as tape:
        tape.watch(z)
        value = loss(targets, z, sample_weight=weights)
        total = tf.reduce_sum(value)
    return {"value": value, "gradient": tape.gradient(total, z)}


def trained(points, targets, weights, start, gamma, rate):
    """The weights of Masking, MaskedMean, NormDense after one SGD step with FocalLoss."""
    layer = _own("NormDense")(1)
    inputs = keras.Input((None, points.shape[-1]))
    outputs = layer(_own("MaskedMean")()(keras.layers.Masking()(inputs)))
    model = keras.Model(inputs, outputs)
    _fill(layer, start)
    model.compile(keras.optimizers.SGD(rate), _own("FocalLoss")(gamma))
    model.train_on_batch(points, targets, sample_weight=weights)
    return {weight.name: np.asarray(weight) for weight in layer.weights}


# --- clip_gradient -------------------------------------------------------------------------------


def clipped(points, upstreams, limits, in_graph):
    """Forward values and gradients, eagerly or in a graph that knows no lengths."""
    function = _own("clip_gradient")
    unknown = [tf.TensorSpec([None] * points.ndim, tf.float32)] * 2
    told = []
    for upstream, limit in zip(upstreams, limits, strict=True):

        def ask(x, back, limit=limit):
            with tf.GradientTape() as tape:
                tape.watch(x)
                value = function(x, limit)
                total = tf.reduce_sum(back * value)
            return {"value": value, "gradient": tape.gradient(total, x)}

        asked = tf.function(ask, input_signature=unknown) if in_graph else ask
        told.append(asked(tf.constant(points), tf.constant(upstream)))
    return told
