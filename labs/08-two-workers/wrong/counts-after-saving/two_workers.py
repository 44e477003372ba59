"""Train on two workers that may be killed: the reference solution."""

import os
import tempfile
from pathlib import Path

import data
import keras
import numpy as np
import tensorflow as tf

from tfcards.labkit import report

SEED = int(os.environ.get("TFCARDS_SEED", "0"))
START_SEED = int(os.environ.get("TFCARDS_START_SEED", "0"))
WORKER_SEED = int(os.environ.get("TFCARDS_WORKER_SEED", "0"))
OUT = Path("out")
CHECKPOINTS = OUT / "checkpoints"


def make_strategy():
    """Return the strategy that joins the cluster of TF_CONFIG."""
    communication = tf.distribute.experimental.CommunicationImplementation.RING
    options = tf.distribute.experimental.CommunicationOptions(implementation=communication)
    return tf.distribute.MultiWorkerMirroredStrategy(communication_options=options)


def worker_dataset(context, x, y, first):
    """Return one worker's part of the batches, from step `first` on."""
    seen = first * data.GLOBAL_BATCH
    dataset = tf.data.Dataset.from_tensor_slices((x[seen:], y[seen:]))
    dataset = dataset.shard(context.num_input_pipelines, context.input_pipeline_id)
    per_replica = context.get_per_replica_batch_size(data.GLOBAL_BATCH)
    return dataset.batch(per_replica, drop_remainder=True)


def make_step(strategy, model, optimizer):
    """Return step(batch): one update on all workers, and the mean loss of the global batch."""

    def replica_step(x, y):
        with tf.GradientTape() as tape:
            scores = model(x, training=True)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, scores)
            loss = tf.nn.compute_average_loss(losses, global_batch_size=data.GLOBAL_BATCH)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    @tf.function
    def step(batch):
        return strategy.reduce("SUM", strategy.run(replica_step, args=batch), axis=None)

    return step


def train(step, batches, done, manager):
    """Make the steps that are left; count, report and save. Return the losses."""
    losses, batch = [], iter(batches)
    while (count := int(done.numpy()) + 1) <= data.STEPS:
        losses.append(float(step(next(batch))))
        report(step=count, loss=losses[-1])
        if count % data.SAVE_EVERY == 0:
            manager.save()
        done.assign_add(1)
    return losses


def save_folder(folder, task_id):
    """Return where worker `task_id` writes its checkpoints: the chief to `folder`."""
    return folder if task_id == 0 else Path(tempfile.mkdtemp())


def resume(checkpoint, folder):
    """Restore the newest checkpoint in `folder`, if there is one."""
    newest = tf.train.latest_checkpoint(folder)
    if newest is not None:
        checkpoint.restore(newest)


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
    main()
