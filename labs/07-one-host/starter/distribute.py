"""Train on several replicas of one machine, so that every update is that of the whole batch.

Finish the five functions; `main` trains with them, and its curves are worth watching.
"""

import os
import time

import data
import keras
import tensorflow as tf  # noqa: F401 - for the functions

from tfcards.labkit import report

SEED = int(os.environ.get("TFCARDS_SEED", "0"))


def make_strategy(count):
    """Split the CPU into `count` logical devices; return a MirroredStrategy on all of them."""
    # TODO(1): name the devices, so that a GPU is not taken instead.
    raise NotImplementedError("make_strategy")


def batches(strategy, arrays, per_replica):
    """Return a distributed dataset of the arrays' rows, `per_replica` for each replica and step."""
    # TODO(2): how many rows does a step take from the arrays?
    raise NotImplementedError("batches")


def build(strategy, features, rate):
    """Return a compiled model that lives on all replicas; normalised over the whole batch."""
    # TODO(3): the five layers of the instructions; what must be made inside of the scope?
    raise NotImplementedError("build")


def make_step(strategy, model, optimizer):
    """Return step(x, y, sure): one update on all replicas; gives the loss of the whole batch."""
    # TODO(4): one function runs on each replica, another one sees them all.
    raise NotImplementedError("make_step")


def make_evaluate(strategy, model):
    """Return evaluate(dataset): mean weighted loss and share of right answers of all examples."""
    # TODO(5): which numbers may be added up over parts and batches?
    raise NotImplementedError("make_evaluate")


def main():
    """Train with fit, then go on with your own loop: the curves should not show the change."""
    keras.utils.set_random_seed(SEED)
    strategy = make_strategy(2)
    training, validation = data.load(SEED)
    x, y, sure = training
    print(f"{strategy.num_replicas_in_sync} replicas, {len(x)} points to train on")
    model = build(strategy, data.FEATURES, 0.03)
    model.fit(x, y, sample_weight=sure, batch_size=64, epochs=2, verbose=2)

    examples = batches(strategy, training, 32)
    hidden = batches(strategy, validation, 32)
    step = make_step(strategy, model, model.optimizer)
    evaluate = make_evaluate(strategy, model)
    for epoch in range(2, 9):
        began = time.monotonic()
        for batch in examples:
            loss = step(*batch)
        done = model.optimizer.iterations.numpy()
        found = {f"val_{name}": value for name, value in evaluate(hidden).items()}
        report(step=done, epoch=epoch, loss=loss, **found)
        seconds = time.monotonic() - began
        words = " - ".join(f"{name}: {value:.4f}" for name, value in found.items())
        print(f"Epoch {epoch + 1} - {seconds:.1f}s - {words}")


if __name__ == "__main__":
    try:
        main()
    except NotImplementedError as missing:
        print(f"Still to write: {missing}")
