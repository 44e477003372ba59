"""Train a small feed-forward network on three spiral arms and save it."""

import json
import os
from pathlib import Path

import data
import keras
import numpy as np

SEED = int(os.environ.get("TFCARDS_SEED", "0"))
OUT = Path("out")


def build_model(x_train):
    """Return an untrained network: raw measurements (n, 2) in, probabilities (n, 3) out."""
    scale = keras.layers.Normalization()
    scale.adapt(x_train)
    return keras.Sequential(
        [
            keras.Input((data.FEATURES,)),
            scale,
            keras.layers.Dense(
                48, activation="relu", kernel_regularizer=keras.regularizers.L2(1e-4)
            ),
            keras.layers.Dense(
                48, activation="relu", kernel_regularizer=keras.regularizers.L2(1e-4)
            ),
            keras.layers.Dense(data.CLASSES, activation="softmax"),
        ]
    )


def train(model, training, validation):
    """Compile the model and fit it; `training` and `validation` are pairs (x, y)."""
    model.compile(
        optimizer=keras.optimizers.Adam(0.02),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    calmer = keras.callbacks.ReduceLROnPlateau(patience=3, factor=0.3)
    x, y = training
    model.fit(
        x, y, validation_data=validation, epochs=8, batch_size=32, callbacks=[calmer], verbose=2
    )


def save(model, path):
    """Write the trained model to `path` (it ends in .keras)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    model.save(path)


def report(model, validation, path):
    """Write {"val_loss": …, "val_accuracy": …} of the trained model to `path` as JSON."""
    x, y = validation
    loss, accuracy = model.evaluate(x, y, verbose=0)
    path.write_text(json.dumps({"val_loss": float(loss), "val_accuracy": float(accuracy)}))


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
    main()
