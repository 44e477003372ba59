"""Train a small feed-forward network on three spiral arms and save it.

Finish the four functions; `main` already calls them in order. Press Run to train.
"""

import os
from pathlib import Path

import data
import keras
import numpy as np

SEED = int(os.environ.get("TFCARDS_SEED", "0"))  # another one in every attempt: the data turn
OUT = Path("out")


def build_model(x_train):
    """Return an untrained keras.Model: raw measurements (n, 2) in, probabilities (n, 3) out.

    The measurements come in odd units, so the scaling has to be a layer of the model itself.
    """
    # TODO(1): scaling that knows x_train, hidden layers, and an output layer for data.CLASSES.
    raise NotImplementedError("build_model")


def train(model, training, validation):
    """Compile the model and fit it; `training` and `validation` are pairs (x, y)."""
    # TODO(2): choose optimizer and loss, fit with validation_data, watch the curves.
    raise NotImplementedError("train")


def save(model, path):
    """Write the trained model to `path` (it ends in .keras), making its folder if needed."""
    # TODO(3)
    raise NotImplementedError("save")


def report(model, validation, path):
    """Write {"val_loss": …, "val_accuracy": …} of the trained model to `path` as JSON."""
    # TODO(4): measure on the validation data; JSON wants plain Python floats.
    raise NotImplementedError("report")


def main():
    """Run the four steps in order."""
    keras.utils.set_random_seed(SEED)
    training, validation = data.load(SEED)
    print(f"seed {SEED}: {len(training[0])} points to train on, {len(validation[0])} to validate")
    print(f"measurements from {np.min(training[0], axis=0)} to {np.max(training[0], axis=0)}")
    model = build_model(training[0])
    train(model, training, validation)
    save(model, OUT / "model.keras")
    report(model, validation, OUT / "report.json")


if __name__ == "__main__":
    try:
        main()
    except NotImplementedError as missing:
        print(f"Still to write: {missing}")
