"""Three layers, a loss and a gradient of your own.

Finish the classes and the function; `main` trains a small text model from them. It is not graded.
"""

import os

import data
import keras
import tensorflow as tf
from keras import ops  # noqa: F401 - for the calls

SEED = int(os.environ.get("TFCARDS_SEED", "0"))


# TODO(2): each of the four classes has to come back from a file, by itself and with all its
# arguments. It is the same three steps for each of them.


class NormDense(keras.layers.Layer):
    """activation(x @ w + bias); column j of w is direction[:, j], made gain[j] long."""

    def __init__(self, units, activation=None):
        super().__init__()
        # TODO(1): keep the arguments here, make the weights in `build`.
        raise NotImplementedError("NormDense")

    def call(self, x):
        raise NotImplementedError("NormDense")


class MaskedMean(keras.layers.Layer):
    """Mean of (batch, time, features) over the time steps that the mask keeps."""

    def call(self, x, mask=None):
        # TODO(3): and think of what becomes of the mask behind this layer.
        raise NotImplementedError("MaskedMean")


class StepDropout(keras.layers.Layer):
    """Drops whole time steps of (batch, time, features) while training, and only then."""

    def __init__(self, rate, seed=None):
        super().__init__()
        # TODO(4): what has to live as long as the layer?
        raise NotImplementedError("StepDropout")

    def call(self, x, training=False):
        raise NotImplementedError("StepDropout")


class FocalLoss(keras.losses.Loss):
    """Binary cross-entropy of logits in which easy examples count little."""

    def __init__(self, gamma=2.0):
        super().__init__()
        # TODO(5): callers may also give `reduction` and `name`.
        raise NotImplementedError("FocalLoss")

    def call(self, y_true, y_pred):
        raise NotImplementedError("FocalLoss")


def clip_gradient(x, limit):
    """Return `x`; on the way back each element of the gradient is clipped to -limit … limit."""

    # TODO(6): a function with a gradient of your own.
    raise NotImplementedError("clip_gradient")


def main():
    """Train a small text model from these parts; not graded, but good to look at."""
    keras.utils.set_random_seed(SEED)
    sentences, labels = data.load(SEED)
    model = keras.Sequential(
        [
            keras.Input((data.LONGEST,), dtype="int32"),
            keras.layers.Embedding(data.WORDS, 8, mask_zero=True),
            StepDropout(0.1),
            MaskedMean(),
            NormDense(8, activation="tanh"),
            NormDense(1),
        ]
    )
    accuracy = keras.metrics.BinaryAccuracy(threshold=0.0, name="accuracy")
    model.compile(keras.optimizers.Adam(0.02), FocalLoss(), metrics=[accuracy])
    model.fit(sentences, labels, validation_split=0.2, epochs=6, verbose=2)
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = 100.0 * clip_gradient(x, 5.0)
    print("value", float(y), "and gradient, clipped:", float(tape.gradient(y, x)))


if __name__ == "__main__":
    try:
        main()
    except NotImplementedError as missing:
        print(f"Still to write: {missing}")
