"""Train on two workers, one of which is going to be killed.

Finish the six functions; `build_model` and `main` stay as they are.
"""

import os
from pathlib import Path

import data
import keras
import numpy as np
import tensorflow as tf

from tfcards.labkit import report  # noqa: F401 - for `train`

SEED = int(os.environ.get("TFCARDS_SEED", "0"))
START_SEED = int(os.environ.get("TFCARDS_START_SEED", "0"))
WORKER_SEED = int(os.environ.get("TFCARDS_WORKER_SEED", "0"))
OUT = Path("out")
CHECKPOINTS = OUT / "checkpoints"


def make_strategy():
    """Return the strategy that joins the cluster of TF_CONFIG."""
    # TODO(1): nothing of TensorFlow may run before it.
    raise NotImplementedError("make_strategy")


def worker_dataset(context, x, y, first):
    """Return one worker's part of the batches, from step `first` on."""
    # TODO(2): `context` knows how many workers there are, and which of them this is.
    raise NotImplementedError("worker_dataset")


def make_step(strategy, model, optimizer):
    """Return step(batch): one update on all workers, and the mean loss of the global batch."""
    # TODO(3): a function for one replica, and one for all of them.
    raise NotImplementedError("make_step")


def train(step, batches, done, manager):
    """Make the steps that are left; count, report and save. Return the losses."""
    # TODO(4): from `done` to data.STEPS.
    raise NotImplementedError("train")


def save_folder(folder, task_id):
    """Return where worker `task_id` writes its checkpoints: the chief to `folder`."""
    # TODO(4): two programs must not write the same files.
    raise NotImplementedError("save_folder")


def resume(checkpoint, folder):
    """Restore the newest checkpoint in `folder`, if there is one."""
    # TODO(5): at the very first start there is none.
    raise NotImplementedError("resume")


def build_model():
    """A small classifier; each worker draws first weights of its own."""

    def first_weights(shape, dtype=None):
        return data.first_weights(WORKER_SEED, tuple(shape))

    return keras.Sequential(
        [
            keras.Input((data.FEATURES,)),
            keras.layers.Dense(data.HIDDEN, activation="tanh", kernel_initializer=first_weights),
            keras.layers.Dense(data.STATES, kernel_initializer=first_weights),
        ]
    )


def main():
    """Join, resume, train, and leave what this worker ended with."""
    strategy = make_strategy()
    task_id = strategy.cluster_resolver.task_id
    x, y = data.load(SEED, START_SEED, WORKER_SEED)
    with strategy.scope():
        model = build_model()
        optimizer = keras.optimizers.SGD(data.RATE, momentum=data.MOMENTUM)
        optimizer.build(model.trainable_variables)
        done = tf.Variable(0, dtype="int64", trainable=False)
    checkpoint = tf.train.Checkpoint(model=model, optimizer=optimizer, done=done)
    folder = save_folder(CHECKPOINTS, task_id)
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=2)
    resume(checkpoint, CHECKPOINTS)
    first = int(done.numpy())
    print(f"Worker {task_id} of {strategy.num_replicas_in_sync} begins at step {first}.")
    batches = strategy.distribute_datasets_from_function(
        lambda context: worker_dataset(context, x, y, first)
    )
    losses = train(make_step(strategy, model, optimizer), batches, done, manager)
    print(f"Worker {task_id} is done. Last loss: {losses[-1]:.4f}")
    OUT.mkdir(exist_ok=True)
    np.savez(OUT / f"worker-{task_id}.npz", *model.get_weights(), losses=losses)


if __name__ == "__main__":
    try:
        main()
    except NotImplementedError as missing:
        print(f"Still to write: {missing}")
