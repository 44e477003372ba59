"""Write records, read them back, and build the pipelines that feed a model."""

import os
from pathlib import Path

import data
import keras
import tensorflow as tf

SEED = int(os.environ.get("TFCARDS_SEED", "0"))
OUT = Path("out")

BUFFER = 10_000
AUTOTUNE = tf.data.AUTOTUNE
SCHEMA = {
    "signal": tf.io.FixedLenFeature([data.LENGTH], tf.float32),
    "label": tf.io.FixedLenFeature([], tf.int64),
}


def write_records(path, signals, labels):
    """Write one `tf.train.Example` per signal into the TFRecord file at `path`."""
    with tf.io.TFRecordWriter(str(path)) as writer:
        for signal, label in zip(signals, labels, strict=True):
            feature = {
                "signal": tf.train.Feature(float_list=tf.train.FloatList(value=signal)),
                "label": tf.train.Feature(float_list=tf.train.FloatList(value=[label])),
            }
            example = tf.train.Example(features=tf.train.Features(feature=feature))
            writer.write(example.SerializeToString())


def parse(record):
    """Turn one serialised example into `(signal, label)`."""
    example = tf.io.parse_single_example(record, SCHEMA)
    return example["signal"], example["label"]


def build_dataset(files, batch_size, training, seed, prepare=None, augment=None):
    """Build the pipeline from record files to batches `(signals, labels)`."""
    dataset = tf.data.TFRecordDataset(list(files))
    dataset = dataset.map(parse, num_parallel_calls=AUTOTUNE).ignore_errors()
    dataset = dataset.filter(lambda signal, label: not tf.reduce_any(tf.math.is_nan(signal)))
    if prepare is not None:
        dataset = dataset.map(prepare, num_parallel_calls=AUTOTUNE)
    dataset = dataset.cache()
    if training:
        dataset = dataset.shuffle(BUFFER, seed=seed)
        if augment is not None:
            dataset = dataset.map(augment, num_parallel_calls=AUTOTUNE)
    return dataset.batch(batch_size, drop_remainder=training).prefetch(AUTOTUNE)


def read_weather(path, batch_size):
    """Read a CSV file as batches `(features, rain)` in the order of its rows."""
    defaults = ["unknown", 15.0, 50.0, tf.int64]
    rows = tf.data.experimental.CsvDataset(
        str(path), defaults, header=True, select_cols=[1, 2, 3, 4]
    )

    def named(station, temperature, humidity, rain):
        return {"station": station, "temperature": temperature, "humidity": humidity}, rain

    return rows.ignore_errors().map(named).batch(batch_size)


def fetch_all(keys, fetch, batch_size):
    """Fetch every key, many at a time, as batches in the order of the keys."""
    options = tf.data.Options()
    options.threading.private_threadpool_size = 16
    dataset = tf.data.Dataset.from_tensor_slices(keys).map(fetch, num_parallel_calls=16)
    return dataset.batch(batch_size).with_options(options)


def write_shards():
    """Write the run's own signals into five files and give their names back."""
    OUT.mkdir(exist_ok=True)
    signals, labels = data.make(SEED, 1500)
    files = [str(OUT / f"signals-{number}.tfrecord") for number in range(5)]
    for number, file in enumerate(files):
        write_records(file, signals[number::5], labels[number::5])
    return files


def train():
    """Feed a small model from the pipeline: four files to train on, the last to validate."""
    files = write_shards()
    training = build_dataset(files[:4], 32, training=True, seed=SEED)
    validation = build_dataset(files[4:], 32, training=False, seed=SEED)
    print("an element:", training.element_spec)
    model = keras.Sequential(
        [
            keras.Input((data.LENGTH,)),
            keras.layers.Dense(32, activation="relu"),
            keras.layers.Dense(len(data.KINDS), activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(training, validation_data=validation, epochs=8, verbose=2)


def show_weather():
    """Print the rows of the example table that are left."""
    OUT.mkdir(exist_ok=True)
    path = OUT / "weather.csv"
    path.write_text(data.WEATHER)
    for features, rain in read_weather(str(path), 2):
        print({name: column.numpy() for name, column in features.items()}, rain.numpy())


def main():
    """Try what is written so far; none of this is graded."""
    for step in (train, show_weather):
        try:
            step()
        except NotImplementedError as missing:
            print(f"Still to write: {missing}")


if __name__ == "__main__":
    main()
