"""The signals of lab 03: three kinds of wave, a few values long, under noise.

Pure NumPy, no TensorFlow. It is here for your own run; the judge writes files of its own.
"""

import numpy as np

LENGTH = 12  # values of one signal
KINDS = ("smooth", "jumping", "rising")

WEATHER = """\
time,station,temperature,humidity,rain
0,Halle,12.5,81,1
600,"Halle, Nord",,79.5,0
1200,,13.25,,0
1800,Jena,14,77,
2400,Jena,warm,76,0
3000,Jena,14.75,75,1
"""


def make(seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw signals, float32 of shape (count, LENGTH), and their labels, int64 from 0 to 2."""
    rng = np.random.default_rng([seed, 3])
    labels = rng.integers(0, len(KINDS), size=count)
    place = np.arange(LENGTH) / 6 + rng.uniform(0, 2, size=(count, 1))
    sine = np.sin(np.pi * place)
    waves = np.stack([sine, np.sign(sine), 2 * (place / 2 % 1) - 1])
    signals = waves[labels, np.arange(count)] + rng.normal(scale=0.25, size=(count, LENGTH))
    return signals.astype("float32"), labels.astype("int64")
