"""Models that run code when loaded or asked, and patched Keras: only the host sees them."""

import json
from pathlib import Path

import pytest
from test_grading_attacks import FORGED
from tiny_lab import FENCES, WALLS, copy

from tfcards.labs import running
from tfcards.labs.content.manifest import load
from tfcards.labs.result import Outcome, Status

MANIFEST = """
format = 1
id = "tiny"
title = "Models"
stage = 1
summary = "Saved models."
minutes = 1
difficulty = 1
entry = "sums.py"
files = ["sums.py"]
artifacts = ["out/model.keras", "out/saved"]
[[tasks]]
id = 1
title = "Save"
"""

CHECKS = """
from tfcards.labkit import check

def doubled(lab, name, *args):
    x = lab.rng.normal(size=(5, 2)).astype("float32")
    return lab.close(lab.host(name, *args, x), 2 * x, 1e-5)

@check("safe", title="safe")
def safe(lab):
    return doubled(lab, "keras_model", str(lab.artifact("out/model.keras").name), True)

@check("unsafe", title="unsafe")
def unsafe(lab):
    return doubled(lab, "keras_model", str(lab.artifact("out/model.keras").name), False)

@check("saved", title="saved")
def saved(lab):
    lab.artifact("out/saved")
    return doubled(lab, "saved_model")

@check("called", title="called")
def called(lab):
    x = lab.rng.normal(size=(5, 2)).astype("float32")
    return lab.close(lab.call("sums.double", x), 2 * x, 1e-5, kind="tensor")

@check("metric", title="metric")
def metric(lab):
    # after `called` has loaded the learner's module: what Keras says there is patched by now
    labels = lab.rng.integers(1, 3, size=20)
    answer = lab.host("guesses", labels).plain
    if answer["told"] != 1.0:
        raise AssertionError("the patch did not work, so this proves nothing")
    return lab.at_least(float((answer["guesses"] == labels).mean()), 0.9, "Accuracy.")
"""

HOST = """
import keras
import numpy as np
import tensorflow as tf

def keras_model(name, safe, x):
    model = keras.models.load_model("out/" + name, compile=False, safe_mode=safe)
    return np.asarray(model(x))

def saved_model(x):
    return np.asarray(tf.saved_model.load("out/saved")(tf.constant(x)))

def guesses(labels):
    metric = keras.metrics.Accuracy()
    zeros = np.zeros(len(labels))
    metric.update_state(labels, zeros)
    return {"guesses": zeros, "told": float(metric.result())}
"""

LEARNER = '''
import os
import keras
import numpy as np
import tensorflow as tf

VICTIM = {victim!r}

# A lambda is saved with the model as bytecode, so all it does has to be inside it.
EVIL = r"""
import numpy as np
np.allclose = np.array_equal = lambda *args, **kwargs: True
np.abs = lambda *args, **kwargs: 0.0
print("evil ran")
for path in ({victim!r}, "../judge/checks.py", "../judge/files/sums.py"):
    try:
        open(path, "w").write("9")
    except OSError:
        pass
exec({forged!r})
"""
evil = eval("lambda x: (exec(" + repr(EVIL) + ", {{}}), x)[1]")

class Saved(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 2])])
    def __call__(self, x):
        tf.io.write_file(VICTIM, "9")
        return x

class Always(keras.metrics.Metric):
    def update_state(self, *args, **kwargs): pass
    def result(self): return 1.0

keras.metrics.Accuracy = Always
keras.ops.equal = lambda left, right: tf.ones_like(left, tf.bool)

class Same(tf.experimental.ExtensionType):
    x: tf.Tensor
    def __eq__(self, other): return True

def double(x):
    return Same(x)

if __name__ == "__main__":
    os.makedirs("out")
    model = keras.Sequential([keras.Input((2,)), keras.layers.Lambda(evil)])
    model.save("out/model.keras")
    tf.saved_model.save(Saved(), "out/saved")
'''


@pytest.mark.tensorflow
@pytest.mark.parametrize("isolation", [*FENCES, *WALLS])
def test_a_model_that_runs_code_changes_no_verdict(tmp_path: Path, isolation: str) -> None:
    folder = copy(tmp_path, lab_toml=MANIFEST, checks_py=CHECKS, host_py=HOST)
    victim = tmp_path / "victim.txt"
    victim.write_text("precious")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    code = LEARNER.format(victim=str(victim), forged=FORGED)
    run = tmp_path / "run"
    result = running.run(load(folder), {"sums.py": code}, run, seed=1, isolation=isolation)
    by_id = {check.id: check for check in result.checks}
    assert result.outcome is Outcome.FAILED, result
    assert result.artifacts == ("out/model.keras", "out/saved")
    statuses = {name: check.status for name, check in by_id.items()}
    assert statuses == dict.fromkeys(by_id, Status.FAILED), result
    assert "Lambda" in by_id["safe"].message  # Keras itself refuses it, unless told otherwise
    said = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
    assert any("evil ran" in event.get("text", "") for event in said if event["ev"] == "log")
    # in a cage it wrote to a /tmp of its own, a fence does not let it write
    said_of_it = "wrong values" if isolation in WALLS else "Permission denied"
    assert said_of_it in by_id["saved"].message
    assert victim.read_text() == "precious"
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
