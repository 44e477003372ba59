"""The measurements of lab 05: three kinds of seeds, other sizes and other kinds in every attempt.

Pure NumPy, no TensorFlow. The learner's run and the judge use this same file; the judge draws
points with a number of its own, so those exist only while it grades.
"""

import numpy as np

FEATURES = 4
KINDS = ("barley", "oat", "rye")
TRAINING = 1200


def load(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return `x, y` to train on, of the attempt with this seed.

    x: float32 of shape (n, 4), all above 0. y: int64 of shape (n,), an index into KINDS.
    """
    return make(seed, TRAINING, draw=1)


def make(seed: int, count: int, draw: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw `count` seeds of the world that `seed` describes; `draw` picks which ones."""
    world = np.random.default_rng([seed, 5])
    corners = np.array([[1, 1, 1, 1], [1, -1, -1, 1], [-1, 1, -1, -1]], np.float64)
    centres = corners[:, world.permutation(FEATURES)] * world.choice((-1.0, 1.0), FEATURES)
    sizes = world.uniform(-0.5, 0.5, FEATURES)

    points = np.random.default_rng([seed, draw, 13])
    kinds = points.integers(0, len(KINDS), size=count)
    logs = sizes + 0.8 * centres[kinds] + points.normal(scale=0.5, size=(count, FEATURES))
    return np.exp(logs).astype("float32"), kinds.astype("int64")
