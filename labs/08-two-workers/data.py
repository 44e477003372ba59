"""The data, the sizes and the first weights of lab 08. Pure NumPy, no TensorFlow.

A reading has eight measurements of a machine and one of three states. The rows come in the order in
which they are to be learnt from: step t takes rows t * GLOBAL_BATCH to (t + 1) * GLOBAL_BATCH - 1.
"""

import numpy as np

FEATURES = 8
HIDDEN = 16
STATES = 3
GLOBAL_BATCH = 64  # rows in a step, over all workers
STEPS = 40  # of the whole training
SAVE_EVERY = 10  # steps
RATE = 0.05
MOMENTUM = 0.8


def load(seed: int, start_seed: int, worker_seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the table as one worker reads it, `x, y`: float32 (2560, 8) and int64, 0 to 2.

    The attempt's seed makes the machines; the start's seed draws the rows, anew for each start.
    Each worker measures with noise of its own.
    """
    machines = np.random.default_rng([seed, 8]).normal(size=(STATES, FEATURES))
    random = np.random.default_rng([seed, start_seed])
    y = random.integers(0, STATES, size=STEPS * GLOBAL_BATCH)
    x = machines[y] + random.normal(scale=1.2, size=(len(y), FEATURES))
    x += np.random.default_rng([start_seed, worker_seed]).normal(scale=0.5, size=x.shape)
    return x.astype("float32"), y


def first_weights(worker_seed: int, shape: tuple[int, ...]) -> np.ndarray:
    """Return random weights for a layer's kernel, of the given shape, float32."""
    random = np.random.default_rng([worker_seed, *shape])
    return random.normal(scale=0.5, size=shape).astype("float32")
