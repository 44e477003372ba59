"""How soon training begins: a warm run against a cold `python file.py`, in one sitting.

Both do the same: a small network, one step of `fit`. The warm time is from the moment the run is
ordered, as the window orders it, to the end of that step.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from tfcards.labs import running
from tfcards.labs.job import Limits
from tfcards.labs.manifest import load
from tfcards.labs.warm import WarmServer, hindrance

TIMES = 3
LAB = Path(__file__).parents[1] / "tests" / "data" / "labs" / "tiny"
STEP = """
import time
import keras
import numpy as np

layers = [keras.Input((64,)), keras.layers.Dense(32, "relu"), keras.layers.Dense(10)]
model = keras.Sequential(layers)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile("adam", loss)
model.fit(np.zeros((32, 64), "float32"), np.zeros(32, "int32"), verbose=0)
print("trained", time.time())
"""


def main() -> None:
    problem = hindrance()
    if problem:
        print(f"{'first training step, warm':<40} not measured: {problem}")
        return
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        file = place / "train.py"
        file.write_text(STEP, "utf-8")
        cold = [trained(cold_run(file)) for _ in range(TIMES)]
        server = WarmServer()
        server.wake()
        warm_run(place / "first")  # waits until the server has imported
        warm = [warm_run(place / f"warm-{number}") for number in range(TIMES)]
        server.close()
    ours, floor = statistics.median(warm), statistics.median(cold)
    print(f"{'first training step, warm / cold':<40} {ours:.2f} s / {floor:.2f} s "
          f"= {ours / floor:.2f}   (worst {max(warm):.2f} s)")  # fmt: skip


def cold_run(file: Path) -> tuple[float, str]:
    began = time.time()
    done = subprocess.run(
        [sys.executable, str(file)], capture_output=True, text=True, check=True, cwd=file.parent
    )
    return began, done.stdout


def warm_run(folder: Path) -> float:
    said = []
    lab = replace(load(LAB), framework="tensorflow", limits=Limits())
    began = time.time()
    running.run(lab, {"sums.py": STEP}, folder, seed=1, on_event=said.append)
    assert said[0]["warm"]
    return trained((began, "".join(event.get("text", "") for event in said)))


def trained(run: tuple[float, str]) -> float:
    began, text = run
    return float(text.partition("trained ")[2].split()[0]) - began


if __name__ == "__main__":
    main()
