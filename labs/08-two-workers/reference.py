"""The training of lab 08 in one process, in NumPy and double precision. For the judge alone."""

from dataclasses import dataclass, field
from itertools import pairwise

import data
import numpy as np

Arrays = list[np.ndarray]


@dataclass
class Training:
    """A model with the state of its optimizer; `losses` of the steps made so far."""

    weights: Arrays
    momenta: Arrays
    losses: list[float] = field(default_factory=list)

    @classmethod
    def begun(cls, worker_seed: int) -> "Training":
        """With the first weights that a worker of this seed draws."""
        sizes = (data.FEATURES, data.HIDDEN, data.STATES)
        weights: Arrays = []
        for before, after in pairwise(sizes):
            kernel = data.first_weights(worker_seed, (before, after))
            weights += [kernel.astype(np.float64), np.zeros(after)]
        return cls(weights, [np.zeros_like(one) for one in weights])

    def go_on(
        self, x: np.ndarray, y: np.ndarray, first: int, last: int, share: float = 1.0
    ) -> "Training":
        """The same after steps `first` to `last - 1`, with gradients `share` times as large."""
        now = Training([*self.weights], [*self.momenta], [*self.losses])
        for step in range(first, last):
            rows = slice(step * data.GLOBAL_BATCH, (step + 1) * data.GLOBAL_BATCH)
            now._update(x[rows].astype(np.float64), y[rows], share)
        return now

    def forgetting(self) -> "Training":
        """The same with a new optimizer."""
        return Training(self.weights, [np.zeros_like(one) for one in self.weights], self.losses)

    def _update(self, x: np.ndarray, y: np.ndarray, share: float) -> None:
        kernel, bias, kernel_out, bias_out = self.weights
        hidden = np.tanh(x @ kernel + bias)
        scores = hidden @ kernel_out + bias_out
        lower = scores - scores.max(axis=1, keepdims=True)
        chances = np.exp(lower) / np.exp(lower).sum(axis=1, keepdims=True)
        self.losses.append(float(-np.log(chances[np.arange(len(y)), y]).mean()))
        back = (chances - np.eye(data.STATES)[y]) / len(y)
        inner = back @ kernel_out.T * (1 - hidden**2)
        slopes = (x.T @ inner, inner.sum(axis=0), hidden.T @ back, back.sum(axis=0))
        self.momenta = [
            data.MOMENTUM * old - data.RATE * share * slope
            for old, slope in zip(self.momenta, slopes, strict=True)
        ]
        self.weights = [old + new for old, new in zip(self.weights, self.momenta, strict=True)]
