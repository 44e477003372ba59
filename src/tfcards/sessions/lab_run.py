"""What one lab run has shown so far, taken from its events: console, curves, checks. No Qt."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tfcards.labs.content.manifest import Lab
from tfcards.labs.result import CheckResult, Outcome, Result
from tfcards.labs.supervision.telemetry import LOGGED, figure
from tfcards.sessions.printed import LANE, RUN, Entry, Printed

PHASES = {
    "wait": "waiting",
    "import": "importing",
    "run": "running",
    "ran": "running",
    "grade": "grading",
}
MOST_SERIES = 300  # curves; more are no help to anybody
MOST_POINTS = 4000  # of a curve, before every second one is forgotten
MOST_EPOCHS = 1_000_000_000
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

    `printed` is the console; `series` the points (step, value) of each metric, with several
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
        self.printed = Printed()
        self.series: dict[str, list[tuple[float, float]]] = {}
        self.usage: list[Usage] = []
        self.peak_mb = 0.0
        self._epochs: dict[str, tuple[int, int]] = {}
        self.checks: list[CheckRow] = []
        self.clear()

    @property
    def is_running(self) -> bool:
        """A run has been ordered and has not ended."""
        return self.phase not in ("idle", "finished")

    @property
    def console(self) -> list[Entry]:
        """All that was printed and is not too old, with the lines that have not ended yet."""
        return [*self.printed.lines, *self.printed.open]

    @property
    def said(self) -> list[str]:
        """What the program has printed since it last began."""
        console = self.console
        began = max((at for at, (stream, _) in enumerate(console) if stream == RUN), default=0)
        return [text for stream, text in console[began:] if stream != LANE]

    @property
    def epoch(self) -> tuple[int, int] | None:
        """How many epochs are done, and of how many, while a model trains; the slowest worker's."""
        return min(self._epochs.values(), key=lambda each: each[0] / each[1], default=None)

    def clear(self) -> None:
        """Forget the last run, as before the first."""
        self.phase, self.outcome, self.message, self.score = "idle", None, "", 0.0
        self.printed, self.series, self._epochs = Printed(), {}, {}
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
            "progress": self._on_progress,
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
        self._epochs.clear()

    def _on_log(self, event: dict[str, Any]) -> None:
        stream, text = str(event.get("stream", "stdout")), str(event.get("text", ""))
        self.printed.add(stream, text, str(event["worker"]) if "worker" in event else None)

    def _on_metric(self, event: dict[str, Any]) -> None:
        values, step = event.get("values"), figure(event.get("step"))
        if not isinstance(values, dict) or step is None:
            return
        is_logged = event.get("scope") == LOGGED  # logs lie in a folder that workers share
        lane = f"worker-{event['worker']}/" if "worker" in event and not is_logged else ""
        for metric, value in values.items():
            name, number = f"{lane}{metric}", figure(value)
            if number is not None and (name in self.series or len(self.series) < MOST_SERIES):
                points = self.series.setdefault(name, [])
                points.append((step, number))
                if len(points) > MOST_POINTS:
                    del points[1:-1:2]  # the first and the last stay

    def _on_progress(self, event: dict[str, Any]) -> None:
        done, total = figure(event.get("done")), figure(event.get("total"))
        if done is None or total is None or not 0 <= done <= total <= MOST_EPOCHS or total < 1:
            return
        self._epochs[str(event.get("worker"))] = int(done), int(total)

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
