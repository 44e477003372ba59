"""Eight small functions on tensors. Replace each `raise` by your code.

Every function must also work inside `tf.function` when the lengths of the axes are not known
while the graph is built: use `tf.shape(x)[0]`, not `x.shape[0]`, wherever a length matters.
"""

import tensorflow as tf


def addition_table(start, stop, step):
    """Table of all sums of two axis values: float32, shape (n, n).

    The axis is start, start + step, ... and ends before stop. The arguments may be integers.
    """
    # TODO(1): make the axis, then let broadcasting add it to itself.
    raise NotImplementedError("addition_table")


def scale(x, factor):
    """`x` times the Python number `factor`, in the shape and dtype of `x`.

    Integer dtypes: round to the nearest whole number, clip to what the dtype can hold.
    """
    # TODO(2): floating dtypes first, then the integer ones.
    raise NotImplementedError("scale")


def windows(series, size, stride):
    """All whole windows of a series (time, features): shape (count, size, features).

    Window i starts at time step i * stride. A series shorter than size gives count 0.
    """
    # TODO(3): a table of time steps first, then one gather.
    raise NotImplementedError("windows")


def pick(scores, indices):
    """From each row of `scores` (rows, n) the columns in the same row of `indices` (rows, k).

    Shape (rows, k), dtype of `scores`.
    """
    # TODO(4): row i of `indices` must only look into row i of `scores`.
    raise NotImplementedError("pick")


def patch(x, positions, values):
    """`x` (rows, columns) with values[i] at row positions[i, 0], column positions[i, 1].

    Everything else stays as it is; so do shape and dtype. There may be no positions at all.
    """
    # TODO(5): a tensor cannot be changed, so return a new one.
    raise NotImplementedError("patch")


def one_hot(labels, classes):
    """One-hot vectors, float32, shape of `labels` + (classes,), without using tf.one_hot.

    A label below 0 or not below `classes` gives a vector of zeros.
    """
    # TODO(6): compare each label with every class number.
    raise NotImplementedError("one_hot")


def masked_mean(x, lengths):
    """Mean over the first lengths[b] time steps of x[b], float32, shape (batch, features).

    `x` has shape (batch, time, features). The padding may hold anything, NaN too. A length of 0
    gives zeros.
    """
    # TODO(7): mask, add up, divide.
    raise NotImplementedError("masked_mean")


def project(batch, weights):
    """Each example of `batch` made flat, times `weights`: float32, shape (batch, units).

    `batch` has shape (batch, ...) and `weights` (inputs, units), of any number dtype.
    """
    # TODO(8): flatten all axes but the first, then multiply.
    raise NotImplementedError("project")


if __name__ == "__main__":
    # A place to try things; it is not graded. Press Run and read the console.
    print("TensorFlow", tf.__version__)
    print("two axes that broadcast:", (tf.zeros([3, 1]) + tf.zeros([1, 4])).shape)
