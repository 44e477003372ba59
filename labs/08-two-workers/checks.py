"""The checks of lab 08: what two workers left, against the same training in one process."""

import io
import zipfile
import zlib
from typing import Any

import data
import numpy as np
from reference import Arrays, Training

from tfcards.labkit import Lab, LearnerError, Start, Verdict, check

WORKERS = (0, 1)
CHECKPOINTS = "out/checkpoints"
KILLED_AT = 25  # as lab.toml has it
LAST_SAVE = KILLED_AT // data.SAVE_EVERY * data.SAVE_EVERY
TOLERANCE = 1e-4  # after 40 steps in single precision; the nearest mistake is hundreds of times off
ROW = (data.FEATURES,)
UNREADABLE = (OSError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)


# --- what the run left ---------------------------------------------------------------------------


def _left(lab: Lab, worker: int) -> tuple[Arrays, np.ndarray]:
    """Weights and losses in worker-N.npz. Raises LearnerError when they are not what `main` writes.

    The weights are finite, and of the model's shapes.
    """
    name = f"out/worker-{worker}.npz"
    try:
        place = lab.artifact(name)
    except LearnerError as problem:
        sentence = f"`{name}` is not there as `main` leaves it at its end."
        more = f"The console says how far worker {worker} came."
        raise LearnerError(f"{sentence} {more}") from problem
    try:
        with zipfile.ZipFile(place) as file:
            found = {path: _array(file.read(path)) for path in file.namelist()}
    except UNREADABLE as problem:
        raise LearnerError(f"`{name}` is not what `main` writes.") from problem
    shapes = [one.shape for one in Training.begun(0).weights]
    weights = [found.get(f"arr_{index}.npy") for index in range(len(shapes))]
    known = [one for one in weights if one is not None and one.dtype == np.float32]
    if [one.shape for one in known] != shapes or "losses.npy" not in found:
        raise LearnerError(f"`{name}` does not hold the weights and losses that `main` writes.")
    if not all(np.isfinite(one).all() for one in known):
        raise LearnerError(f"The weights in `{name}` are no longer finite numbers.")
    return known, found["losses.npy"]


def _array(content: bytes) -> np.ndarray:
    return np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)


def _distance(found: Arrays, expected: Arrays) -> float:
    """The largest difference of any number, NaN if one is; infinite where the shapes differ."""
    if [one.shape for one in found] != [one.shape for one in expected]:
        return float("inf")
    pairs = zip(found, expected, strict=True)
    return float(np.max([np.abs(one - two).max() for one, two in pairs]))


# --- 1: the cluster ------------------------------------------------------------------------------


@check(
    "equal",
    title="Both workers end with the same weights",
    points=2,
    task=1,
    cards=(
        "distributed-tf-config",
        "distributed-collective-startup",
        "distributed-multiworker-what-works",
    ),
)
def equal(lab: Lab) -> Verdict:
    (first, _), (second, _) = (_left(lab, worker) for worker in WORKERS)
    worst = _distance(first, second)
    if worst > 0:
        sentence = (
            "The workers ended with different weights: each trained a model of its own. Is the "
            "strategy that of the cluster, and is every update made through it?"
        )
        return lab.failed(sentence, observed=f"largest difference {worst:.2g}", limit="0")
    return lab.passed("One model on two workers, bit by bit.", observed="largest difference 0")


# --- 2: the data ---------------------------------------------------------------------------------


@check(
    "shared-out",
    title="`worker_dataset` gives each worker its rows of each step",
    points=3,
    task=2,
    cards=("distributed-dataset-fn-code", "distributed-shard", "distributed-auto-shard-option"),
)
def shared_out(lab: Lab) -> Verdict:
    steps = int(lab.rng.integers(5, 9))
    x = lab.rng.normal(size=(steps * data.GLOBAL_BATCH, *ROW)).astype(np.float32)
    y = lab.rng.permutation(len(x))  # a name for each row
    first = int(lab.rng.integers(1, steps - 1))
    for workers, begin in ((2, 0), (2, first), (4, first)):
        told = lab.host("parts", workers, x, y, begin)
        if told.kind == "text":
            sentence = "`worker_dataset` must return a tf.data.Dataset."
            return lab.failed(sentence, observed=told.value)
        problem = _parts_problem(lab, told.plain, x, y, begin)
        if problem is not None:
            return problem
    return lab.passed("Each row of a step goes to one worker, for two workers and for four.")


def _parts_problem(
    lab: Lab, parts: Any, x: np.ndarray, y: np.ndarray, first: int
) -> Verdict | None:
    workers = len(parts)
    who = f"Of {workers} workers, from step {first} on: "
    size, steps = data.GLOBAL_BATCH // workers, len(x) // data.GLOBAL_BATCH - first
    for batches in parts:
        shapes = [[np.shape(part) for part in batch] for batch in batches]
        asked = [[(size, *ROW), (size,)]] * steps
        if shapes != asked:
            seen = f"{len(shapes)} batches, the first {shapes[0] if shapes else 'missing'}"
            sentence = who + "one gets another number of batches, or batches of another shape."
            return lab.failed(sentence, observed=seen, limit=f"{steps} batches, {asked[0]}")
    row_of = np.argsort(y)
    for worker, batches in enumerate(parts):
        for step, (points, names) in enumerate(batches, start=first):
            begin = step * data.GLOBAL_BATCH
            asked_rows = np.arange(begin + worker, begin + data.GLOBAL_BATCH, workers)
            if names.dtype.kind not in "iu" or not np.isin(names, y).all():
                return lab.failed(who + "the second part of a batch is not from `y`.")
            rows = row_of[names]
            if not np.array_equal(np.sort(rows), asked_rows):
                sentence = who + f"worker {worker} gets other rows than its own in step {step}."
                return lab.failed(sentence, observed=_some(rows), limit=_some(asked_rows))
            if not np.array_equal(points, x[rows]):
                return lab.failed(who + "measurements and states no longer belong together.")
    return None


def _some(rows: np.ndarray) -> str:
    return "rows " + ", ".join(map(str, rows[:4].tolist())) + ", …"


# --- 4: the run ----------------------------------------------------------------------------------


@check(
    "killed",
    title="Worker 0 was killed in step 25, and all began again",
    points=1,
    task=4,
    cards=("distributed-worker-crash",),
)
def killed(lab: Lab) -> Verdict:
    if [start.is_killed for start in lab.starts] == [True, False]:
        return lab.passed("Killed once, started twice.")
    sentence = (
        f"Worker 0 never reported step {KILLED_AT}, so it could not be killed there. Call "
        "`report(step=…, loss=…)` after each step, with the number of steps that are done."
    )
    return lab.failed(sentence, observed=f"{len(lab.starts)} start", limit="2 starts")


# --- 3: the step ---------------------------------------------------------------------------------


def _rows(lab: Lab, start: Start) -> tuple[np.ndarray, np.ndarray]:
    """The rows of a start, each as the worker reads it that it belongs to."""
    tables = [data.load(lab.seed, start.seed, seed) for seed in start.worker_seeds]
    x = np.empty_like(tables[0][0])
    for worker, (read, _) in enumerate(tables):
        x[worker :: len(tables)] = read[worker :: len(tables)]
    return x, tables[0][1]


def _reference(lab: Lab) -> tuple[Training, dict[str, Training]]:
    """What the run should have come to, and what mistakes would have made of it."""
    before, after = lab.starts
    old, new = _rows(lab, before), _rows(lab, after)
    rest = (LAST_SAVE, data.STEPS)

    def saved(share: float = 1) -> Training:
        return Training.begun(before.worker_seeds[0]).go_on(*old, 0, LAST_SAVE, share)

    anew = Training.begun(after.worker_seeds[0]).go_on(*new, 0, data.STEPS)
    return saved().go_on(*new, *rest), {
        "Your weights are those of gradients that are twice as large: each worker divided by the "
        "number of its own rows, and the strategy adds the workers up.": saved(2).go_on(
            *new, *rest, 2
        ),
        "Your weights are those of gradients that are half as large: the number of workers was "
        "taken into account twice.": saved(0.5).go_on(*new, *rest, 0.5),
        "Your weights are those of a training that began anew after the kill: no checkpoint was "
        "there, or it was not restored.": anew,
        "After the kill the optimizer had lost its momentum.": saved()
        .forgetting()
        .go_on(*new, *rest),
        "After the kill the training went on with the rows of step 0.": saved().go_on(
            *new, 0, data.STEPS - LAST_SAVE
        ),
        "After the kill a step was made again: count `done` up before you save.": saved().go_on(
            *new, LAST_SAVE - 1, data.STEPS
        ),
        "After the kill all steps were made again: `done` was not counted up.": saved().go_on(
            *new, 0, data.STEPS
        ),
    }


@check(
    "same-training",
    title="The weights are those of one process that had all rows",
    points=4,
    task=3,
    cards=(
        "distributed-average-loss",
        "distributed-keras-loss-scaled",
        "distributed-same-update",
        "distributed-make-step-code",
    ),
    after=("equal", "killed"),
)
def same_training(lab: Lab) -> Verdict:
    found, _ = _left(lab, 0)
    expected, mistakes = _reference(lab)
    worst = _distance(found, expected.weights)
    words = {"observed": f"largest difference {worst:.2g}", "limit": f"{TOLERANCE:g}"}
    if worst <= TOLERANCE:
        return lab.passed("Two workers and a kill left no trace in the weights.", **words)
    for sentence, mistake in mistakes.items():
        if _distance(found, mistake.weights) <= TOLERANCE:
            return lab.failed(sentence, **words)
    sentence = (
        f"The weights are not those of {LAST_SAVE} steps before the kill and {data.STEPS} in all, "
        "each on its 64 rows. If nothing else fails, look at what each worker's loss is divided by."
    )
    return lab.failed(sentence, **words)


@check(
    "losses",
    title="`step` returns the mean loss of the global batch",
    points=1,
    task=3,
    cards=("distributed-reduce", "distributed-per-replica-value"),
    after=("same-training",),
)
def losses(lab: Lab) -> Verdict:
    expected = np.array(_reference(lab)[0].losses[LAST_SAVE:])
    for worker in WORKERS:
        what = f"the list of losses that `train` returned on worker {worker}"
        verdict = lab.close(_left(lab, worker)[1], expected, TOLERANCE, what=what)
        if not verdict:
            return verdict
    return lab.passed("Both workers know the loss of all rows.")


# --- 4: the chief --------------------------------------------------------------------------------


@check(
    "one-writer",
    title="`save_folder` lets only the chief write to the shared folder",
    points=2,
    task=4,
    cards=("distributed-chief", "distributed-save-all", "distributed-save-folder-code"),
)
def one_writer(lab: Lab) -> Verdict:
    name = f"shared-{lab.rng.integers(10**6)}"
    told = [str(one) for one in lab.host("folders", name, 4).plain]
    if not told[0].endswith(f"/{name}") and not told[0].endswith(f"\\{name}"):
        sentence = "Worker 0 is the chief: it saves to the folder that it is given."
        return lab.failed(sentence, observed=told[0], limit=name)
    if len({*told}) < len(told):
        sentence = (
            "Several workers write the same files, at the same time. Give each but the chief a "
            "folder of its own."
        )
        return lab.failed(sentence, observed=f"{len({*told})} folders for {len(told)} workers")
    return lab.passed("The chief saves to the folder, each other worker to one of its own.")


@check(
    "checkpoints",
    title="The chief's folder holds the last two checkpoints",
    points=2,
    task=4,
    cards=("saving-checkpoint-manager", "saving-max-to-keep"),
    after=("equal",),
)
def checkpoints(lab: Lab) -> Verdict:
    lab.artifact(CHECKPOINTS)
    kept = lab.host("kept", CHECKPOINTS).plain
    done = [_done(one) for one in kept]
    asked = [data.STEPS - data.SAVE_EVERY, data.STEPS]
    if done != asked:
        sentence = f"Save after every {data.SAVE_EVERY} steps, once `done` was counted up."
        return lab.failed(sentence, observed=f"saved at {done}", limit=f"the last two at {asked}")
    for weight in _left(lab, 0)[0]:
        if not any(np.array_equal(weight, one) for one in kept[-1].values()):
            return lab.failed("The last checkpoint does not hold the weights of the end.")
    return lab.passed("The newest holds the weights of the end.", observed=f"saved at {done}")


def _done(checkpoint: dict[str, np.ndarray]) -> int:
    found = [one for name, one in checkpoint.items() if name.startswith("done/")]
    is_count = bool(found) and found[0].shape == () and found[0].dtype.kind in "iu"
    return int(found[0]) if is_count else -1


# --- 5: resuming ---------------------------------------------------------------------------------


@check(
    "resumes",
    title="`resume` brings everything back from the newest checkpoint",
    points=3,
    task=5,
    cards=(
        "saving-resume-code",
        "saving-expect-partial",
        "distributed-checkpoint-replicas",
    ),
)
def resumes(lab: Lab) -> Verdict:
    shapes = [one.shape for one in Training.begun(0).weights]
    states = [
        (_random(lab, shapes), _random(lab, shapes), done)
        for done in sorted(lab.rng.choice(np.arange(1, 10**6), size=2, replace=False).tolist())
    ]
    weights, momenta, done = states[-1]
    found = lab.host("resumed", states).plain
    if found["done"] != done:
        sentence = "`done` is not what the newest checkpoint says."
        return lab.failed(sentence, observed=f"{found['done']}", limit=f"= {done}")
    for what, state, expected in (
        ("weights of the model", found["weights"], weights),
        ("momentum of the optimizer", found["momenta"], momenta),
    ):
        if _distance(state, expected) != 0:
            return lab.failed(f"The {what} did not come back from the newest checkpoint.")
    if lab.host("resumed", []).plain["done"] != 0:
        return lab.failed("Without a checkpoint, `resume` must leave everything as it is.")
    return lab.passed("Weights, momentum and count come back; without a checkpoint nothing does.")


def _random(lab: Lab, shapes: list[tuple[int, ...]]) -> list[np.ndarray]:
    return [lab.rng.normal(size=shape).astype(np.float32) for shape in shapes]
