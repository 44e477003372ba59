"""What the judge of lab 04 asks for beside the learner's code: trainings that follow a script.

Knows metrics and weights to play, and no answer.
"""

import importlib
import math
import tempfile
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf


def _learner():
    return importlib.import_module("callbacks")


def _model(rate=0.1):
    """A compiled model whose single kernel says which epoch its weights are of."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(keras.optimizers.SGD(rate), "mse", metrics=["mae"])
    return model


def _mark(model):
    return float(model.get_weights()[0][0, 0])


def _rate(model):
    return float(model.optimizer.learning_rate)


def _set_mark(model, value):
    model.set_weights([np.array([[value]], "float32")])


def _hooks(callbacks, model, epochs, steps):
    """The callbacks as `fit` calls them."""
    hooks = keras.callbacks.CallbackList(
        callbacks, add_history=True, model=model, epochs=epochs, steps=steps, verbose=0
    )
    model.stop_training = False
    return hooks


def _count_batch(model):
    """What the optimizer does in each batch, besides learning."""
    model.optimizer.iterations.assign(model.optimizer.iterations + 1)


def _validate(hooks, metrics):
    """The hooks of the validation at the end of an epoch."""
    found = {name[4:]: value for name, value in metrics.items() if name.startswith("val_")}
    hooks.on_test_begin()
    hooks.on_test_batch_begin(0)
    hooks.on_test_batch_end(0, dict(found))
    hooks.on_test_end(found)


# --- make_callbacks ------------------------------------------------------------------------------


def scripted(plan):
    """Play one training with the callbacks of `make_callbacks`; tell what they did.

    `plan`: "epochs" (metrics of each epoch), "marks" (the weight in each epoch), "batches", "rate"
    (the first learning rate), and "nan" (epoch and batch with a loss of NaN, or none).
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "runs" / "first"
        callbacks = _learner().make_callbacks(folder)
        if not isinstance(callbacks, list | tuple) or not all(
            isinstance(one, keras.callbacks.Callback) for one in callbacks
        ):
            return f"{callbacks!r}"[:200]
        return _Play(plan, folder).run(list(callbacks))


class _Play:
    """One training without data: marks for weights, scripted metrics for results."""

    def __init__(self, plan, folder):
        self.plan = plan
        self.folder = folder
        self.model = _model(plan["rate"])
        self.rates = []
        self.lines = []
        self.stopped_at = None

    def run(self, callbacks):
        """Play it, and tell what happened, what is on disk, and what the model is now."""
        plan, model = self.plan, self.model
        hooks = _hooks(callbacks, model, len(plan["epochs"]), plan["batches"])
        hooks.on_train_begin()
        for epoch, metrics in enumerate(plan["epochs"]):
            self._epoch(hooks, epoch, metrics)
            if model.stop_training:
                break
        hooks.on_train_end()
        return {
            "epochs": len(self.rates),
            "stopped_at": self.stopped_at,
            "mark": _mark(model),
            "rates": self.rates,
            "lines": self.lines,
            "log": self._log(),
            **self._disk(),
        }

    def _epoch(self, hooks, epoch, metrics):
        hooks.on_epoch_begin(epoch)
        for batch in range(self.plan["batches"]):
            hooks.on_train_batch_begin(batch)
            _set_mark(self.model, self.plan["marks"][epoch])
            _count_batch(self.model)
            is_nan = [epoch, batch] == self.plan["nan"]
            hooks.on_train_batch_end(batch, {"loss": math.nan if is_nan else metrics["loss"]})
            if self.model.stop_training:
                self.stopped_at = [epoch, batch]
                break
        _validate(hooks, metrics)
        hooks.on_epoch_end(epoch, dict(metrics))
        self.rates.append(_rate(self.model))
        self.lines.append(len(self._log().splitlines()))

    def _log(self):
        path = self.folder / "log.csv"
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def _disk(self):
        files = sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*"))
        best = self.folder / "best.keras"
        saved = _mark(keras.models.load_model(best)) if best.is_file() else None
        return {"files": files, "best": saved}


# --- TargetReached -------------------------------------------------------------------------------


def targeted(arguments, trainings, others=None):
    """Play trainings one after the other with one `TargetReached(*arguments)`.

    After the epoch `others`, counted from 0, somebody else stops the training.
    """
    callback = _learner().TargetReached(*arguments)
    found = []
    for epochs in trainings:
        model = _model()
        hooks = _hooks([_Other(others), callback], model, len(epochs), 1)
        hooks.on_train_begin()
        found.append({"epochs": _target_epochs(hooks, model, epochs), "reached": callback.reached})
        hooks.on_train_end()
        found[-1]["after"] = callback.reached
    return found


class _Other(keras.callbacks.Callback):
    """Stops the training after its own epoch."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_end(self, epoch, logs=None):
        if epoch == self.epoch:
            self.model.stop_training = True


def _target_epochs(hooks, model, epochs):
    for epoch, metrics in enumerate(epochs):
        hooks.on_epoch_begin(epoch)
        hooks.on_train_batch_begin(0)
        _count_batch(model)
        hooks.on_train_batch_end(0, {"loss": 1.0})
        _validate(hooks, metrics)
        hooks.on_epoch_end(epoch, dict(metrics))
        if model.stop_training:
            return epoch + 1
    return len(epochs)


# --- WarmUp --------------------------------------------------------------------------------------


def warmed(peak, steps, first_rate, trainings):
    """The rate of every batch, with one `WarmUp(peak, steps)` in several trainings.

    A training is how many batches each epoch has, and for each epoch the rate that somebody else
    sets after it (or none).
    """
    callback = _learner().WarmUp(peak, steps)
    return [_rates(callback, _model(first_rate), *training) for training in trainings]


def _rates(callback, model, batches, later):
    hooks = _hooks([callback], model, len(later), batches)
    rates = []
    hooks.on_train_begin()
    for epoch, rate in enumerate(later):
        hooks.on_epoch_begin(epoch)
        for batch in range(batches):
            hooks.on_train_batch_begin(batch)
            rates.append(_rate(model))
            _count_batch(model)
            hooks.on_train_batch_end(batch, {"loss": 1.0})
        _validate(hooks, {"val_loss": 1.0})
        hooks.on_epoch_end(epoch, {"loss": 1.0, "val_loss": 1.0})
        if rate is not None:
            model.optimizer.learning_rate = rate
    hooks.on_train_end()
    return rates


# --- train ---------------------------------------------------------------------------------------


def trained(training, validation, epochs):
    """Fit a real model with the learner's `train`; tell what it answers before and after."""
    x, y = training
    inputs = validation[0]
    model = keras.Sequential(
        [
            keras.Input((x.shape[1],)),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(1),
        ]
    )
    optimizer = keras.optimizers.Adam(0.03)
    model.compile(optimizer, "mse")
    before = np.asarray(model(inputs))
    highest = _note_highest(model)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "run"
        _learner().train(model, (x, y), tuple(validation), folder, epochs)
        log = folder / "log.csv"
        best = folder / "best.keras"
        saved = keras.models.load_model(best, compile=False) if best.is_file() else None
        return {
            "before": before,
            "after": np.asarray(model(inputs)),
            "best": None if saved is None else np.asarray(saved(inputs)),
            "log": log.read_text(encoding="utf-8") if log.is_file() else "",
            "is_as_compiled": model.optimizer is optimizer,
            "highest": float(highest.numpy()),
        }


def _note_highest(model):
    """The highest first feature that the model is called with while it learns."""
    highest, answer = tf.Variable(-np.inf, dtype=tf.float32), model.call

    def noting(inputs, *args, training=None, **kwargs):
        if training and tf.is_tensor(inputs):
            highest.assign(tf.maximum(highest, tf.reduce_max(inputs[:, 0])))
        return answer(inputs, *args, training=training, **kwargs)

    model.call = noting
    return highest
