"""What the judge of lab 08 asks to be run beside the learner's code. Knows inputs only, no answer.

`kept` imports none of the learner's code; the others import two_workers.py.
"""

import importlib
import tempfile
from pathlib import Path

import data
import keras
import numpy as np
import tensorflow as tf

MOST = 50  # batches of one worker


def kept(path):
    """The checkpoints in a folder, oldest first: every number in each, by name."""
    state = tf.train.get_checkpoint_state(path)
    found = []
    for one in state.all_model_checkpoint_paths if state is not None else ():
        reader = tf.train.load_checkpoint(str(Path(path) / Path(one).name))
        names = [name for name in reader.get_variable_to_dtype_map() if "OBJECT_GRAPH" not in name]
        found.append({name: np.asarray(reader.get_tensor(name)) for name in names})
    return found


def parts(count, x, y, first):
    """What each of `count` workers gets from `worker_dataset`: its batches, and whether it ends."""
    make = importlib.import_module("two_workers").worker_dataset
    told = []
    for index in range(count):
        context = tf.distribute.InputContext(count, index, count)
        dataset = make(context, x, y, first)
        if not isinstance(dataset, tf.data.Dataset):
            return f"{type(dataset).__name__}"
        batches = [[np.asarray(part) for part in batch] for batch in dataset.take(MOST)]
        told.append(batches)
    return told


def folders(folder, count):
    """Where each worker saves."""
    save_folder = importlib.import_module("two_workers").save_folder
    return [str(Path(save_folder(Path(folder), index)).absolute()) for index in range(count)]


def resumed(states):
    """What `resume` makes of a fresh program: with the states saved in a folder, oldest first."""
    two_workers = importlib.import_module("two_workers")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "checkpoints"
        before = _program(two_workers)
        for state in states:
            _fill(before, state)
            before.save(str(place / "ckpt"))
        program = _program(two_workers)
        two_workers.resume(program, place)
        return _state(program)


def _program(two_workers):
    model = two_workers.build_model()
    optimizer = keras.optimizers.SGD(data.RATE, momentum=data.MOMENTUM)
    optimizer.build(model.trainable_variables)
    done = tf.Variable(0, dtype="int64", trainable=False)
    return tf.train.Checkpoint(model=model, optimizer=optimizer, done=done)


def _fill(program, state):
    weights, momenta, done = state
    program.model.set_weights(weights)
    for variable, value in zip(program.optimizer.variables[2:], momenta, strict=True):
        variable.assign(value)
    program.done.assign(done)


def _state(program):
    return {
        "weights": program.model.get_weights(),
        "momenta": [np.asarray(one) for one in program.optimizer.variables[2:]],
        "done": int(program.done.numpy()),
    }
