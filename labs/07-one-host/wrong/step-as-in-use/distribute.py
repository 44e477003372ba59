"""Train on several replicas of one machine, so that every update is that of the whole batch."""

import os

import data
import keras
import tensorflow as tf

SEED = int(os.environ.get("TFCARDS_SEED", "0"))


def make_strategy(count):
    """Split the CPU into `count` logical devices; return a MirroredStrategy on all of them."""
    cpu = tf.config.list_physical_devices("CPU")[0]
    parts = [tf.config.LogicalDeviceConfiguration() for _ in range(count)]
    tf.config.set_logical_device_configuration(cpu, parts)
    return tf.distribute.MirroredStrategy([f"CPU:{index}" for index in range(count)])


def batches(strategy, arrays, per_replica):
    """Return a distributed dataset of the arrays' rows, `per_replica` for each replica and step."""
    size = per_replica * strategy.num_replicas_in_sync
    dataset = tf.data.Dataset.from_tensor_slices(arrays).batch(size)
    return strategy.experimental_distribute_dataset(dataset)


def build(strategy, features, rate):
    """Return a compiled model that lives on all replicas; normalised over the whole batch."""
    with strategy.scope():
        model = keras.Sequential(
            [
                keras.Input((features,)),
                keras.layers.Dense(32),
                keras.layers.BatchNormalization(synchronized=True),
                keras.layers.ReLU(),
                keras.layers.Dense(32, activation="relu"),
                keras.layers.Dense(data.COLOURS),
            ]
        )
        model.compile(
            optimizer=keras.optimizers.Adam(rate),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
        )
    return model


def make_step(strategy, model, optimizer):
    """Return step(x, y, sure): one update on all replicas; gives the loss of the whole batch."""

    def replica_step(x, y, sure):
        replicas = tf.distribute.get_replica_context()
        count = replicas.all_reduce("sum", tf.cast(tf.shape(x)[0], tf.float32))
        with tf.GradientTape() as tape:
            scores = model(x)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, scores)
            loss = tf.reduce_sum(sure * losses) / count
            loss += tf.nn.scale_regularization_loss(sum(model.losses, 0.0))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    @tf.function
    def step(x, y, sure):
        return strategy.reduce("SUM", strategy.run(replica_step, args=(x, y, sure)), axis=None)

    return step


def make_evaluate(strategy, model):
    """Return evaluate(dataset): mean weighted loss and share of right answers of all examples."""

    def replica_sums(x, y, sure):
        scores = model(x, training=False)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, scores)
        right = tf.cast(tf.argmax(scores, axis=1) == y, tf.float32)
        return tf.stack(
            [
                tf.reduce_sum(sure * losses),
                tf.reduce_sum(right),
                tf.cast(tf.shape(x)[0], tf.float32),
            ]
        )

    @tf.function
    def sums(x, y, sure):
        return strategy.reduce("SUM", strategy.run(replica_sums, args=(x, y, sure)), axis=None)

    def evaluate(dataset):
        loss, right, count = sum(sums(*batch) for batch in dataset).numpy()
        return {"loss": float(loss / count), "accuracy": float(right / count)}

    return evaluate
