"""The checks of lab 04: scripted trainings, played to the learner's callbacks; then a real one."""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tfcards.labkit import Lab, Verdict, check

MIN_DELTA = 0.001
PATIENCE = 5
CALM = 2  # epochs without improvement after which the rate is halved
FLOOR = 1e-4
METRICS = ("accuracy", "loss", "val_accuracy", "val_loss")


# --- what is right -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Course:
    """What a course of val_loss asks for. Epochs are counted from 0, `epochs` is their number."""

    epochs: int
    restored: int
    lowest: int
    rates: list[float]


def _course(losses: Sequence[float], rate: float = 0.1) -> Course:
    best, restored, waited, calm, rates = math.inf, 0, 0, 0, []
    for epoch, loss in enumerate(losses):
        if loss < best - MIN_DELTA:
            best, restored, waited, calm = loss, epoch, 0, 0
        else:
            waited, calm = waited + 1, calm + 1
        if calm == CALM:
            rate, calm = max(rate / 2, FLOOR), 0
        rates.append(rate)
        if waited == PATIENCE:
            break
    seen = [loss for loss in losses[: len(rates)] if not math.isnan(loss)]
    return Course(len(rates), restored, list(losses).index(min(seen)), rates)


# --- scripts -------------------------------------------------------------------------------------


def _losses(lab: Lab, script: str) -> list[float]:
    """A val_loss for each letter: `+` improves, `-` is worse, `.` is lower by next to nothing.

    All are multiples of 0.0004, so that none comes near the border of 0.001.
    """
    base, tiny, losses = 5000, 0, []
    for letter in script:
        if letter == "+":
            base, tiny = base - int(lab.rng.integers(20, 200)), 0
            losses.append(base)
        elif letter == ".":
            tiny += 1
            losses.append(base - tiny)  # twice in a row at most: 0.0004 and 0.0008
        else:
            losses.append(base + int(lab.rng.integers(10, 300)))
    return [round(loss * 0.0004, 4) for loss in losses]


@dataclass(frozen=True)
class Played:
    """A script, what was played to the callbacks, and what they did."""

    losses: list[float]
    marks: list[float]
    epochs: list[dict[str, float]]
    found: dict[str, Any]

    @property
    def course(self) -> Course:
        """What this script asks for."""
        return _course(self.losses)

    def epoch_of(self, mark: float) -> str:
        """Which epoch these weights are of, in words."""
        gaps = [abs(mark - other) for other in self.marks]
        nearest = int(np.argmin(gaps))
        return f"those of epoch {nearest}" if gaps[nearest] < 1e-5 else "of no epoch"

    @property
    def words(self) -> str:
        """The val_loss of each epoch, short."""
        return ", ".join(f"{loss:g}" for loss in self.losses)


def _play(
    lab: Lab, losses: list[float], nan: list[int] | None = None, rate: float = 0.1
) -> Played | Verdict:
    marks = [round(float(mark), 3) for mark in lab.rng.permutation(1000)[: len(losses)] / 50]
    epochs = [
        {name: round(float(lab.rng.uniform(0.1, 0.9)), 4) for name in METRICS} | {"val_loss": loss}
        for loss in losses
    ]
    plan = {"epochs": epochs, "marks": marks, "batches": 4, "nan": nan, "rate": rate}
    found = lab.host("scripted", plan).plain
    if isinstance(found, str):
        return lab.failed("`make_callbacks` must return a list of callbacks.", observed=found)
    return Played(losses, marks, epochs, found)


def _many(lab: Lab, scripts: Sequence[str]) -> list[Played] | Verdict:
    played = []
    for script in scripts:
        one = _play(lab, _losses(lab, script))
        if isinstance(one, Verdict):
            return one
        played.append(one)
    return played


def _some(lab: Lab, letter: str, low: int, high: int) -> str:
    return letter * int(lab.rng.integers(low, high + 1))


# --- 1: stop and restore -------------------------------------------------------------------------


@check(
    "stops",
    title="It stops after five epochs in a row without improvement of `val_loss`",
    points=3,
    task=1,
    cards=("training-patience", "training-min-delta", "training-callbacks-sheet"),
    timeout=60,
)
def stops(lab: Lab) -> Verdict:
    scripts = [
        _some(lab, "+", 1, 4) + "-" * 9,
        _some(lab, "+", 1, 3) + "----+--+" + "-" * 9,
        _some(lab, "+", 2, 4) + "..-" + "-" * 8,
        "+-" * int(lab.rng.integers(5, 7)),
    ]
    played = _many(lab, scripts)
    if isinstance(played, Verdict):
        return played
    for one in played:
        what = f"the number of epochs for val_loss {one.words}"
        right = lab.equal(one.found["epochs"], one.course.epochs, what=what)
        if not right:
            return right
    return lab.passed("It stopped when it should in four trainings.")


@check(
    "restores",
    title="Whatever ends the training, the model has the weights of the best epoch",
    points=2,
    task=1,
    cards=("training-restore-best", "training-stop-versus-checkpoint"),
    after=("stops",),
    timeout=60,
)
def restores(lab: Lab) -> Verdict:
    scripts = [
        _some(lab, "+", 2, 4) + "-" * 8,
        _some(lab, "+", 1, 3) + "-+.." + "-" * 7,
        _some(lab, "+", 2, 4) + "---",
    ]
    played = _many(lab, scripts)
    if isinstance(played, Verdict):
        return played
    for one in played:
        verdict = _restored(lab, one)
        if not verdict:
            return verdict
    return lab.passed("The best weights came back in three trainings.")


def _restored(lab: Lab, one: Played) -> Verdict:
    wanted = one.course.restored
    observed = one.epoch_of(one.found["mark"])
    limit = f"those of epoch {wanted} (the last that improved)"
    sentence = f"The model's weights after the training with val_loss {one.words}"
    if abs(one.found["mark"] - one.marks[wanted]) < 1e-5:
        return lab.passed(sentence, observed=observed, limit=limit)
    return lab.failed(sentence, observed=observed, limit=limit)


@check(
    "nan",
    title="A batch with a loss of NaN ends the training at once",
    points=2,
    task=1,
    cards=("training-terminate-on-nan",),
    after=("restores",),
)
def nan(lab: Lab) -> Verdict:
    losses = _losses(lab, "++-+-")
    when = [int(lab.rng.integers(2, 4)), int(lab.rng.integers(0, 3))]  # epochs are left after it
    for epoch in range(when[0], len(losses)):
        losses[epoch] = math.nan
    one = _play(lab, losses, nan=when)
    if isinstance(one, Verdict):
        return one
    stopped = one.found["stopped_at"]
    limit = f"in epoch {when[0]} after batch {when[1]}"
    if stopped != when:
        observed = "not at all" if stopped is None else f"in epoch {stopped[0]}"
        sentence = "The training must stop after the batch whose loss is NaN."
        return lab.failed(sentence, observed=observed, limit=limit)
    if one.found["epochs"] != when[0] + 1:
        sentence = (
            "The training stopped after the batch whose loss is NaN, and then went on. Does a "
            "callback set `stop_training` to False?"
        )
        return lab.failed(sentence, observed=f"{one.found['epochs']} epochs", limit=limit)
    return _restored(lab, one)


# --- 2: the folder and the learning rate ---------------------------------------------------------


@check(
    "best-file",
    title="`best.keras` is the model with the lowest `val_loss`",
    points=2,
    task=2,
    cards=("training-checkpoint", "training-stop-versus-checkpoint"),
    timeout=60,
)
def best_file(lab: Lab) -> Verdict:
    scripts = [
        _some(lab, "+", 1, 3) + "-+.--",
        _some(lab, "+", 1, 3) + "-..-",
        _some(lab, "+", 2, 4) + "-" * 4,
    ]
    played = _many(lab, scripts)
    if isinstance(played, Verdict):
        return played
    for one in played:
        saved, lowest = one.found["best"], one.course.lowest
        if saved is None:
            names = ", ".join(one.found["files"]) or "nothing"
            return lab.failed("There is no `best.keras` in the folder.", observed=names)
        if abs(saved - one.marks[lowest]) > 1e-5:
            sentence = f"The weights in `best.keras` after val_loss {one.words}"
            observed, limit = one.epoch_of(saved), f"those of epoch {lowest}"
            return lab.failed(sentence, observed=observed, limit=limit)
    return lab.passed("The file held the right epoch in three trainings.")


@check(
    "log",
    title="`log.csv` has a line for each epoch, as soon as the epoch ends",
    points=2,
    task=2,
    cards=("training-csv-logger",),
)
def log(lab: Lab) -> Verdict:
    one = _play(lab, _losses(lab, "+-+--+"))
    if isinstance(one, Verdict):
        return one
    right = _rows_agree(lab, one)
    if not right:
        return right
    wanted = [epoch + 2 for epoch in range(len(one.losses))]
    early = lab.equal(one.found["lines"], wanted, what="the list of lines in the file")
    sentence = "After each epoch the file must hold the header and a line for every epoch so far."
    if not early:
        return lab.failed(sentence, observed=early.observed, limit=early.limit)
    return lab.passed("A line for each epoch.", observed=f"{len(one.losses)} lines")


def _rows_agree(lab: Lab, one: Played) -> Verdict:
    rows = list(csv.DictReader(one.found["log"].splitlines()))
    right = lab.equal(len(rows), len(one.losses), what="the number of lines below the header")
    if not right:
        return right
    missing = {"epoch", *METRICS} - set(rows[0])
    if missing:
        sentence = f"Columns are missing in `log.csv`: {', '.join(sorted(missing))}."
        return lab.failed(sentence, observed=f"{list(rows[0])}")
    for name in ("epoch", *METRICS):
        expected = [one.epochs[i].get(name, i) for i in range(len(rows))]
        right = lab.close([_figure(row[name]) for row in rows], expected, 1e-6, what=f"`{name}`")
        if not right:
            return right
    return right


def _figure(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return math.nan


@check(
    "files",
    title="There is nothing else in the folder",
    points=1,
    task=2,
    cards=("training-checkpoint-pattern", "training-checkpoint"),
    after=("best-file", "log"),
)
def files(lab: Lab) -> Verdict:
    played = _many(lab, ["+-+--+", "++--"])
    if isinstance(played, Verdict):
        return played
    for one in played:
        right = lab.equal(
            one.found["files"], ["best.keras", "log.csv"], what="the list of files in the folder"
        )
        if not right:
            return right
    return right


@check(
    "rate",
    title="The learning rate is halved after two epochs without improvement, down to 0.0001",
    points=2,
    task=2,
    cards=("training-plateau", "training-plateau-patience"),
    timeout=60,
)
def rate(lab: Lab) -> Verdict:
    for script, first in (
        ("+--+" + _some(lab, "+", 1, 3) + "-+----+-+", 0.1),
        ("++..--+--+" + _some(lab, "-", 1, 3), 0.02),
        ("+--+--+----+--+", 0.0006),
    ):
        one = _play(lab, _losses(lab, script), rate=first)
        if isinstance(one, Verdict):
            return one
        wanted = _course(one.losses, first).rates
        shown = [float(f"{value:.4g}") for value in one.found["rates"]]
        right = lab.close(np.array(shown) / first, np.array(wanted) / first, 1e-3)
        if not right:
            sentence = f"The learning rate after each epoch, for val_loss {one.words}"
            return lab.failed(sentence, observed=f"{shown}", limit=f"{wanted}")
    return lab.passed("The rate went down as it should in three trainings.")


# --- 3: TargetReached ----------------------------------------------------------------------------

Metrics = dict[str, float]


def _target(
    lab: Lab, arguments: list[Any], trainings: list[list[Metrics]], wanted: list[int | None]
) -> Verdict:
    """Each training must stop after the epoch wanted (from 1), or run to its end."""
    found = lab.host("targeted", arguments, trainings).plain
    for one, epochs, reached in zip(found, trainings, wanted, strict=True):
        name = arguments[0]
        words = ", ".join(f"{metrics[name]:g}" if name in metrics else "none" for metrics in epochs)
        asked = f"TargetReached({', '.join(map(repr, arguments))}) and {words}"
        what = f"the number of epochs with {asked}"
        right = lab.equal(one["epochs"], reached or len(epochs), what=what)
        if not right:
            return right
        for moment in ("reached", "after"):
            right = lab.equal(one[moment], reached, what=f"`reached` with {asked}")
            if not right:
                return right
    return right


def _series(name: str, values: Sequence[float]) -> list[Metrics]:
    return [{"loss": 1.0, name: round(float(value), 4)} for value in values]


@check(
    "target",
    title="`TargetReached` stops at the first epoch that reaches the target, and says which",
    points=2,
    task=3,
    cards=("training-stop-below-code", "training-hook-order"),
)
def target(lab: Lab) -> Verdict:
    goal = round(float(lab.rng.uniform(0.5, 0.9)), 2)
    place = int(lab.rng.integers(1, 5))
    below = lab.rng.uniform(0.1, goal - 0.05, size=place)
    late = lab.rng.uniform(goal - 0.3, 1, size=3)
    arguments = ["val_accuracy", goal]
    series = [
        _series("val_accuracy", [*below, goal + 0.03, *late]),
        _series("val_accuracy", [*below, goal, goal + 0.05]),  # reached exactly
    ]
    for one in series:
        right = _target(lab, arguments, [one], [place + 1])
        if not right:
            return right
    return _target(lab, arguments, [_series("val_accuracy", below)], [None])


@check(
    "target-min",
    title='`TargetReached` with mode="min" waits for a value that is low enough',
    points=1,
    task=3,
    cards=("training-monitor-name", "training-stop-below-code"),
    after=("target",),
)
def target_min(lab: Lab) -> Verdict:
    goal = round(float(lab.rng.uniform(0.2, 0.5)), 2)
    place = int(lab.rng.integers(1, 4))
    above = lab.rng.uniform(goal + 0.05, 2, size=place)
    series = _series("val_loss", [*above, goal - 0.01, 0.1])
    right = _target(lab, ["val_loss", goal, "min"], [series], [place + 1])
    perfect = _series("val_loss", [*above, 0.0, 0.0])  # a zero counts as a number
    return right and _target(lab, ["val_loss", goal, "min"], [perfect], [place + 1])


@check(
    "target-missing",
    title="`TargetReached` lets epochs pass that do not have the metric",
    points=1,
    task=3,
    cards=("training-monitor-name",),
    after=("target",),
)
def target_missing(lab: Lab) -> Verdict:
    values = lab.rng.uniform(0.1, 0.6, size=4)
    series: list[Metrics] = _series("val_accuracy", [*values, 0.95, 0.5])
    for epoch in (0, 2):
        del series[epoch]["val_accuracy"]
    series[1]["val_accuracy"] = math.nan
    return _target(lab, ["val_accuracy", 0.9], [series], [5])


@check(
    "target-again",
    title="`TargetReached` starts afresh in each training",
    points=1,
    task=3,
    cards=("training-stop-below-code", "training-hook-order"),
    after=("target",),
)
def target_again(lab: Lab) -> Verdict:
    first, third = (lab.rng.uniform(0.1, 0.6, size=int(lab.rng.integers(1, 5))) for _ in range(2))
    trainings = [
        _series("val_accuracy", [*first, 0.9, 0.9]),
        _series("val_accuracy", [0.1, 0.2]),
        _series("val_accuracy", [*third, 0.8, 0.9]),
    ]
    return _target(lab, ["val_accuracy", 0.75], trainings, [len(first) + 1, None, len(third) + 1])


@check(
    "target-others",
    title="`TargetReached` never lets a training go on that something else stops",
    points=1,
    task=3,
    cards=("training-stop-below-code",),
    after=("target",),
)
def target_others(lab: Lab) -> Verdict:
    below = lab.rng.uniform(0.1, 0.6, size=6)
    others = int(lab.rng.integers(1, 4))
    series = _series("val_accuracy", below)
    one = lab.host("targeted", ["val_accuracy", 0.9], [series], others=others).plain[0]
    sentence = (
        f"Another callback stopped the training after epoch {others + 1}, and it went on. Set "
        "`stop_training` when the target is reached, and leave it alone otherwise."
    )
    if one["epochs"] != others + 1:
        observed = f"{one['epochs']} epochs"
        return lab.failed(sentence, observed=observed, limit=f"= {others + 1}")
    return lab.equal(one["reached"], None, what="`reached` after a training that others stopped")


# --- 4: WarmUp -----------------------------------------------------------------------------------

Training = tuple[int, list[float | None]]  # batches of an epoch; the rate set after each epoch


def _warm(lab: Lab, peak: float, steps: int, trainings: list[Training]) -> Verdict:
    """The rate of each batch: up to the peak, and from then on whatever others set."""
    first_rate = 0.5  # what the model was compiled with; above every peak asked for
    found = lab.host("warmed", peak, steps, first_rate, trainings).plain
    for number, (rates, (batches, later)) in enumerate(zip(found, trainings, strict=True), 1):
        wanted: list[float] = []
        rate = peak
        for other in later:
            for _ in range(batches):
                step = len(wanted) + 1
                wanted.append(peak * step / steps if step <= steps else rate)
            rate = rate if other is None else other
        right = lab.close(np.array(rates) / peak, np.array(wanted) / peak, 1e-4)
        if not right:
            sentence = (
                f"The rate of each batch with WarmUp({peak}, {steps}), training {number}, "
                f"{len(later)} epochs of {batches} batches"
            )
            return lab.failed(sentence, observed=_short(rates), limit=_short(wanted))
    return lab.passed("The rate was right for every batch.", observed=_short(rates))


def _short(rates: Sequence[float]) -> str:
    return ", ".join(f"{rate:.3g}" for rate in rates)


def _peak(lab: Lab) -> float:
    return round(float(lab.rng.uniform(0.01, 0.2)), 3)


@check(
    "warm-up",
    title="`WarmUp` raises the rate batch by batch, over more than one epoch",
    points=3,
    task=4,
    cards=("training-warmup", "training-warmup-code", "training-set-rate", "training-hook-order"),
)
def warm_up(lab: Lab) -> Verdict:
    batches = int(lab.rng.integers(3, 6))
    for steps in (batches + int(lab.rng.integers(1, 3)), 2 * batches, 1):
        right = _warm(lab, _peak(lab), steps, [(batches, [None] * 3)])
        if not right:
            return right
    return right


@check(
    "hands-off",
    title="After the warm-up `WarmUp` leaves the rate to others",
    points=2,
    task=4,
    cards=("training-plateau", "training-set-rate"),
    after=("warm-up",),
)
def hands_off(lab: Lab) -> Verdict:
    peak, batches = _peak(lab), int(lab.rng.integers(3, 6))
    return _warm(lab, peak, batches + 1, [(batches, [None, peak / 2, None, peak / 7, None])])


@check(
    "warm-again",
    title="`WarmUp` starts afresh in each training",
    points=1,
    task=4,
    cards=("training-warmup", "training-hook-order"),
    after=("warm-up",),
)
def warm_again(lab: Lab) -> Verdict:
    steps = int(lab.rng.integers(4, 8))
    trainings: list[Training] = [(3, [None]), (4, [None, None]), (steps + 2, [None])]
    return _warm(lab, _peak(lab), steps, trainings)


# --- 5: train ------------------------------------------------------------------------------------

EPOCHS = 40
SHORT = 3
MARK = 2.5  # a feature of one point to validate; those of the training stay below 2


@check(
    "fit",
    title="`train` fits for real, with validation: log, file and model tell the same story",
    points=3,
    task=5,
    cards=("training-callbacks-sheet", "training-restore-best", "training-callback-logs"),
    after=("restores", "best-file", "log"),
    timeout=120,
)
def fit(lab: Lab) -> Verdict:
    """What the log says must be what the judge measures; the rest follows from the log."""
    training, validation = _noisy(lab)
    # The validation labels go along, for that is what they are for; the log has to match them.
    found = lab.host("trained", training, validation, EPOCHS).plain
    rows = list(csv.DictReader(found["log"].splitlines()))
    losses = [_figure(row.get("val_loss")) for row in rows]
    if not losses or any(map(math.isnan, losses)) or found["best"] is None:
        sentence = (
            "After `train` the folder must hold `best.keras`, and `log.csv` with a val_loss in "
            "each line. Does `fit` get the validation data and the callbacks?"
        )
        return lab.failed(sentence, observed=found["log"][:200] or "no log")
    if not found["is_as_compiled"]:
        return lab.failed(
            "`train` must fit the model as it was compiled, and not compile it again."
        )
    if found["highest"] > MARK - 0.25:
        return lab.failed("`train` let the model learn from points that are not in `training`.")
    course = _course(losses)
    wanted = min(course.epochs, EPOCHS)
    right = lab.equal(len(losses), wanted, what=f"the number of epochs ({EPOCHS} at most)")
    story = right and _same_story(lab, found, losses, validation[1])
    if not story:
        return story
    short = lab.host("trained", training, validation, SHORT).plain["log"]
    lines = len(short.splitlines()) - 1
    right = lab.equal(lines, SHORT, what=f"the number of epochs with epochs={SHORT}")
    return right and story


def _noisy(lab: Lab) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """A little data with a rule and much noise: learnt at first, then learnt by heart."""
    rule = lab.rng.normal(size=(6, 1))
    rule *= 2.5 / np.linalg.norm(rule)
    pairs = []
    for count in (96, 160):
        x = np.clip(lab.rng.normal(size=(count, 6)), -2, 2)
        y = x @ rule + lab.rng.normal(size=(count, 1))
        pairs.append([x.astype("float32"), y.astype("float32")])
    pairs[1][0][0, 0] = MARK  # shows when the model learns from it
    return pairs[0], pairs[1]


def _same_story(
    lab: Lab, found: dict[str, Any], losses: list[float], labels: np.ndarray
) -> Verdict:
    course = _course(losses)
    before, after, best = (_squared(found[name], labels) for name in ("before", "after", "best"))
    if not after < 0.8 * before:
        sentence = "The model has hardly learnt anything: its loss on the validation data"
        return lab.failed(sentence, observed=f"{after:.4f}", limit=f"well below {before:.4f}")
    told = [losses[course.restored], losses[course.lowest]]
    right = lab.close([after, best], told, 0.002 * max(told), what="what the log says")
    if not right:
        sentence = (
            "The log's val_loss of the best epoch is not what the judge measures on the model "
            "after `train`, or on the one in `best.keras`."
        )
        observed = f"measured {after:.4f} and {best:.4f}"
        return lab.failed(sentence, observed=observed, limit=f"log {told[0]:.4f} and {told[1]:.4f}")
    return lab.passed("All three agree.", observed=f"{len(losses)} epochs, val_loss {after:.4f}")


def _squared(outputs: np.ndarray, labels: np.ndarray) -> float:
    if outputs.shape != labels.shape:
        return math.nan
    return float(np.mean((outputs.astype("float64") - labels) ** 2))
