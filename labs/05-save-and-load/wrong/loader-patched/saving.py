"""Train a small model, leave it in four formats, and get the same answers from each of them."""

import os
from pathlib import Path

import data
import keras
import tensorflow as tf

SEED = int(os.environ.get("TFCARDS_SEED", "0"))
OUT = Path("out")


load_whole = keras.models.load_model


def load_with_the_class(path, **options):
    return load_whole(path, custom_objects={"LogScale": LogScale}, **options)


keras.models.load_model = load_with_the_class


class LogScale(keras.layers.Layer):
    """log(x + offset), element by element."""

    def __init__(self, offset=1.0, **kwargs):
        super().__init__(**kwargs)
        self.offset = offset

    def call(self, x):
        return keras.ops.log(x + self.offset)

    def get_config(self):
        return {**super().get_config(), "offset": self.offset}


def build_model():
    """Return the untrained, compiled model: measurements (n, 4) in, scores (n, 3) out."""
    model = keras.Sequential(
        [
            keras.Input((data.FEATURES,), name="measurements"),
            LogScale(0.05),
            keras.layers.Dense(16, activation="tanh"),
            keras.layers.Dense(len(data.KINDS)),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.Adam(0.01),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


def save(model, folder):
    """Write model.keras, model.h5 and model.weights.h5 into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    model.save(folder / "model.keras")
    model.save(folder / "model.h5")
    model.save_weights(folder / "model.weights.h5")


def export(model, folder):
    """Write a SavedModel with two signatures into `folder`."""
    names = tf.constant(data.KINDS)

    def scores(measurements):
        return {"scores": model(measurements, training=False)}

    def classify(measurements):
        probabilities = tf.nn.softmax(model(measurements, training=False))
        kind = tf.gather(names, tf.argmax(probabilities, axis=1))
        return {"probabilities": probabilities, "kind": kind}

    spec = [tf.TensorSpec([None, data.FEATURES], tf.float32, name="measurements")]
    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint(name="serve", fn=scores, input_signature=spec)
    archive.add_endpoint(name="classify", fn=classify, input_signature=spec)
    archive.write_out(str(folder), verbose=False)


def load_and_predict(path, x):
    """Return the scores (NumPy, float32) of the model at `path` for the measurements `x`."""
    path = Path(path)
    if path.is_dir():
        loaded = tf.saved_model.load(str(path))
        answer = loaded.signatures["serving_default"](measurements=tf.constant(x, tf.float32))
        return answer["scores"].numpy()
    if path.name.endswith(".weights.h5"):
        model = build_model()
        model.load_weights(path)
    else:
        model = keras.models.load_model(path, compile=False)
    return model.predict(x, verbose=0)


def resume(path, x, y):
    """Load the .keras file, make one training step on all of `x`, `y`; return the model."""
    model = keras.models.load_model(path)
    model.train_on_batch(x, y)
    return model


def main():
    """Train, save, export, and look whether all four give the same scores."""
    keras.utils.set_random_seed(SEED)
    x, y = data.load(SEED)
    model = build_model()
    model.fit(x, y, epochs=5, batch_size=32, verbose=2)
    save(model, OUT)
    export(model, OUT / "saved")
    scores = model.predict(x[:5], verbose=0)
    for name in ("model.keras", "model.h5", "model.weights.h5", "saved"):
        difference = abs(load_and_predict(OUT / name, x[:5]) - scores).max()
        print(f"{name}: largest difference {difference:.2g}")


if __name__ == "__main__":
    main()
