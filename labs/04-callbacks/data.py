"""The points of lab 04: two moons under noise, few enough that a network learns them by heart.

Pure NumPy, no TensorFlow. It is here for your own run; the judge has data of its own.
"""

import numpy as np

TRAINING = 120
VALIDATION = 400


def load(seed: int) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Return `(x_train, y_train), (x_validation, y_validation)`.

    x: float32 of shape (n, 2). y: float32 of shape (n, 1), 0 or 1.
    """
    return make(seed, TRAINING, draw=1), make(seed, VALIDATION, draw=2)


def make(seed: int, count: int, draw: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw `count` points; `draw` picks which."""
    rng = np.random.default_rng([seed, draw, 4])
    label = rng.integers(0, 2, size=count)
    angle = np.pi * rng.uniform(size=count)
    x = np.where(label, 1 - np.cos(angle), np.cos(angle))
    y = np.where(label, 0.5 - np.sin(angle), np.sin(angle))
    points = np.stack([x, y], axis=1) + rng.normal(scale=0.35, size=(count, 2))
    return points.astype("float32"), label[:, None].astype("float32")
