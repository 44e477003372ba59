"""The measurements of lab 02: three spiral arms, turned and measured differently for every seed.

Pure NumPy, no TensorFlow. The learner's run and the judge use this same file; the judge asks for
the split "hidden" with a seed of its own, so those points exist only while it grades.
"""

import numpy as np

CLASSES = 3
FEATURES = 2
TRAINING = 1500
VALIDATION = 500


def load(seed: int) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Return `(x_train, y_train), (x_validation, y_validation)` of the attempt with this seed.

    x: float32 of shape (n, 2), in the instruments' own units. y: int64 of shape (n,), 0 to 2.
    """
    return make(seed, TRAINING, draw=1), make(seed, VALIDATION, draw=2)


def make(seed: int, count: int, draw: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw `count` points of the world that `seed` describes; `draw` picks which points."""
    world = np.random.default_rng([seed, 7])
    turn = world.uniform(0, 2 * np.pi)
    names = world.permutation(CLASSES)
    units = 10.0 ** world.uniform((-2.0, 2.0), (-1.0, 3.0))
    zero = units * world.uniform(3.0, 8.0, size=FEATURES) * world.choice((-1.0, 1.0), FEATURES)

    points = np.random.default_rng([seed, draw, 11])
    arm = points.integers(0, CLASSES, size=count)
    radius = np.sqrt(points.uniform(0.03, 1.0, size=count))
    angle = turn + 2 * np.pi * arm / CLASSES + 8.0 * radius
    plane = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    plane += points.normal(scale=0.06, size=plane.shape)
    return (plane * units + zero).astype("float32"), names[arm].astype("int64")
