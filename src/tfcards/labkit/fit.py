"""Curves of Keras trainings: `fit` reports by itself, other loops by a callback. Learner's run."""

from __future__ import annotations

import functools
import inspect
import math
import os
import time
from typing import Any, Final

from tfcards.labkit.events import ENVIRONMENT_NAME, Events

INTERVAL: Final = 0.1  # seconds between reports of batches


def curves() -> Any:  # noqa: ANN401 - any value passes here
    """A Keras callback that draws the lab's curves, for loops that call callbacks themselves.

    `keras.callbacks.CallbackList([curves()], model=model)`; `fit` has one without being told.
    Outside a lab run it does nothing.
    """
    import keras  # noqa: PLC0415 - costs seconds

    descriptor = os.environ.get(ENVIRONMENT_NAME)
    if not descriptor:
        return keras.callbacks.Callback()
    return _reporter(keras, Events(os.dup(int(descriptor))))()


def hook(keras: Any, events: Events) -> None:  # noqa: ANN401 - any value passes here
    """Give every later `fit` one more callback, the last, which only reports, if it has none."""
    original = keras.Model.fit
    signature = inspect.signature(original)
    reporter = _reporter(keras, events)

    @functools.wraps(original)
    def fit(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any value passes here
        bound = signature.bind(self, *args, **kwargs)
        callbacks: Any = bound.arguments.get("callbacks")
        is_list = isinstance(callbacks, keras.callbacks.CallbackList)
        given = callbacks.callbacks if is_list else callbacks
        given = [given] if isinstance(given, keras.callbacks.Callback) else [*(given or ())]
        if any(isinstance(one, _Reporting) for one in given):
            return original(*bound.args, **bound.kwargs)
        if is_list:
            callbacks.append(reporter())
        else:
            bound.arguments["callbacks"] = [*given, reporter()]
        return original(*bound.args, **bound.kwargs)

    keras.Model.fit = fit


def _numbers(logs: dict[str, Any] | None) -> dict[str, float]:
    values: dict[str, float] = {}
    for name, value in (logs or {}).items():
        try:
            figure = float(value)
        except (TypeError, ValueError):
            continue  # a metric that is no single number has no curve
        if math.isfinite(figure):
            values[name] = round(figure, 6)
    return values


def _reporter(keras: Any, events: Events) -> Any:  # noqa: ANN401 - any value passes here
    """The callback's class; made here because Keras is only known once it has been imported."""
    return type("Reporter", (_Reporting, keras.callbacks.Callback), {"events": events})


class _Reporting:
    """Reports epochs always and batches now and then; passes on a wish to stop."""

    events: Events
    params: dict[str, Any] | None
    model: Any

    def __init__(self) -> None:
        super().__init__()
        self.step = 0
        self.epoch = 0
        self.last = 0.0

    def on_train_begin(self, logs: Any = None) -> None:  # noqa: ANN401, ARG002 - Keras's arguments
        """Say how many epochs there will be."""
        self.events.emit("progress", done=0, total=(self.params or {}).get("epochs"))

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ANN401, ARG002 - Keras's arguments
        """Remember the epoch for its batches."""
        self.epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ANN401, ARG002 - Keras's arguments
        """Report the batch, unless one was reported just now."""
        self.step += 1
        now = time.monotonic()
        if now - self.last < INTERVAL:
            return
        self.last = now
        self._metric("batch", self.epoch, logs)
        if self.events.stop_is_asked():
            self.model.stop_training = True

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ANN401 - any value passes here
        """Report the epoch."""
        self._metric("epoch", epoch, logs)
        self.events.emit("progress", done=epoch + 1, total=(self.params or {}).get("epochs"))

    def _metric(self, scope: str, epoch: int, logs: Any) -> None:  # noqa: ANN401 - any value passes here
        values = _numbers(logs)
        self.events.emit(
            "metric", phase="train", scope=scope, step=self.step, epoch=epoch, values=values
        )
