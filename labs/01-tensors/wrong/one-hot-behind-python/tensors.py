"""Eight small functions on tensors: the reference solution."""

import tensorflow as tf


def addition_table(start, stop, step):
    """Table of all sums of two axis values."""
    axis = tf.range(start, stop, step, dtype=tf.float32)
    return axis[:, tf.newaxis] + axis[tf.newaxis, :]


def scale(x, factor):
    """`x` times `factor`, in the dtype of `x`."""
    if x.dtype.is_floating:
        return x * factor
    product = tf.cast(x, tf.float64) * factor
    return tf.saturate_cast(tf.round(product), x.dtype)


def windows(series, size, stride):
    """All whole windows of `size` time steps, each `stride` steps after the one before."""
    count = tf.maximum(0, (tf.shape(series)[0] - size) // stride + 1)
    starts = tf.range(count) * stride
    return tf.gather(series, starts[:, tf.newaxis] + tf.range(size)[tf.newaxis, :])


def pick(scores, indices):
    """From each row of `scores`, the columns that the same row of `indices` names."""
    return tf.gather(scores, indices, axis=1, batch_dims=1)


def patch(x, positions, values):
    """`x` with `values` at `positions`, everything else as it was."""
    return tf.tensor_scatter_nd_update(x, positions, values)


def one_hot(labels, classes):
    """One-hot vectors of `labels`, zeros where a label is no class."""
    return tf.py_function(lambda known: tf.one_hot(known, classes), [labels], tf.float32)


def masked_mean(x, lengths):
    """Mean over the first `lengths[b]` time steps of each sequence, 0 for an empty one."""
    real = tf.sequence_mask(lengths, tf.shape(x)[1])[:, :, tf.newaxis]
    total = tf.reduce_sum(tf.where(real, x, 0.0), axis=1)
    return tf.math.divide_no_nan(total, tf.cast(lengths, tf.float32)[:, tf.newaxis])


def project(batch, weights):
    """Each example made flat, times `weights`, in float32."""
    flat = tf.reshape(tf.cast(batch, tf.float32), [tf.shape(batch)[0], -1])
    return tf.matmul(flat, tf.cast(weights, tf.float32))
