"""Toy sentences of lab 06, for the run alone: the checks draw inputs of their own.

Pure NumPy, no TensorFlow. A sentence is a row of word numbers, padded with 0 at the end. Its label
says whether words of the second half of the vocabulary outnumber those of the first.
"""

import numpy as np

WORDS = 40  # word numbers 1 to 39; 0 is padding
LONGEST = 12


def load(seed: int, count: int = 1000) -> tuple[np.ndarray, np.ndarray]:
    """Return `sentences, labels`: int32 of shape (n, 12) and int64 of shape (n, 1), 0 or 1."""
    random = np.random.default_rng([seed, 6])
    sentences = random.integers(1, WORDS, size=(count, LONGEST)).astype("int32")
    lengths = random.integers(1, LONGEST + 1, size=count)
    sentences[np.arange(LONGEST)[None, :] >= lengths[:, None]] = 0
    late = np.where(sentences == 0, 0, np.where(sentences >= WORDS // 2, 1, -1))
    return sentences, (late.sum(axis=1, keepdims=True) > 0).astype("int64")
