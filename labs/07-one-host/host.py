"""What the judge of lab 07 asks to be run with the learner's functions. Knows inputs only.

All checks share one process, whose devices are fixed by the first operation: three logical CPUs,
made by the learner's `make_strategy` when that is what is asked first, and by this file otherwise.
One strategy serves all later questions, because TensorFlow keeps its groups of devices for ever.
"""

import importlib

import keras
import numpy as np
import tensorflow as tf

REPLICAS = 3
KEPT = {}


def _own(name):
    return getattr(importlib.import_module("distribute"), name)


def made_strategy():
    """What `make_strategy` makes where nothing has been computed yet."""
    strategy = _own("make_strategy")(REPLICAS)
    if not isinstance(strategy, tf.distribute.MirroredStrategy):
        return type(strategy).__name__
    with strategy.scope():
        variable = tf.Variable(1.0)
    return {
        "devices": [device.name for device in tf.config.list_logical_devices("CPU")],
        "replicas": strategy.num_replicas_in_sync,
        "copies": [one.device for one in strategy.experimental_local_results(variable)],
    }


def _strategy():
    if "strategy" not in KEPT:
        cpu = tf.config.list_physical_devices("CPU")[0]
        parts = [tf.config.LogicalDeviceConfiguration() for _ in range(REPLICAS)]
        if tf.config.get_logical_device_configuration(cpu) != parts:
            tf.config.set_logical_device_configuration(cpu, parts)
        names = [f"CPU:{index}" for index in range(REPLICAS)]
        KEPT["strategy"] = tf.distribute.MirroredStrategy(names)
    return KEPT["strategy"]


# --- data ----------------------------------------------------------------------------------------


def parts(arrays, per_replica, replicas):
    """For each step, and each replica in it, its part of each of the arrays; twice over."""
    strategy = _strategy() if replicas > 1 else tf.distribute.MirroredStrategy(["CPU:0"])
    dataset = _own("batches")(strategy, tuple(arrays), per_replica)
    return [[_parts(strategy, step) for step in dataset] for _ in range(2)]


def _parts(strategy, step):
    columns = [strategy.experimental_local_results(column) for column in step]
    return [[np.asarray(part) for part in parts] for parts in zip(*columns, strict=True)]


def _split(strategy, pieces):
    """What `strategy.run` takes: a tuple of columns, each a value with a part for each replica."""
    return tuple(_spread(strategy, column) for column in zip(*pieces, strict=True))


def _spread(strategy, parts):
    def mine(context):
        return tf.constant(parts[context.replica_id_in_sync_group])

    return strategy.experimental_distribute_values_from_function(mine)


# --- the learner's model -------------------------------------------------------------------------


def built(features, rate, x, y, sure):
    """The learner's model after one step of `fit`: its weights before and after, and all copies."""
    strategy = _strategy()
    model = _own("build")(strategy, features, rate)
    if not isinstance(model, keras.Model) or getattr(model, "optimizer", None) is None:
        return type(model).__name__
    before = [np.asarray(weight) for weight in model.weights]
    model.run_eagerly = True  # for one step, making a graph would take longest
    logs = model.fit(x, y, sample_weight=sure, batch_size=len(x), shuffle=False, verbose=0).history
    kinds = {
        "weights": model.weights,
        "optimizer": model.optimizer.variables,
        "metrics": model.metrics_variables,
    }
    return {
        "before": before,
        "after": [np.asarray(weight) for weight in model.weights],
        "logs": {name: values[-1] for name, values in logs.items()},
        "copies": {
            kind: sorted({len(_copies(strategy, one)) for one in variables})
            for kind, variables in kinds.items()
        },
        "moving": [_arrays(strategy, one) for one in model.non_trainable_weights],
    }


def _arrays(strategy, variable):
    return [np.asarray(one) for one in _copies(strategy, variable)]


def _copies(strategy, variable):
    return strategy.experimental_local_results(variable.value)


# --- the learner's loops -------------------------------------------------------------------------


class Watched(keras.layers.Layer):
    """Passes everything on; keeps which replica ran its Python code, how often, and how."""

    def __init__(self):
        super().__init__()
        self.replicas = []
        self.training = []

    def call(self, x, training=None):
        """Note who calls, and whether it is said to be training."""
        context = tf.distribute.get_replica_context()
        number = None if context is None else context.replica_id_in_sync_group
        self.replicas.append(number if number is None else int(tf.get_static_value(number)))
        known = tf.get_static_value(training) if tf.is_tensor(training) else training
        self.training.append(bool(known))
        return x

    def forget(self):
        """Forget all calls so far."""
        self.replicas.clear()
        self.training.clear()


def _model(strategy, weights, penalty, rate, momentum):
    """A small network with given weights and an optimizer, on all replicas."""
    regularizer = keras.regularizers.L2(penalty) if penalty else None
    first, _, second, _ = weights
    with strategy.scope():
        watched = Watched()
        model = keras.Sequential(
            [
                keras.Input((len(first),)),
                watched,
                keras.layers.Dense(
                    first.shape[1], activation="tanh", kernel_regularizer=regularizer
                ),
                keras.layers.Dense(second.shape[1], kernel_regularizer=regularizer),
            ]
        )
        model.set_weights(weights)
        optimizer = keras.optimizers.SGD(rate, momentum=momentum)
        optimizer.build(model.trainable_variables)
    watched.forget()
    return model, optimizer, watched


def stepped(weights, steps, settings, replicas=REPLICAS):
    """Weights of each replica and the loss after each step, given as the replicas' parts."""
    strategy = _strategy() if replicas > 1 else tf.distribute.MirroredStrategy(["CPU:0"])
    model, optimizer, watched = _model(strategy, weights, **settings)
    step = _own("make_step")(strategy, model, optimizer)
    told = {"weights": [], "losses": [], "python": [], "training": []}
    for pieces in steps:
        watched.forget()
        told["losses"].append(step(*_split(strategy, pieces)))
        told["python"].append(list(watched.replicas))
        told["training"].append(list(watched.training))
        told["weights"].append([_arrays(strategy, one) for one in model.weights])
    return told


def evaluated(weights, steps, penalty):
    """What `evaluate` says of all steps, then of the first alone; weights, and how it called."""
    strategy = _strategy()
    model, _, watched = _model(strategy, weights, penalty, rate=0.1, momentum=0.0)
    evaluate = _own("make_evaluate")(strategy, model)
    told = [evaluate(_distributed(strategy, some)) for some in (steps, steps[:1])]
    after = [np.asarray(one) for one in model.weights]
    return {"told": told, "weights": after, "training": list(watched.training)}


def _distributed(strategy, steps):
    """A distributed dataset with just these parts: one element of the input for each replica."""
    columns = steps[0][0]
    spec = tuple(tf.TensorSpec((None, *one.shape[1:]), one.dtype) for one in columns)

    def elements():
        for pieces in steps:
            yield from map(tuple, pieces)

    return strategy.distribute_datasets_from_function(
        lambda context: tf.data.Dataset.from_generator(elements, output_signature=spec)
    )
