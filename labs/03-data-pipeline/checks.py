"""The checks of lab 03: hidden files through the learner's pipelines, sample by sample."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import data
import numpy as np

from tfcards.labkit import Lab, LearnerError, Verdict, check

GOOD = "good"
BAD = ("garbage", "no-signal", "no-label", "short", "long", "nan")
CORRELATION = 0.35  # five standard deviations of a shuffled epoch of 200 examples
FILES_IN_A_BATCH = 3
WAIT = 0.025  # seconds that the judge's store takes for one key
KEYS = 96
IN_A_BATCH = 20


# --- hidden files, and what comes out of them ----------------------------------------------------


@dataclass(frozen=True)
class Shards:
    """Record files to be written by the host; a label names its record, so none is used twice."""

    files: list[tuple[np.ndarray, np.ndarray, list[str]]]

    @property
    def good(self) -> tuple[np.ndarray, np.ndarray]:
        """Signals and labels of the good records, in the order of files and records."""
        keep = np.array([kind == GOOD for _, _, kinds in self.files for kind in kinds])
        signals = np.concatenate([signals for signals, _, _ in self.files])
        return signals[keep], np.concatenate([labels for _, labels, _ in self.files])[keep]

    @property
    def file_of(self) -> dict[int, int]:
        """In which file a label lies."""
        return {
            int(label): number
            for number, (_, labels, _) in enumerate(self.files)
            for label in labels
        }


def _shards(lab: Lab, sizes: Sequence[int], bad: int = 0) -> Shards:
    """Files of the given sizes, with `bad` records of each bad kind strewn in."""
    count = sum(sizes)
    labels = np.cumsum(lab.rng.integers(1, 2**33, size=count))  # increasing, beyond 32 bits
    labels = lab.rng.permutation(labels)
    signals = lab.rng.normal(size=(count, data.LENGTH)).astype("float32")
    kinds = np.array([GOOD] * count, dtype=object)
    places = lab.rng.choice(count, size=bad * len(BAD), replace=False)
    kinds[places] = np.repeat(BAD, bad)
    cuts = np.cumsum(sizes)[:-1]
    parts = zip(np.split(signals, cuts), np.split(labels, cuts), np.split(kinds, cuts), strict=True)
    return Shards([(part, names, [str(kind) for kind in what]) for part, names, what in parts])


@dataclass(frozen=True)
class Epoch:
    """One pass over a dataset: the batches, and all their rows in order."""

    sizes: list[int]
    signals: np.ndarray
    labels: np.ndarray


def _epochs(lab: Lab, found: Any) -> list[Epoch] | Verdict:
    """The passes that the host saw; a verdict when they are no batches of signals and labels."""
    if isinstance(found, str):
        return lab.failed("`build_dataset` must return a tf.data.Dataset.", observed=found)
    epochs = []
    for one in found:
        problem = _pass_problem(lab, one)
        if problem is not None:
            return problem
        sizes = [len(labels) for labels in one["labels"]]
        signals, labels = np.concatenate(one["signals"]), np.concatenate(one["labels"])
        epochs.append(Epoch(sizes, signals, labels))
    return epochs


def _pass_problem(lab: Lab, one: Any) -> Verdict | None:
    if not one["ends"]:
        return lab.failed(
            "One pass over the dataset does not end. It must give each record once: no `repeat`."
        )
    if not one["labels"]:
        return lab.failed("One pass over the dataset gives no batch at all.")
    for signals, labels in zip(one["signals"], one["labels"], strict=True):
        shapes = f"signals {signals.dtype}{signals.shape}, labels {labels.dtype}{labels.shape}"
        wanted = f"signals float32(n, {data.LENGTH}), labels int64(n,)"
        right = signals.shape == (*labels.shape, data.LENGTH) and labels.ndim == 1
        if not (right and signals.dtype == np.float32 and labels.dtype == np.int64):
            return lab.failed("A batch has other shapes or dtypes.", observed=shapes, limit=wanted)
    return None


def _run(
    lab: Lab, shards: Shards, batch_size: int, training: bool, passes: int = 1, seed: int = 5
) -> list[Epoch] | Verdict:
    files = [list(one) for one in shards.files]
    found = lab.host("epochs", files, batch_size, training, seed, passes)
    return _epochs(lab, found.plain)


def _same_signals(lab: Lab, epoch: Epoch, shards: Shards, factor: float = 1.0) -> Verdict:
    """Whether each row still has the signal that belongs to its label."""
    stored = _stored(epoch, shards) * np.float32(factor)
    return lab.close(epoch.signals, stored, 1e-5, what="each signal beside its label")


def _stored(epoch: Epoch, shards: Shards) -> np.ndarray:
    """For each row of an epoch the signal that belongs to its label, NaN where there is none."""
    signals = {int(x): signal for signal, x in zip(*shards.good, strict=True)}
    nothing = np.full(data.LENGTH, np.nan, "float32")
    return np.stack([signals.get(label, nothing) for label in epoch.labels.tolist()])


def _strangers(lab: Lab, epoch: Epoch, shards: Shards) -> Verdict | None:
    """A verdict when the epoch has a label twice, or one that is not in the good records."""
    good = set(shards.good[1].tolist())
    got = epoch.labels.tolist()
    if set(got) - good:
        return lab.failed("A batch holds a label that is in no good record.")
    if len(set(got)) < len(got):
        twice = f"{len(got) - len(set(got))} of {len(got)} are repetitions"
        return lab.failed("A record comes more than once in one epoch.", observed=twice)
    return None


# --- 1: records ----------------------------------------------------------------------------------


@check(
    "writes",
    title="`write_records` writes one Example per signal",
    points=2,
    task=1,
    cards=("data-tfrecord-write", "data-feature-lists", "data-tfrecord-code"),
)
def writes(lab: Lab) -> Verdict:
    signals, labels = _shards(lab, [int(lab.rng.integers(5, 20))]).good
    found = lab.host("written", signals, labels).plain
    if isinstance(found, str):
        return lab.failed("`write_records` wrote no file at the path that it was given.")
    if len(found["labels"]) != len(labels):
        sentence = "There must be as many records as signals."
        return lab.failed(sentence, observed=f"{len(found['labels'])}", limit=f"= {len(labels)}")
    names, kinds = found["names"], found["kinds"]
    if any(one != ["label", "signal"] for one in names):
        sentence = "Each Example must have the features `signal` and `label`, no more, no less."
        return lab.failed(sentence, observed=f"{names[0]}")
    if any(one != ["float_list", "int64_list"] for one in kinds):
        sentence = "`signal` is a list of floats, `label` a list with one int64."
        return lab.failed(sentence, observed=f"{kinds[0]}", limit="= ['float_list', 'int64_list']")
    right = lab.close(found["signals"], signals, 0, what="the array of signals in the file")
    return right and lab.equal(
        np.array(found["labels"]), labels[:, None], what="the array of labels in the file"
    )


@check(
    "parses",
    title="`parse` gives the signal and its label",
    points=2,
    task=1,
    cards=("data-tfrecord-parse", "data-parse-int32", "data-tfrecord-code"),
)
def parses(lab: Lab) -> Verdict:
    signals, labels = _shards(lab, [int(lab.rng.integers(5, 20))]).good
    output = lab.host("parsed", signals, labels)
    if output.kind == "text":
        sentence = "`parse` must return the pair (signal, label)."
        return lab.failed(sentence, observed=output.plain)
    found = output.value
    what = "`parse`: the signal"
    right = lab.close(found["signals"], signals, 0, dtype="float32", what=what)
    if not right:
        return right
    what = "`parse`: the label"
    right = lab.equal(found["labels"], labels, dtype="int64", what=what)
    if not right:
        return right
    shapes = found["shapes"].plain
    if shapes != [[data.LENGTH], []]:
        sentence = (
            "The values are right, but the pipeline does not know their shapes (element_spec)."
        )
        observed, limit = f"{shapes}", f"= [[{data.LENGTH}], []]"
        return lab.failed(sentence, observed=observed, limit=limit)
    return right


# --- 2: build_dataset ----------------------------------------------------------------------------


def _uneven(lab: Lab) -> tuple[Shards, int]:
    """A few files and a batch size that does not divide what is in them."""
    sizes = [int(size) for size in lab.rng.integers(15, 30, size=4)]
    batch_size = int(lab.rng.integers(7, 12))
    if sum(sizes) % batch_size == 0:
        sizes[0] += 1
    return _shards(lab, sizes), batch_size


@check(
    "evaluation",
    title="For evaluation: every record once, in order, in both of two epochs",
    points=3,
    task=2,
    cards=("data-batch-remainder", "data-drop-remainder-evaluation", "data-tensors-or-slices"),
    after=("parses",),
)
def evaluation(lab: Lab) -> Verdict:
    shards, batch_size = _uneven(lab)
    epochs = _run(lab, shards, batch_size, training=False, passes=2)
    if isinstance(epochs, Verdict):
        return epochs
    _signals, labels = shards.good
    whole, rest = divmod(len(labels), batch_size)
    for number, epoch in enumerate(epochs, 1):
        what = f"the list of batch sizes in epoch {number}"
        right = lab.equal(epoch.sizes, [batch_size] * whole + [rest], what=what)
        if not right:
            return right
        what = f"the order of the records in epoch {number}"
        right = lab.equal(epoch.labels, labels, what=what)
        if not right:
            return right
        right = _same_signals(lab, epoch, shards)
        if not right:
            return right
    return lab.passed(
        "Every record once, in order.", observed=f"{len(labels)} records in {whole + 1} batches"
    )


@check(
    "training",
    title="For training: whole batches only, no record twice",
    points=2,
    task=2,
    cards=("data-drop-remainder", "data-repeat-batch", "data-shuffle-repeat"),
    after=("parses",),
)
def training(lab: Lab) -> Verdict:
    shards, batch_size = _uneven(lab)
    epochs = _run(lab, shards, batch_size, training=True, passes=2)
    if isinstance(epochs, Verdict):
        return epochs
    wanted = [batch_size] * (len(shards.good[1]) // batch_size)
    for epoch in epochs:
        right = lab.equal(epoch.sizes, wanted, what="the list of batch sizes of an epoch")
        if not right:
            return right
        problem = _strangers(lab, epoch, shards)
        if problem is not None:
            return problem
        right = _same_signals(lab, epoch, shards)
        if not right:
            return right
    return lab.passed(f"{len(wanted)} whole batches in each epoch, no record twice.")


@check(
    "shuffled",
    title="For training: a new order in every epoch, files well mixed",
    points=3,
    task=2,
    cards=(
        "data-shuffle-after-batch",
        "data-reshuffle",
        "interview-shuffle-buffer",
        "data-interleave-order",
    ),
    after=("training",),
)
def shuffled(lab: Lab) -> Verdict:
    shards = _shards(lab, [52, 52, 52, 52])  # 8 are left over in each pass
    epochs = _run(lab, shards, 20, training=True, passes=3)
    if isinstance(epochs, Verdict):
        return epochs
    for epoch in epochs:
        problem = _mixing_problem(lab, epoch, shards)
        if problem is not None:
            return problem
    orders = {tuple(epoch.labels.tolist()) for epoch in epochs}
    if len(orders) < len(epochs):
        sentence = "Two epochs have the same order. Shuffle anew in each; what does `cache` keep?"
        return lab.failed(sentence, observed=f"{len(orders)} orders in {len(epochs)} epochs")
    if len({frozenset(order) for order in orders}) == 1:
        sentence = "The same records are left over in each epoch. Shuffle before you drop any."
        return lab.failed(sentence)
    return lab.passed("Three epochs, three orders, and no trace of the files' order in them.")


def _mixing_problem(lab: Lab, epoch: Epoch, shards: Shards) -> Verdict | None:
    files = [shards.file_of[label] for label in epoch.labels.tolist()]
    batches = np.split(np.array(files), np.cumsum(epoch.sizes)[:-1])
    fewest = min(len(set(batch.tolist())) for batch in batches)
    if fewest < FILES_IN_A_BATCH:
        sentence = (
            "There is a batch of 20 with examples from too few of the 4 files. Is the buffer of "
            "`shuffle` large enough, and does it shuffle examples, not batches?"
        )
        observed, limit = f"{fewest} files", f"≥ {FILES_IN_A_BATCH}"
        return lab.failed(sentence, observed=observed, limit=limit)
    for what, stored in (("in all files", _places(shards)), ("in its file", _inner(shards))):
        then = np.array([stored[label] for label in epoch.labels.tolist()])
        found = abs(float(np.corrcoef(np.arange(len(then)), then)[0, 1]))
        if not found <= CORRELATION:
            sentence = f"A record's place {what} still tells its place in the epoch (correlation)."
            return lab.failed(sentence, observed=f"{found:.2f}", limit=f"≤ {CORRELATION}")
    return None


def _places(shards: Shards) -> dict[int, int]:
    return {int(label): place for place, label in enumerate(shards.good[1])}


def _inner(shards: Shards) -> dict[int, int]:
    return {int(x): place for _, labels, _ in shards.files for place, x in enumerate(labels)}


@check(
    "reproducible",
    title="The same seed gives the same epoch, another seed another one",
    points=1,
    task=2,
    cards=("data-reshuffle", "data-deterministic"),
    after=("shuffled",),
    timeout=40,
)
def reproducible(lab: Lab) -> Verdict:
    shards = _shards(lab, [30, 30, 30])
    first, other = (int(seed) for seed in lab.rng.choice(10_000, size=2, replace=False))
    orders = []
    for seed in (first, first, other):
        epochs = _run(lab, shards, 15, training=True, seed=seed)
        if isinstance(epochs, Verdict):
            return epochs
        orders.append(epochs[0].labels.tolist())
    if orders[0] != orders[1]:
        return lab.failed(f"Two datasets built with seed {first} begin with different epochs.")
    if orders[0] == orders[2]:
        return lab.failed(f"Seeds {first} and {other} give the same first epoch.")
    return lab.passed("The seed decides the order.")


# --- 3: bad records ------------------------------------------------------------------------------


@check(
    "bad-records",
    title="Records that cannot be used are left out, and only those",
    points=3,
    task=3,
    cards=("data-ignore-errors", "data-ignore-errors-danger", "data-filter"),
    after=("evaluation",),
)
def bad_records(lab: Lab) -> Verdict:
    shards = _shards(lab, [40, 30, 35], bad=2)
    try:
        epochs = _run(lab, shards, 8, training=False)
    except LearnerError as error:
        sentence = f"A bad record ended the epoch. {error}"
        raise LearnerError(sentence, error.traceback) from None
    if isinstance(epochs, Verdict):
        return epochs
    epoch, labels = epochs[0], shards.good[1]
    count, lost = len(labels), len(set(labels.tolist()) - set(epoch.labels.tolist()))
    if lost:
        sentence = "Good records are missing. Does one bad record take its whole batch with it?"
        return lab.failed(sentence, observed=f"{lost} of {count} missing", limit="none missing")
    if len(epoch.labels) > count:
        kinds = ", ".join(_left_in(epoch, shards))
        sentence = "Some records should have been left out."
        return lab.failed(sentence, observed=f"{len(epoch.labels)} ({kinds})", limit=f"= {count}")
    right = lab.equal(epoch.labels, labels, what="the order of the good records")
    return right and _same_signals(lab, epoch, shards)


def _left_in(epoch: Epoch, shards: Shards) -> list[str]:
    kinds = {int(x): kind for _, labels, what in shards.files for x, kind in zip(labels, what)}  # noqa: B905
    return sorted({kinds.get(int(label), "unknown") for label in epoch.labels} - {GOOD})


@check(
    "bad-in-training",
    title="Bad records do no harm in training either",
    points=1,
    task=3,
    cards=("data-ignore-errors",),
    after=("training", "bad-records"),
)
def bad_in_training(lab: Lab) -> Verdict:
    shards = _shards(lab, [30, 40, 30], bad=2)
    epochs = _run(lab, shards, 8, training=True, passes=2)
    if isinstance(epochs, Verdict):
        return epochs
    wanted = [8] * (len(shards.good[1]) // 8)
    for epoch in epochs:
        right = lab.equal(epoch.sizes, wanted, what="the list of batch sizes of an epoch")
        problem = None if not right else _strangers(lab, epoch, shards)
        if not right or problem is not None:
            return problem or right
    return lab.passed(f"{len(wanted)} whole batches of good records in each epoch.")


# --- 4: prepare and augment ----------------------------------------------------------------------


@dataclass(frozen=True)
class Worked:
    """Passes over a dataset with `prepare` and `augment`, and how often these were called."""

    epochs: list[Epoch]
    prepared: int
    augmented: int
    shards: Shards
    factor: float


def _worked(lab: Lab, *, is_training: bool) -> Worked | Verdict:
    shards = _shards(lab, [20, 16, 24])
    factor = float(np.float32(lab.rng.uniform(2, 5)))
    files = [list(one) for one in shards.files]
    noise = int(lab.rng.integers(2**31))
    found = lab.host("worked", files, 10, is_training, factor, noise, passes=3).plain
    epochs = _epochs(lab, found["passes"])
    if isinstance(epochs, Verdict):
        return epochs
    return Worked(epochs, found["prepared"], found["augmented"], shards, factor)


@check(
    "prepared",
    title="`prepare` is applied, and runs once for each record in three epochs",
    points=3,
    task=4,
    cards=("interview-cache-placement", "data-cache-take"),
    after=("evaluation", "training"),
    timeout=40,
)
def prepared(lab: Lab) -> Verdict:
    for is_training in (False, True):
        worked = _worked(lab, is_training=is_training)
        if isinstance(worked, Verdict):
            return worked
        name = "training" if is_training else "evaluation"
        if not is_training:
            kept = worked.shards.good[1]
            right = lab.equal(worked.epochs[0].labels, kept, what="the order of the records")
            if not right:
                return right
            right = _same_signals(lab, worked.epochs[0], worked.shards, worked.factor)
            if not right:
                return lab.failed(
                    "The signals of an evaluation must be those that `prepare` gave, no others.",
                    observed=right.observed,
                    limit=right.limit,
                )
        count = len(worked.shards.good[1])
        sentence = f"Calls of `prepare` in three epochs of {name}."
        if worked.prepared != count:
            return lab.failed(sentence, observed=f"{worked.prepared}", limit=f"= {count}")
    return lab.passed("Each record was prepared once, for all epochs.", observed=f"{count}")


@check(
    "augmented",
    title="`augment` changes each training example afresh in each epoch",
    points=3,
    task=4,
    cards=("data-random-cached", "interview-cache-placement", "data-map-python-random"),
    after=("prepared",),
)
def augmented(lab: Lab) -> Verdict:
    worked = _worked(lab, is_training=True)
    if isinstance(worked, Verdict):
        return worked
    lifts = []
    for epoch in worked.epochs:
        lift = _lift(epoch, worked)
        if not (lift.std(axis=1).max() < 0.01 and lift.min() > 999 and lift.max() < 2001):
            sentence = "A training example must be `augment(*prepare(signal, label))`, once each."
            return lab.failed(sentence)
        lifts.append(dict(zip(epoch.labels.tolist(), lift.mean(axis=1).tolist(), strict=True)))
    again = [x for x in set(lifts[0]) & set(lifts[1]) if abs(lifts[0][x] - lifts[1][x]) < 1e-3]
    if len(again) > 2:
        sentence = "Examples look the same in two epochs: what `augment` gave must not be kept."
        return lab.failed(sentence, observed=f"{len(again)} the same", limit="new ones each time")
    orders = {tuple(epoch.labels.tolist()) for epoch in worked.epochs}
    right = lab.equal(len(orders), len(worked.epochs), what="the number of orders in three epochs")
    sentence = "Every epoch augments anew."
    return right and lab.passed(sentence, observed=f"{worked.augmented} calls of `augment`")


def _lift(epoch: Epoch, worked: Worked) -> np.ndarray:
    """What was added to the prepared signals: one number for each example is what is asked."""
    prepared = _stored(epoch, worked.shards).astype("float64") * worked.factor
    return epoch.signals.astype("float64") - prepared


# --- 5: the table --------------------------------------------------------------------------------

HEADER = "time,station,temperature,humidity,rain"
COLUMNS = {"station": "string", "temperature": "float32", "humidity": "float32"}
STATIONS = ("Halle", "Halle, Nord", "Zürich", "São Paulo, Centro", "Oslo")
Row = tuple[str, float, float, int]


def _rows(lab: Lab, count: int) -> list[Row]:
    """Full rows, each different: station, temperature, humidity, rain."""
    return [
        (
            str(lab.rng.choice(STATIONS)),
            round(float(lab.rng.uniform(-20, 35)), 2),
            round(float(lab.rng.uniform(0, 100)), 1),
            int(lab.rng.integers(0, 2**40)),
        )
        for _ in range(count)
    ]


def _line(time: int, row: Row) -> str:
    station = f'"{row[0]}"' if "," in row[0] else row[0]
    return f"{time},{station},{row[1]},{row[2]},{row[3]}"


Batches = list[dict[str, Any]]


def _read(lab: Lab, lines: Sequence[str], batch_size: int, most: int) -> list[Batches] | Verdict:
    """The columns of each batch, in each of two passes."""
    text = "\n".join([HEADER, *lines]) + "\n"
    output = lab.host("weather", text, batch_size, most)
    if output.kind == "text":
        sentence = "`read_weather` must return a tf.data.Dataset."
        return lab.failed(sentence, observed=output.plain)
    passes = []
    for elements in output.value:
        for element in elements.value:
            problem = _element_problem(lab, element)
            if problem is not None:
                return problem
        pairs = [element.value for element in elements.value]
        passes.append([{**features.plain, "rain": rain.plain} for features, rain in pairs])
    return passes


def _element_problem(lab: Lab, element: Any) -> Verdict | None:
    limit = "({station, temperature, humidity}, rain)"
    parts = element.value if element.kind == "tuple" else []
    if len(parts) != 2 or parts[0].kind != "dict" or set(parts[0].value) != set(COLUMNS):
        names = sorted(parts[0].value) if parts and parts[0].kind == "dict" else element.words
        return lab.failed("Each element must be a pair.", observed=f"{names}", limit=limit)
    columns = {**parts[0].value, "rain": parts[1]}
    for name, dtype in {**COLUMNS, "rain": "int64"}.items():
        column, limit = columns[name], f"a {dtype} tensor of shape (n,)"
        if (column.kind, column.dtype, len(column.shape)) != ("tensor", dtype, 1):
            sentence = f"`{name}` is not as asked."
            return lab.failed(sentence, observed=column.words, limit=limit)
    return None


def _table_agrees(lab: Lab, passes: list[Batches], rows: Sequence[Row], batch_size: int) -> Verdict:
    right = lab.failed("There was no pass.")
    for batches, when in zip(passes, ("", " in a second pass"), strict=True):
        right = _pass_agrees(lab, batches, rows, batch_size, when)
        if not right:
            return right
    return right


def _pass_agrees(
    lab: Lab, batches: Batches, rows: Sequence[Row], batch_size: int, when: str
) -> Verdict:
    got = [len(batch["rain"]) for batch in batches]
    whole, rest = divmod(len(rows), batch_size)
    wanted = [batch_size] * whole + [rest] * (rest > 0)
    right = lab.equal(got, wanted, what=f"the list of batch sizes{when}")
    if not right:
        return right
    for place, name in enumerate(("station", "temperature", "humidity", "rain")):
        column = np.concatenate([batch[name] for batch in batches])
        expected = np.array([row[place] for row in rows])
        what = f"the column `{name}`{when}"
        exact = name in {"station", "rain"}
        right = (
            lab.equal(column, expected, what=what)
            if exact
            else lab.close(column, expected, 1e-4, what=what)
        )
        if not right:
            return right
    return right


@check(
    "weather-rows",
    title="`read_weather` gives every row once, in order, with the right dtypes",
    points=2,
    task=5,
    cards=("data-csv-defaults", "data-make-csv-endless", "data-text-lines"),
)
def weather_rows(lab: Lab) -> Verdict:
    rows = _rows(lab, int(lab.rng.integers(22, 28)))
    lines = [_line(600 * number, row) for number, row in enumerate(rows)]
    passes = _read(lab, lines, 5, most=12)
    if isinstance(passes, Verdict):
        return passes
    return _table_agrees(lab, passes, rows, 5)


@check(
    "weather-missing",
    title="`read_weather` fills what is missing",
    points=2,
    task=5,
    cards=("data-csv-defaults",),
    after=("weather-rows",),
)
def weather_missing(lab: Lab) -> Verdict:
    rows = _rows(lab, 24)
    lines = []
    for number, (station, temperature, humidity, rain) in enumerate(rows):
        fields = _line(600 * number, ("*", temperature, humidity, rain)).split(",")
        fields[1] = f'"{station}"'
        if number % 6:
            fields[1 + number % 3] = ""
        lines.append(",".join(fields))
    filled = ("unknown", 15.0, 50.0)
    expected = [
        (*[filled[k] if n % 6 and n % 3 == k else row[k] for k in range(3)], row[3])
        for n, row in enumerate(rows)
    ]
    passes = _read(lab, lines, 7, most=12)
    if isinstance(passes, Verdict):
        return passes
    return _table_agrees(lab, passes, expected, 7)


@check(
    "weather-bad-rows",
    title="`read_weather` leaves out rows that it cannot use",
    points=2,
    task=5,
    cards=("data-ignore-errors", "data-csv-defaults"),
    after=("weather-rows",),
)
def weather_bad_rows(lab: Lab) -> Verdict:
    rows = _rows(lab, 20)
    lines = [_line(600 * number, row) for number, row in enumerate(rows)]
    bad = ["1,Oslo,3.5,70,", "2,Oslo,cold,70,1", "3,Oslo,3.5,70,yes", "4,Oslo,3.5", "5,Oslo,1,x,0"]
    for line in bad:
        lines.insert(int(lab.rng.integers(1, len(lines))), line)
    passes = _read(lab, lines, 6, most=12)
    if isinstance(passes, Verdict):
        return passes
    return _table_agrees(lab, passes, rows, 6)


# --- 6: the slow store ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Store:
    """Fresh keys, in an order that tells nothing, their table, and how long each row takes."""

    keys: np.ndarray
    table: np.ndarray
    waits: np.ndarray


def _store(lab: Lab, shortest: float = 1.0) -> Store:
    """A store that takes `WAIT` for a row, or from `shortest` times that on."""
    table = lab.rng.normal(size=(2 * KEYS, 4)).astype("float32")
    waits = WAIT * lab.rng.uniform(shortest, 1, size=len(table))
    return Store(lab.rng.permutation(2 * KEYS)[:KEYS].astype("int64"), table, waits)


def _fetched(lab: Lab, who: str, store: Store) -> Verdict:
    keys, table = store.keys, store.table
    found = lab.host(who, keys, table, store.waits, IN_A_BATCH).plain
    if isinstance(found, str):
        return lab.failed("`fetch_all` must return a tf.data.Dataset.", observed=found)
    whole, rest = divmod(KEYS, IN_A_BATCH)
    wanted = [IN_A_BATCH] * whole + [rest]
    got = [len(batch) for batch in found["batches"]]
    right = lab.equal(got, wanted, what="the list of batch sizes")
    if not right:
        return right
    rows = np.concatenate(found["batches"])
    right = lab.close(rows, table[keys], 0, what="the table of rows, in the order of the keys,")
    if not right:
        return right
    calls = np.bincount(keys, minlength=len(table))
    return lab.equal(found["asked"], calls, what="the number of calls of `fetch` for each key")


@check(
    "fetches",
    title="`fetch_all` asks once for each key and keeps their order",
    points=1,
    task=6,
    cards=("data-parallel-map", "data-deterministic"),
)
def fetches(lab: Lab) -> Verdict:
    """Some rows come sooner than others, so that an order that is not kept shows."""
    return _fetched(lab, "learners", _store(lab, shortest=0.2))


@check(
    "fast",
    title="`fetch_all` takes at most a third of the time of one key after the other",
    points=3,
    task=6,
    cards=("data-threadpool", "data-parallel-map"),
    after=("fetches",),
    timeout=60,
    better="lower",
    ask=0.33,
)
def fast(lab: Lab) -> Verdict:
    """Both on fresh keys every time; the clock is the judge's. A busy machine only ever slows."""
    seconds: dict[str, list[float]] = {"naive": [], "learners": []}
    for who in ("naive", *["learners"] * 4, "naive"):
        store = _store(lab)
        began = perf_counter()
        right = _fetched(lab, who, store)
        seconds[who].append(perf_counter() - began)
        if not right:
            raise LearnerError(f"While it was timed: {right.message}")
    share = min(seconds["learners"]) / min(seconds["naive"])
    sentence = "Its time as a share of that of one key after the other (the best runs of each)."
    return lab.at_most(round(share, 3), lab.threshold, sentence)
