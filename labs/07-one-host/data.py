"""The points of lab 07: a board of two colours, turned and scaled by the seed, named by people.

Pure NumPy, no TensorFlow. The judge has data of its own.
"""

import numpy as np

TRAINING = 2560
VALIDATION = 700
FEATURES = 2
COLOURS = 2


def load(seed: int) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
    """Return `(x, y, sure)` to train on, and `(x, y, sure)` to validate.

    x: float32 of shape (n, 2), y: int64 of shape (n,), 0 or 1. `sure`: float32 of shape (n,), 0.2
    to 1: how sure the person was who named the colour. Unsure people are wrong more often.
    """
    return make(seed, TRAINING, draw=1), make(seed, VALIDATION, draw=2)


def make(seed: int, count: int, draw: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw `count` points of the board that `seed` describes; `draw` picks which ones."""
    world = np.random.default_rng([seed, 7])
    angle, size = world.uniform(0, np.pi), world.uniform(2.0, 2.4)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

    points = np.random.default_rng([seed, draw, 17])
    x = points.uniform(-2, 2, size=(count, FEATURES))
    colour = np.floor(x @ turn / size).sum(axis=1).astype("int64") % COLOURS
    sure = points.uniform(0.2, 1.0, size=count)
    is_wrong = points.uniform(size=count) < 0.25 * (1 - sure)
    named = np.where(is_wrong, 1 - colour, colour)
    return x.astype("float32"), named, sure.astype("float32")
