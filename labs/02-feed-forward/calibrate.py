"""Measures what a solution of lab 02 reaches on many seeds; its figures stand in lab.toml.

python labs/02-feed-forward/calibrate.py --seeds 24
python labs/02-feed-forward/calibrate.py --seeds 6 --of wrong/too-few-epochs
"""

import argparse
import contextlib
import importlib.util
import io
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import keras
import numpy as np

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER))

import checks  # noqa: E402
import data  # noqa: E402


class Attempt:
    """As much of a lab as the linear baseline asks for."""

    def __init__(self, seed):
        self.seed = seed


def measure(script, seed):
    """Run one attempt in a fresh folder and score the model it saved, as the judge does."""
    keras.backend.clear_session()
    os.environ["TFCARDS_SEED"] = str(seed)
    began, busy = time.monotonic(), time.process_time()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        spec = importlib.util.spec_from_file_location("train", script)
        train = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(train)
        with contextlib.redirect_stdout(io.StringIO()):
            train.main()
        seconds, busy = time.monotonic() - began, time.process_time() - busy
        model = keras.models.load_model("out/model.keras", compile=False)
        told = json.loads(Path("out/report.json").read_text())
    points, labels = data.make(seed, checks.HIDDEN, draw=10_000 + seed)
    outputs = np.asarray(model(points, training=False))
    validation, validation_labels = data.load(seed)[1]
    validated = np.asarray(model(validation, training=False))
    return {
        "accuracy": checks._accuracy(outputs, labels),  # noqa: SLF001
        "loss": checks._cross_entropy(outputs, labels),  # noqa: SLF001
        "linear": checks._linear_accuracy(Attempt(seed), points, labels),  # noqa: SLF001
        "told too much": told["val_accuracy"] - checks._accuracy(validated, validation_labels),  # noqa: SLF001
        "seconds": seconds,
        "processor seconds": busy,
    }


def main():
    """Print one line per seed and the summary."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=24)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--of", default="solution")
    options = parser.parse_args()
    runs = []
    for seed in range(options.first, options.first + options.seeds):
        runs.append(measure(FOLDER / options.of / "train.py", seed))
        print(f"seed {seed}: " + "  ".join(f"{k} {v:.4f}" for k, v in runs[-1].items()), flush=True)
    for name in runs[0]:
        values = np.array([run[name] for run in runs])
        print(f"{name}: min {values.min():.4f} mean {values.mean():.4f} max {values.max():.4f}")


if __name__ == "__main__":
    main()
