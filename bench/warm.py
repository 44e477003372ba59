"""How soon training begins: a warm run against a cold `python file.py`, in one sitting.

Both do the same: a small network and one training step, with a loop of one's own or by `fit`. The
warm time is from the moment the run is ordered, as the window orders it, to the end of that step.
What `fit` does before its first step (it traces a graph, about a second) is the same in both.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from tfcards.labs import running
from tfcards.labs.content.manifest import load
from tfcards.labs.job import Limits
from tfcards.labs.warm import WarmServer, hindrance

TIMES = 7
LAB = Path(__file__).parents[1] / "tests" / "data" / "labs" / "tiny"
MODEL = """
import time
import keras
import numpy as np
import tensorflow as tf

model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(32), keras.layers.Dense(10)])
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

def tell(*_, **__):
    print("trained", time.time(), flush=True)

x, y = np.zeros((32, 64), "float32"), np.zeros(32, "int32")
"""
STEPS = {
    "own loop": """
with tf.GradientTape() as tape:
    value = loss(y, model(x))
gradients = tape.gradient(value, model.trainable_variables)
keras.optimizers.SGD(0.1).apply_gradients(zip(gradients, model.trainable_variables))
tell()
""",
    "fit": """
model.compile("adam", loss)
model.fit(x, y, verbose=0, callbacks=[keras.callbacks.LambdaCallback(on_train_batch_end=tell)])
""",
}


def main() -> None:
    problem = hindrance()
    if problem:
        print(f"{'first training step, warm / cold':<40} not measured: {problem}")
        return
    with tempfile.TemporaryDirectory() as folder:
        for name, step in STEPS.items():
            measure(name, MODEL + step, Path(folder) / name.replace(" ", "-"))


def measure(name: str, code: str, place: Path) -> None:
    place.mkdir()
    file = place / "train.py"
    file.write_text(code, "utf-8")
    server = WarmServer()
    server.wake()
    warm_run(code, place / "first")  # waits until the server has imported
    cold, warm = [], []
    for number in range(TIMES):
        cold.append(cold_run(file))
        warm.append(warm_run(code, place / f"warm-{number}"))
    server.close()
    ours, floor = statistics.median(warm), statistics.median(cold)
    print(f"{f'first step ({name}), warm / cold':<40} {ours:.2f} s / {floor:.2f} s "
          f"= {ours / floor:.2f}   (worst {max(warm):.2f} s)")  # fmt: skip


def cold_run(file: Path) -> float:
    began = time.time()
    done = subprocess.run(
        [sys.executable, str(file)], capture_output=True, text=True, check=True, cwd=file.parent
    )
    return trained(done.stdout) - began


def warm_run(code: str, folder: Path) -> float:
    said = []
    lab = replace(load(LAB), framework="tensorflow", limits=Limits(), checks=())
    began = time.time()
    running.run(lab, {"sums.py": code}, folder, seed=1, on_event=said.append)
    assert said[0]["warm"]
    return trained("".join(event.get("text", "") for event in said)) - began


def trained(text: str) -> float:
    return float(text.partition("trained ")[2].split()[0])


if __name__ == "__main__":
    main()
