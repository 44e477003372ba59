"""Labs with real TensorFlow: what calls give back, the curves of `fit`, a stop in the middle."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tiny_lab import FOLDER, copy

from tfcards.labs import launch, running
from tfcards.labs import result as results
from tfcards.labs.content.manifest import Lab, load
from tfcards.labs.result import Outcome

pytestmark = pytest.mark.tensorflow

CHECKS = '''
"""Asks for every kind of output."""
import numpy as np
from tfcards.labkit import Ragged, Variable, check

X = np.arange(6, dtype="float32").reshape(2, 3)

@check("offset-added", title="kinds", task=1)
def kinds(lab):
    assert lab.call("sums.kind", X).value == "EagerTensor"
    assert lab.call("sums.kind", X, raw=True).value == "ndarray"
    assert lab.call("sums.kind", Ragged([[1.0], []])).value == "RaggedTensor"
    assert "Variable" in lab.call("sums.kind", Variable(X)).value
    out = lab.call("sums.every", X)
    found = {name: (one.kind, one.dtype, one.shape) for name, one in out.value.items()}
    wanted = {
        "tensor": ("tensor", "float32", (2, 3)),
        "variable": ("variable", "float32", (2, 3)),
        "keras": ("variable", "float32", (2, 3)),
        "half": ("tensor", "bfloat16", (2, 3)),
        "text": ("tensor", "string", (1,)),
        "ragged": ("ragged", "int32", (2, None)),
        "sparse": ("sparse", "float32", (2, 3)),
        "array": ("array", "float64", (1,)),
        "number": ("number", "int", ()),
        "shape": ("tuple", "", ()),
        "dtype": ("text", "str", ()),
        "data": ("object", "", ()),
    }
    if found != wanted:
        return lab.failed(str(found))
    assert out.value["ragged"].value == [[1, 2], [3]]
    assert out.value["shape"].plain == [2, 3]
    assert out.value["text"].value.tolist() == ["a"]
    return lab.close(out.value["half"], X)

@check("report", title="report", task=2)
def report(lab):
    return lab.equal(lab.artifact("out/report.txt").read_text(), "done")
'''

CODE = """
from pathlib import Path
import keras
import numpy as np
import tensorflow as tf

def kind(x):
    return type(x).__name__

def every(x):
    return {
        "tensor": x, "variable": tf.Variable(x), "keras": keras.Variable(x),
        "half": tf.cast(x, tf.bfloat16), "text": tf.constant(["a"]),
        "ragged": tf.ragged.constant([[1, 2], [3]]), "sparse": tf.sparse.from_dense(x),
        "array": np.zeros(1), "number": 3, "shape": x.shape, "dtype": x.dtype,
        "data": tf.data.Dataset.range(3),
    }

if __name__ == "__main__":
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    x = np.ones((EXAMPLES, 4), "float32")
    model.fit(x, x[:, :1], epochs=EPOCHS, verbose=0, validation_split=0.2)
    Path("out").mkdir()
    Path("out/report.txt").write_text("done")
"""


def code(epochs: int, examples: int = 256) -> dict[str, str]:
    return {"sums.py": CODE.replace("EPOCHS", str(epochs)).replace("EXAMPLES", str(examples))}


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    text = (FOLDER / "lab.toml").read_text().replace('"none"', '"tensorflow"')
    text = text.replace("import_seconds = 10", "import_seconds = 90")
    text = text.replace("seconds = 10\n", "seconds = 60\n", 1).replace("= 500", "= 3000")
    return load(copy(tmp_path, lab_toml=text, checks_py=CHECKS))


@pytest.mark.parametrize("isolation", ["basic", "auto"])
def test_every_kind_of_output_and_the_curves_arrive(
    lab: Lab, tmp_path: Path, isolation: str
) -> None:
    events: list[dict[str, Any]] = []
    result = running.run(
        lab, code(3), tmp_path / "run", seed=1, on_event=events.append, isolation=isolation
    )
    assert result.outcome is Outcome.PASSED, results.to_json(result)
    assert result.versions["tensorflow"].startswith("2.")
    epochs = [event for event in events if event.get("scope") == "epoch"]
    assert [event["epoch"] for event in epochs] == [0, 1, 2]
    assert set(epochs[-1]["values"]) == {"loss", "mae", "val_loss", "val_mae"}
    losses = [event["values"]["loss"] for event in epochs]
    assert losses[-1] < losses[0]
    assert [event for event in events if event["ev"] == "progress"][-1]["done"] == 3
    streams = {event["stream"] for event in events if event["ev"] == "log"}
    assert streams <= {"framework"}


def test_a_training_is_stopped_in_the_middle(lab: Lab, tmp_path: Path) -> None:
    run = tmp_path / "run"
    running.prepare(lab, code(100_000), run, seed=1)
    with subprocess.Popen(
        launch.python("tfcards.labs.supervision.supervisor", str(run)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as supervisor:
        assert supervisor.stdout is not None
        assert supervisor.stdin is not None
        for line in supervisor.stdout:
            if '"metric"' in line:
                break
        supervisor.stdin.write('{"stop": true}\n')
        supervisor.stdin.flush()
        rest = supervisor.stdout.read()
        assert supervisor.wait(20) == 0
    result = results.read(run)
    assert result is not None
    assert result.outcome is Outcome.CANCELLED
    phases = [json.loads(line).get("phase") for line in rest.splitlines()]
    assert "ran" in phases  # fit came to an end by itself when it was asked to


OWN_LOOP = """
import keras
import numpy as np
from tfcards.labkit import curves

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
x = np.ones((8, 4), "float32")
callbacks = keras.callbacks.CallbackList([curves()], model=model, epochs=2)
callbacks.on_train_begin()
for epoch in range(2):
    callbacks.on_epoch_begin(epoch)
    loss = model.train_on_batch(x, x[:, :1])
    callbacks.on_epoch_end(epoch, {"own": loss})
model.fit(x, x[:, :1], epochs=2, verbose=0, callbacks=[curves()])
"""


def test_the_callback_draws_for_a_loop_of_ones_own_and_once_for_fit(
    lab: Lab, tmp_path: Path
) -> None:
    events: list[dict[str, Any]] = []
    running.run(lab, {"sums.py": OWN_LOOP}, tmp_path / "run", seed=1, on_event=events.append)
    epochs = [event["values"] for event in events if event.get("scope") == "epoch"]
    assert [list(values) for values in epochs] == [["own"], ["own"], ["loss"], ["loss"]]
    assert epochs[1]["own"] < epochs[0]["own"]
