"""What one lab run has shown so far, taken from its events: console, curves, checks. No Qt."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tfcards.labs.manifest import Lab
from tfcards.labs.result import CheckResult, Outcome, Result
from tfcards.labs.telemetry import LOGGED, figure

PHASES = {
    "wait": "waiting",
    "import": "importing",
    "run": "running",
    "ran": "running",
    "grade": "grading",
}
CONSOLE_LINES = 5000
FRAMEWORK = "framework"  # streams of the console besides stdout and stderr: the framework's own,
LANE = "lane"  # a worker's number before its line,
RUN = "run"  # and what the lab did to the program
MOST_SERIES = 1000  # curves; more are no help to anybody
MOST_USAGE = 1200  # samples: ten minutes


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check as it stands: waiting, running, passed, failed, skipped or error."""

    id: str
    title: str
    points: float
    cards: tuple[str, ...] = ()
    visible: bool = True
    status: str = "waiting"
    score: float = 0
    message: str = ""
    observed: str = ""
    limit: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """What the run's processes used at a moment: 100 percent of processor time are one core."""

    cpu_percent: float
    memory_mb: float


class LabRun:
    """The current run of a lab, for drawing. `phase` goes from idle to finished.

    `console` holds (stream, text); `series` the points (step, value) of each metric, with several
    workers of each worker's, as in `worker-1/loss`, and of TensorBoard logs by their folder, as in
    `train/epoch_loss`; `usage` the latest samples, oldest first, and
    `peak_mb` the most memory of all.
    """

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.phase = "idle"
        self.outcome: Outcome | None = None
        self.message = ""
        self.score = 0.0
        self.max_score = lab.points
        self.console: list[tuple[str, str]] = []
        self.series: dict[str, list[tuple[float, float]]] = {}
        self.usage: list[Usage] = []
        self.peak_mb = 0.0
        self.checks: list[CheckRow] = []
        self.clear()

    @property
    def is_running(self) -> bool:
        """A run has been ordered and has not ended."""
        return self.phase not in ("idle", "finished")

    @property
    def said(self) -> list[str]:
        """What the program has printed since it last began."""
        began = max((at for at, (stream, _) in enumerate(self.console) if stream == RUN), default=0)
        return [text for stream, text in self.console[began:] if stream != LANE]

    def clear(self) -> None:
        """Forget the last run, as before the first."""
        self.phase, self.outcome, self.message, self.score = "idle", None, "", 0.0
        self.console, self.series = [], {}
        self.usage, self.peak_mb = [], 0.0
        self.checks = [
            CheckRow(check.id, check.title, check.points, check.cards, check.visible)
            for check in self.lab.checks
        ]

    def feed(self, line: str) -> bool:
        """Take in one line of the supervisor's; true when there is something to redraw."""
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            return False
        takers: Mapping[str, Callable[[dict[str, Any]], None]] = {
            "phase": self._on_phase,
            "log": self._on_log,
            "metric": self._on_metric,
            "usage": self._on_usage,
            "check": self._on_check,
        }
        take = takers.get(str(event.get("ev"))) if isinstance(event, dict) else None
        if take is None:
            return False
        take(event)
        return True

    def show_result(self, result: Result) -> None:
        """The run has ended: from now on its result file speaks."""
        self.phase, self.outcome, self.message = "finished", result.outcome, result.message
        self.score, self.max_score = result.score, result.max_score
        self.checks = [check_row(check) for check in result.checks]

    def _on_phase(self, event: dict[str, Any]) -> None:
        self.phase = PHASES.get(str(event.get("phase")), self.phase)

    def _on_log(self, event: dict[str, Any]) -> None:
        stream, text = str(event.get("stream", "stdout")), str(event.get("text", ""))
        worker = event.get("worker")
        self.console += [(stream, text)] if worker is None else _in_lane(worker, stream, text)
        del self.console[:-CONSOLE_LINES]

    def _on_metric(self, event: dict[str, Any]) -> None:
        values, step = event.get("values"), figure(event.get("step"))
        if not isinstance(values, dict) or step is None:
            return
        is_logged = event.get("scope") == LOGGED  # logs lie in a folder that workers share
        lane = f"worker-{event['worker']}/" if "worker" in event and not is_logged else ""
        for metric, value in values.items():
            name, number = f"{lane}{metric}", figure(value)
            if number is not None and (name in self.series or len(self.series) < MOST_SERIES):
                self.series.setdefault(name, []).append((step, number))

    def _on_usage(self, event: dict[str, Any]) -> None:
        cpu, memory = figure(event.get("cpu")), figure(event.get("memory_mb"))
        if cpu is not None and memory is not None:
            self.usage.append(Usage(cpu, memory))
            self.peak_mb = max(self.peak_mb, memory)
            del self.usage[:-MOST_USAGE]

    def _on_check(self, event: dict[str, Any]) -> None:
        self.checks = [
            _told(row, event) if row.id == event.get("id") else row for row in self.checks
        ]


def _in_lane(worker: object, stream: str, text: str) -> Iterator[tuple[str, str]]:
    """Each line with its worker's number before it."""
    mark = f"{worker} │ "
    for line in text.splitlines(keepends=True):
        if stream == FRAMEWORK:  # shown and hidden as a whole
            yield stream, mark + line
        else:
            yield LANE, mark
            yield stream, line


def _told(row: CheckRow, event: dict[str, Any]) -> CheckRow:
    score = figure(event.get("score"))
    return replace(
        row,
        status=str(event.get("status", row.status)),
        score=row.score if score is None else score,
        message=str(event.get("message", row.message)),
        observed=str(event.get("observed", row.observed)),
        limit=str(event.get("limit", row.limit)),
        reference=str(event.get("reference", row.reference)),
    )


def check_row(check: CheckResult) -> CheckRow:
    """A check as its result has it."""
    return CheckRow(
        id=check.id,
        title=check.title,
        points=check.points,
        cards=check.cards,
        visible=check.visible,
        status=check.status.value,
        score=check.score,
        message=check.message,
        observed=check.observed,
        limit=check.limit,
        reference=check.reference,
    )
