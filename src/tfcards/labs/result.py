"""The result of one lab run and its file: Gradescope's shape, more in `extra_data.tfcards`."""

import json
import os
import secrets
import shutil
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from tfcards.labs.linkless import leads_away
from tfcards.warm.replacing import put_over

FILE_NAME: Final = "result.json"
SCHEMA: Final = "tfcards.result/1"


class Outcome(StrEnum):
    """How a run ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_ATTEMPTED = "not_attempted"
    ERROR = "error"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    OUT_OF_DISK = "out_of_disk"
    CRASHED = "crashed"
    CANCELLED = "cancelled"
    GRADER_ERROR = "grader_error"


class Status(StrEnum):
    """How one check ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check's verdict. `observed` and `limit` are words; `seconds` is what it took.

    `measured` is the number that the verdict rests on, where there is one; `reference` says in
    words what the lab's solution reached of it. `is_unwritten` tells that the learner has not
    begun.
    """

    id: str
    title: str
    points: float
    task: int = 1
    visible: bool = True
    cards: tuple[str, ...] = ()
    status: Status = Status.SKIPPED
    score: float = 0.0
    message: str = ""
    observed: str = ""
    limit: str = ""
    seconds: float = 0.0
    traceback: str = ""
    measured: float | None = None
    reference: str = ""
    is_unwritten: bool = False

    @property
    def numbers(self) -> str:
        """What was seen, what was asked and what is usual: `0.5 (asked: ≥ 0.9)`."""
        beside = (("asked", self.limit), ("reference solution", self.reference))
        told = "; ".join(f"{name}: {words}" for name, words in beside if words)
        return " ".join(part for part in (self.observed, f"({told})" if told else "") if part)


@dataclass(frozen=True, slots=True)
class Result:
    """One graded run. `message` is a sentence for the learner; `seconds` the whole run's time.

    `judge_seed` was secret while the run lasted and is kept for replaying it.
    """

    lab: str
    outcome: Outcome
    message: str
    checks: tuple[CheckResult, ...]
    seed: int
    judge_seed: int = 0
    seconds: float = 0.0
    peak_memory_mb: int = 0
    isolation: str = "basic"
    versions: dict[str, str] = field(default_factory=dict)
    artifacts: tuple[str, ...] = ()
    diagnostics: str = ""

    @property
    def score(self) -> float:
        """Points earned."""
        return round(sum(check.score for check in self.checks), 4)

    @property
    def max_score(self) -> float:
        """Points that could be earned."""
        return round(sum(check.points for check in self.checks), 4)

    @property
    def counts(self) -> bool:
        """Whether it is an attempt: not when nothing was written, it was stopped, or we failed."""
        return self.outcome not in {
            Outcome.NOT_ATTEMPTED,
            Outcome.GRADER_ERROR,
            Outcome.CANCELLED,
        }

    @property
    def failed_cards(self) -> tuple[str, ...]:
        """Cards named by failed checks, in order, each once.

        None of a program that stopped with an error, nor of tasks that are not written yet: that
        tells nothing about what is remembered.
        """
        if self.outcome is Outcome.ERROR:
            return ()
        failed = [check for check in self.checks if check.status is Status.FAILED]
        unwritten = {check.task for check in failed if check.is_unwritten}
        named = (check.cards for check in failed if check.task not in unwritten)
        return tuple(dict.fromkeys(card for cards in named for card in cards))


def to_json(result: Result) -> dict[str, Any]:
    """The result in Gradescope's shape."""
    return {
        "score": result.score,
        "execution_time": round(result.seconds, 3),
        "output": result.message,
        "output_format": "text",
        "tests": [_test(check) for check in result.checks],
        "leaderboard": [{"name": "seconds", "value": round(result.seconds, 1), "order": "asc"}],
        "extra_data": {
            "tfcards": {
                "schema": SCHEMA,
                "lab": result.lab,
                "outcome": result.outcome.value,
                "gradable": result.counts,
                "max_score": result.max_score,
                "seed": result.seed,
                "judge_seed": result.judge_seed,
                "peak_rss_mb": result.peak_memory_mb,
                "isolation": result.isolation,
                "env": result.versions,
                "artifacts": list(result.artifacts),
                "diagnostics": result.diagnostics,
            }
        },
    }


def _test(check: CheckResult) -> dict[str, Any]:
    passed = check.status is Status.PASSED
    return {
        "name": check.title,
        "score": check.score,
        "max_score": check.points,
        "status": "passed" if passed else "failed",
        "visibility": "visible" if check.visible else "hidden",
        "tags": list(check.cards),
        "output": "\n".join(part for part in (check.message, check.numbers) if part),
        "output_format": "text",
        "extra_data": {
            "check_id": check.id,
            "task_id": check.task,
            "verdict": check.status.value,
            "message": check.message,
            "observed": check.observed,
            "limit": check.limit,
            "seconds": check.seconds,
            "traceback": check.traceback,
            "measured": check.measured,
            "reference": check.reference,
            "is_unwritten": check.is_unwritten,
        },
    }


def from_json(form: dict[str, Any]) -> Result:
    """The result that a file's JSON stands for. Raises KeyError, TypeError, ValueError."""
    ours = form["extra_data"]["tfcards"]
    return Result(
        lab=ours["lab"],
        outcome=Outcome(ours["outcome"]),
        message=form["output"],
        checks=tuple(_check(test) for test in form["tests"]),
        seed=ours["seed"],
        judge_seed=ours["judge_seed"],
        seconds=form["execution_time"],
        peak_memory_mb=ours["peak_rss_mb"],
        isolation=ours["isolation"],
        versions=dict(ours["env"]),
        artifacts=tuple(ours["artifacts"]),
        diagnostics=ours["diagnostics"],
    )


def _check(test: dict[str, Any]) -> CheckResult:
    extra = test["extra_data"]
    return CheckResult(
        id=extra["check_id"],
        title=test["name"],
        points=test["max_score"],
        task=extra["task_id"],
        visible=test["visibility"] == "visible",
        cards=tuple(test["tags"]),
        status=Status(extra["verdict"]),
        score=test["score"],
        message=extra["message"],
        observed=extra["observed"],
        limit=extra["limit"],
        seconds=extra["seconds"],
        traceback=extra["traceback"],
        measured=extra.get("measured"),  # older results have none of these
        reference=extra.get("reference", ""),
        is_unwritten=extra.get("is_unwritten", False),
    )


def write(result: Result, run_folder: Path) -> None:
    """Put result.json into the run folder by an atomic rename, over whatever lies there."""
    run_folder.mkdir(parents=True, exist_ok=True)
    target = run_folder / FILE_NAME
    if leads_away(target):  # the learner's run may have put that there, or a folder
        target.unlink()
    elif target.is_dir():
        shutil.rmtree(target)
    # A name that cannot be guessed: nothing that the learner's run left can be in its way.
    fresh = run_folder / f".result-{secrets.token_hex(8)}"
    with fresh.open("x", encoding="utf-8") as file:
        json.dump(to_json(result), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    put_over(fresh, target)


def keep(result: Result, run_folder: Path) -> Result:
    """Write the result and answer it, or what there is to tell when it cannot be written."""
    try:
        write(result, run_folder)
    except OSError as error:
        return replace(
            result,
            outcome=Outcome.GRADER_ERROR,
            message=f"The result could not be written. {unwritable(run_folder, error)}",
        )
    return result


def unwritable(run_folder: Path, error: OSError) -> str:
    """Why a run's folder does not take its files, and what to do."""
    return (
        f"The run's folder {run_folder} cannot be written: {error.strerror or error}. This run "
        "does not count. Make room on the disk, see that you may write there, and run again."
    )


def read(run_folder: Path) -> Result | None:
    """The run's result, or None while there is none, or none that can be read."""
    try:
        form = json.loads((run_folder / FILE_NAME).read_text("utf-8"))
        return from_json(form)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
