"""One real run of TensorFlow: its logs are followed while it trains, what it leaves can be read."""

import json
import os
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tfcards.labs.launch import environment, python
from tfcards.labs.left.contents import Contents, ContentsTask
from tfcards.labs.left.produced import produced
from tfcards.labs.supervision.events import EventLog, Lines
from tfcards.labs.supervision.posix import PolledOutlet
from tfcards.labs.supervision.telemetry import Telemetry

pytestmark = pytest.mark.tensorflow

PROGRAM = """
import keras
import numpy as np
import tensorflow as tf

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, name="only")], name="tiny")
model.compile("sgd", "mse")
inputs, targets = np.ones((64, 4), "float32"), np.ones((64, 3), "float32")
model.fit(
    inputs, targets, epochs=3, verbose=0, validation_split=0.25,
    callbacks=[keras.callbacks.TensorBoard("logs", write_graph=False)],
)
writer = tf.summary.create_file_writer("own")
with writer.as_default():
    for step in range(5):
        tf.summary.scalar("loss", 1 / (step + 1), step=step)
writer.close()
model.save("out/model.keras")
model.save("out/model.h5")
model.export("out/saved", verbose=False)
converter = tf.lite.TFLiteConverter.from_saved_model("out/saved")
open("out/model.tflite", "wb").write(converter.convert())
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """The run's folder, and its metrics as the supervisor passes them on."""
    folder = tmp_path_factory.mktemp("run")
    work, home = folder / "work", folder / "home"
    (work / "out").mkdir(parents=True)
    home.mkdir()
    (work / "train.py").write_text(PROGRAM)
    ours, theirs = socket.socketpair()
    command = python(
        "tfcards.labkit.run",
        *("--events", str(theirs.fileno()), "--entry", "train.py", "--seed", "7"),
    )
    with subprocess.Popen(
        command, cwd=work, env=environment(home, 7, "token"), pass_fds=[theirs.fileno()]
    ) as process:
        theirs.close()
        nothing = os.open(os.devnull, os.O_WRONLY)  # nobody reads along; the file is enough
        log = EventLog(folder, PolledOutlet(nothing))
        lines = Lines(Telemetry(log, lambda: None).take)
        ours.setblocking(True)
        while received := ours.recv(65536):
            lines.feed(received)
        log.close()
        os.close(nothing)
        ours.close()
    assert process.returncode == 0
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    return work, [event for event in events if event["ev"] == "metric"]


def read(work: Path, path: str) -> Contents:
    [one] = [one for one in produced(work) if one.path == path]
    return ContentsTask(work, one).run()


def test_its_logs_become_metrics_with_names_of_their_own(run: Any) -> None:
    logged = [event for event in run[1] if event.get("scope") == "tensorboard"]
    names = {name for event in logged for name in event["values"]}
    assert {"train/epoch_loss", "validation/epoch_loss", "own/loss"} <= names
    losses = {
        event["step"]: event["values"]["own/loss"]
        for event in logged
        if "own/loss" in event["values"]
    }
    assert losses == {step: pytest.approx(1 / (step + 1)) for step in range(5)}
    fitted = [event for event in run[1] if event.get("scope") == "epoch"]
    assert {name for event in fitted for name in event["values"]} == {"loss", "val_loss"}


def test_what_it_left_can_be_read(run: Any) -> None:
    work, _ = run
    for path in ("out/model.keras", "out/model.h5"):
        assert ("Parameters", "15") in read(work, path).facts
    saved = read(work, "out/saved")
    assert ("Parameters", "15") in saved.facts
    lite = read(work, "out/model.tflite")
    assert ("Output", "(None, 3) float32") in lite.facts
    curves = read(work, ".").series
    assert len(curves["own/loss"]) == 5
