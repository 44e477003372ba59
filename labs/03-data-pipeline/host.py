"""What the judge of lab 03 asks for beside the learner's code. Writes files, knows no answer."""

import importlib
import tempfile
import threading
from pathlib import Path
from time import sleep

import numpy as np
import tensorflow as tf

MOST = 3  # an epoch may give this many times the records that there are; then it is cut off


# --- files of the judge --------------------------------------------------------------------------


def _example(signal, label):
    feature = {}
    if signal is not None:
        feature["signal"] = tf.train.Feature(float_list=tf.train.FloatList(value=signal))
    if label is not None:
        feature["label"] = tf.train.Feature(int64_list=tf.train.Int64List(value=[label]))
    return tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString()


def _record(kind, signal, label):
    """One record: a good one, or one of the ways to be bad."""
    if kind == "garbage":
        return f"no Example, but text {label}".encode()
    told = {
        "good": (signal, label),
        "no-signal": (None, label),
        "no-label": (signal, None),
        "short": (signal[:-1], label),
        "long": ([*signal, 0.0], label),
        "nan": (np.where(np.arange(len(signal)) == label % len(signal), np.nan, signal), label),
    }
    return _example(*told[kind])


def _write(folder, shards):
    """The files in an order that is not that of their names."""
    files = []
    for number, (signals, labels, kinds) in enumerate(shards):
        files.append(str(Path(folder) / f"part-{5 * number % 7}.tfrecord"))
        with tf.io.TFRecordWriter(files[-1]) as writer:
            for kind, signal, label in zip(kinds, signals, labels, strict=True):
                writer.write(_record(kind, signal, int(label)))
    return files


def _learner():
    return importlib.import_module("pipeline")


# --- records -------------------------------------------------------------------------------------


def written(signals, labels):
    """What `write_records` put into a file: signal, label and number of features of each record."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "written.tfrecord")
        _learner().write_records(path, signals, labels)
        if not Path(path).is_file():
            return "no file"
        examples = [
            tf.train.Example.FromString(record.numpy()) for record in tf.data.TFRecordDataset(path)
        ]
    return {
        "names": [sorted(example.features.feature) for example in examples],
        "kinds": [
            [example.features.feature[name].WhichOneof("kind") for name in ("signal", "label")]
            for example in examples
        ],
        "signals": [
            list(example.features.feature["signal"].float_list.value) for example in examples
        ],
        "labels": [
            list(example.features.feature["label"].int64_list.value) for example in examples
        ],
    }


def parsed(signals, labels):
    """What `parse` makes of good records in a `map`, and which shapes the pipeline knows."""
    records = [_example(signal, int(label)) for signal, label in zip(signals, labels, strict=True)]
    dataset = tf.data.Dataset.from_tensor_slices(records).map(_learner().parse)
    spec = dataset.element_spec
    if not isinstance(spec, tuple) or len(spec) != 2:
        return f"{spec}"
    elements = list(dataset)
    return {
        "shapes": [part.shape for part in spec],
        "signals": tf.stack([signal for signal, _ in elements]),
        "labels": tf.stack([label for _, label in elements]),
    }


# --- the pipeline --------------------------------------------------------------------------------


def epochs(shards, batch_size, training, seed, passes):
    """The batches of several passes over one dataset, and where a pass was cut off."""
    with tempfile.TemporaryDirectory() as folder:
        files = _write(folder, shards)
        dataset = _learner().build_dataset(files, batch_size, training, seed)
        return _passes(dataset, shards, passes)


def _passes(dataset, shards, passes):
    if not isinstance(dataset, tf.data.Dataset):
        return f"{type(dataset).__name__}"
    most = MOST * sum(len(labels) for _, labels, _ in shards)
    return [_one_pass(dataset, most) for _ in range(passes)]


def _one_pass(dataset, most):
    signals, labels, seen = [], [], 0
    for element in dataset:
        if not isinstance(element, tuple) or [*map(tf.is_tensor, element)] != [True, True]:
            raise ValueError(f"an element of the dataset should be (signals, labels): {element}")
        signals.append(element[0])
        labels.append(element[1])
        seen += max(int(tf.size(element[1])), 1)
        if seen > most:
            return {"signals": signals, "labels": labels, "ends": False}
    return {"signals": signals, "labels": labels, "ends": True}


class _Work:
    """A `prepare` and an `augment` that count how often they are called."""

    def __init__(self, factor, seed):
        self.factor = np.float32(factor)
        self.rng = np.random.default_rng(seed)
        self.lock = threading.Lock()
        self.prepared = 0
        self.augmented = 0

    def _multiply(self, signal):
        with self.lock:
            self.prepared += 1
            is_slow = self.prepared % 6 == 1
        if is_slow:  # others overtake it where they may
            sleep(0.02)
        return signal * self.factor

    def _lift(self, signal):
        with self.lock:
            self.augmented += 1
            return signal + np.float32(self.rng.uniform(1000, 2000))

    def prepare(self, signal, label):
        return self._apply(self._multiply, "prepare", signal), label

    def augment(self, signal, label):
        return self._apply(self._lift, "augment", signal), label

    @staticmethod
    def _apply(function, name, signal):
        if signal.shape.rank != 1:
            raise ValueError(f"`{name}` takes one signal, but got shape {signal.shape}")
        result = tf.numpy_function(function, [signal], tf.float32)
        result.set_shape(signal.shape)
        return result


def worked(shards, batch_size, training, factor, noise, passes):
    """The passes of a dataset with `prepare` and `augment`, and how often each was called."""
    work = _Work(factor, noise)
    with tempfile.TemporaryDirectory() as folder:
        files = _write(folder, shards)
        build = _learner().build_dataset
        dataset = build(files, batch_size, training, 5, prepare=work.prepare, augment=work.augment)
        found = _passes(dataset, shards, passes)
    return {"passes": found, "prepared": work.prepared, "augmented": work.augmented}


# --- the table -----------------------------------------------------------------------------------


def weather(text, batch_size, most):
    """The batches of `read_weather` in two passes, at most `most` in each."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weather.csv"
        path.write_text(text, encoding="utf-8")
        dataset = _learner().read_weather(str(path), batch_size)
        if not isinstance(dataset, tf.data.Dataset):
            return f"{type(dataset).__name__}"
        return [list(dataset.take(most)) for _ in range(2)]


# --- the slow store ------------------------------------------------------------------------------


def naive(keys, table, waits, batch_size):
    """Fetch one key after the other."""
    return _fetched(_one_by_one, keys, table, waits, batch_size)


def learners(keys, table, waits, batch_size):
    """Fetch with the learner's `fetch_all`; `waits` has the seconds for each row of the table."""
    return _fetched(_learner().fetch_all, keys, table, waits, batch_size)


def _one_by_one(keys, fetch, batch_size):
    return tf.data.Dataset.from_tensor_slices(keys).map(fetch).batch(batch_size)


def _fetched(function, keys, table, waits, batch_size):
    """The batches, and how often each row of the table was asked for."""
    asked = np.zeros(len(table), np.int64)
    lock = threading.Lock()

    def look(key):
        sleep(waits[key])
        with lock:
            asked[key] += 1
        return table[key]

    def fetch(key):
        row = tf.numpy_function(look, [key], tf.float32)
        row.set_shape(table.shape[1:])
        return row

    dataset = function(tf.constant(keys), fetch, batch_size)
    if not isinstance(dataset, tf.data.Dataset):
        return f"{type(dataset).__name__}"
    batches = list(dataset.take(2 * len(keys)))
    for batch in batches:
        if not tf.is_tensor(batch) or batch.shape[1:] != table.shape[1:]:
            raise ValueError(f"an element of the dataset should be a batch of rows: {batch}")
    return {"batches": batches, "asked": asked}
