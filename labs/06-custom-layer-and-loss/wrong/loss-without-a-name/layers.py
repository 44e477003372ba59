"""Three layers, a loss and a gradient of your own: the reference solution."""

import keras
import tensorflow as tf
from keras import ops


@keras.saving.register_keras_serializable(package="lab")
class NormDense(keras.layers.Layer):
    """activation(x @ w + bias); column j of w is direction[:, j], made gain[j] long."""

    def __init__(self, units, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.activation = keras.activations.get(activation)

    def build(self, input_shape):
        shape = (input_shape[-1], self.units)
        self.direction = self.add_weight(
            name="direction", shape=shape, initializer="glorot_uniform"
        )
        self.gain = self.add_weight(name="gain", shape=(self.units,), initializer="ones")
        self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros")

    def call(self, x):
        length = ops.sqrt(ops.sum(ops.square(self.direction), axis=0))
        return self.activation(ops.matmul(x, self.direction * (self.gain / length)) + self.bias)

    def get_config(self):
        activation = keras.activations.serialize(self.activation)
        return {**super().get_config(), "units": self.units, "activation": activation}


@keras.saving.register_keras_serializable(package="lab")
class MaskedMean(keras.layers.Layer):
    """Mean of (batch, time, features) over the time steps that the mask keeps."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, x, mask=None):
        if mask is None:
            return ops.mean(x, axis=1)
        kept = ops.expand_dims(mask, -1)
        total = ops.sum(ops.where(kept, x, 0.0), axis=1)
        return total / ops.maximum(ops.sum(ops.cast(kept, x.dtype), axis=1), 1.0)

    def compute_mask(self, inputs, mask=None):
        return None


@keras.saving.register_keras_serializable(package="lab")
class StepDropout(keras.layers.Layer):
    """Drops whole time steps of (batch, time, features) while training, and only then."""

    def __init__(self, rate, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.rate = rate
        self.seed = seed
        self.random = keras.random.SeedGenerator(seed)
        self.supports_masking = True

    def call(self, x, training=False):
        if not training:
            return x
        batch, time = ops.shape(x)[0], ops.shape(x)[1]
        kept = keras.random.uniform((batch, time, 1), seed=self.random) >= self.rate
        return ops.where(kept, x / (1.0 - self.rate), 0.0)

    def get_config(self):
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}


@keras.saving.register_keras_serializable(package="lab")
class FocalLoss(keras.losses.Loss):
    """Binary cross-entropy of logits in which easy examples count little."""

    def __init__(self, gamma=2.0, reduction="sum_over_batch_size"):
        super().__init__(reduction=reduction)
        self.gamma = gamma

    def call(self, y_true, y_pred):
        sign = 2.0 * ops.cast(y_true, y_pred.dtype) - 1.0
        right = sign * y_pred  # large where the answer is right
        easy = ops.exp(-self.gamma * ops.softplus(right))  # (1 - p) ** gamma
        return ops.mean(easy * ops.softplus(-right), axis=-1)

    def get_config(self):
        return {"reduction": self.reduction, "gamma": self.gamma}


def clip_gradient(x, limit):
    """Return `x`; on the way back each element of the gradient is clipped to -limit … limit."""

    @tf.custom_gradient
    def identity(value):
        return tf.identity(value), lambda upstream: tf.clip_by_value(upstream, -limit, limit)

    return identity(x)
