"""Puts verdicts and endings together into a result. Fails closed: no finished judge, no grade."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from tfcards.labs.job import CheckInfo, Job
from tfcards.labs.processes import crash
from tfcards.labs.result import CheckResult, Outcome, Status
from tfcards.labs.supervision.events import EventLog
from tfcards.labs.supervision.stage import Ending

CUT_OFF: Final = "The run was cut off before it had a result."
STATUSES: Final = {status.value for status in Status}


class Grading:
    """The verdicts of one run, as the judge tells them over its own line."""

    def __init__(self, checks: tuple[CheckInfo, ...], log: EventLog) -> None:
        self._log = log
        self._checks = {info.id: _waiting(info) for info in checks}
        self._told: set[str] = set()
        self._announced: int | None = None
        self.versions: dict[str, str] = {}

    def take(self, line: bytes) -> None:
        """Look at one line of the judge's."""
        form: dict[str, Any] = json.loads(line)
        if form["ev"] == "end":
            self._announced = int(form["checks"])
            self.versions = dict(form.get("versions", {}))
            return
        check_id = str(form["id"])
        if form["status"] in STATUSES and check_id in self._checks:
            self._told.add(check_id)
            self._checks[check_id] = _judged(self._checks[check_id], form)
        self._log.emit("check", **{name: value for name, value in form.items() if name != "ev"})

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        """Every declared check with what is known of it."""
        return tuple(self._checks.values())

    def problem(self, code: int) -> str:
        """Why these verdicts are no grade, or nothing when they are one."""
        if not self._checks:
            return "This lab has no checks."
        if code != 0 or self._announced is None:
            return "The judge did not finish."
        missing = [name for name in self._checks if name not in self._told]
        if missing or self._announced != len(self._checks):
            return "The judge and the lab disagree about the checks."
        broken = [check for check in self.checks if check.status is Status.ERROR]
        if broken:
            return f"The check “{broken[0].title}” itself failed: {broken[0].message}"
        return ""

    def outcome(self, job: Job, run: Ending) -> tuple[Outcome, str]:
        """The grade in a word and a sentence, when there is no problem."""
        passed = sum(check.status is Status.PASSED for check in self.checks)
        counted = f"{passed} of {len(self._checks)} checks passed."
        if not job.attempted:
            return Outcome.NOT_ATTEMPTED, "The files are as they came, so nothing was counted."
        if run.code != 0:
            return Outcome.ERROR, f"{job.entry} did not run to its end; {counted}"
        if passed == len(self._checks):
            return Outcome.PASSED, f"All {passed} checks passed."
        return Outcome.FAILED, counted


def _waiting(info: CheckInfo) -> CheckResult:
    return CheckResult(
        id=info.id,
        title=info.title,
        points=info.points,
        task=info.task,
        visible=info.visible,
        cards=info.cards,
        message="Not run.",
    )


def not_run(checks: tuple[CheckInfo, ...]) -> tuple[CheckResult, ...]:
    """The checks of a run that never came to them."""
    return tuple(_waiting(info) for info in checks)


def _judged(check: CheckResult, form: Mapping[str, Any]) -> CheckResult:
    return replace(
        check,
        status=Status(form["status"]),
        score=min(max(float(form["score"]), 0.0), check.points),
        message=str(form["message"]),
        observed=str(form["observed"]),
        limit=str(form["limit"]),
        seconds=float(form["seconds"]),
        traceback=str(form["traceback"]),
        measured=None if form["measured"] is None else float(form["measured"]),
        reference=str(form["reference"]),
        is_unwritten=form["is_unwritten"] is True,
    )


def stopped(job: Job, run: Ending, seen: str) -> tuple[Outcome, str] | None:
    """The outcome of a run that did not come to its own end, or None for one that did."""
    limits = job.limits
    sentences = {
        Outcome.CANCELLED: "Stopped.",
        Outcome.TIMEOUT: f"{job.entry} was stopped: {seen}.",
        Outcome.OUT_OF_MEMORY: f"{job.entry} used more than {limits.memory_mb} MB and was stopped.",
        Outcome.OUT_OF_DISK: f"{job.entry} wrote more than {limits.disk_mb} MB of files.",
    }
    if run.stopped is not None:
        return run.stopped, sentences[run.stopped]
    if not run.is_swept:
        text = f"{job.entry} left processes running that could not be ended, so nothing is graded."
        return Outcome.CRASHED, text
    fault = crash(run.code)
    return (Outcome.CRASHED, f"{job.entry} crashed Python ({fault}).") if fault else None
