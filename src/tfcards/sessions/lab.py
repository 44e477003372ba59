"""One lab at the workbench: the learner's files, a run as its events arrive, the grade. No Qt."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from tfcards.core.model import Attempt
from tfcards.errors import BadInputError
from tfcards.labs import Lab, Order, Result, Workspace, prepare_run, read_result
from tfcards.rendering import Colours, markdown_html
from tfcards.sessions.labs import LabRow, LabState, lab_rows
from tfcards.store import Collection

STOP = b'{"stop": true}\n'
CONSOLE_LINES = 5000


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


class LabSession:
    """A learner at one lab. Events are fed line by line; the files a run leaves are the truth."""

    def __init__(
        self,
        collection: Collection,
        lab: Lab,
        workspace: Workspace,
        clock: Callable[[], datetime],
    ) -> None:
        self.lab = lab
        self._collection = collection
        self._workspace = workspace
        self._clock = clock
        self._order: Order | None = None
        self._result: Result | None = None
        self.cards_brought: tuple[str, ...] = ()
        self._forget_run()

    @classmethod
    def open(
        cls, collection: Collection, lab: Lab, data: Path, clock: Callable[[], datetime]
    ) -> "LabSession":
        """Open the lab's workspace in the data folder, with the starter's files where none are."""
        return cls(collection, lab, Workspace.open(lab, data), clock)

    # ---- what the screen shows

    @property
    def state(self) -> LabState:
        """Whether the lab is locked, open, begun or passed."""
        return self._row.state

    @property
    def reason(self) -> str:
        """The state in a sentence, with what is missing."""
        return self._row.reason

    @property
    def is_running(self) -> bool:
        """A run has been ordered and has not ended."""
        return self.phase not in ("idle", "finished")

    @property
    def result(self) -> Result | None:
        """The last run's result, once it has ended."""
        return self._result

    @property
    def hints(self) -> tuple[str, ...]:
        """Markdown, one hint after the other, from a nudge to nearly the answer."""
        return self.lab.hints()

    def instructions_html(self, colours: Colours, size: int = 16) -> str:
        """What to do, for the card view."""
        return markdown_html(self.lab.instructions(), colours, size)

    # ---- the learner's files

    def text(self, name: str) -> str:
        """One of the learner's files."""
        return self._workspace.text(name)

    def save(self, name: str, text: str) -> None:
        """Keep the learner's text; from now on the lab never locks again."""
        if text != self._workspace.text(name):
            self._workspace.save(name, text)
            self._begin()

    def submit(self, file: Path) -> None:
        """Put a file in place of the lab's only (or equally named) one, keeping a snapshot."""
        names = self.lab.files
        name = file.name if file.name in names else names[0]
        if len(names) > 1 and file.name not in names:
            raise BadInputError(f"{file.name} is not a file of this lab ({', '.join(names)}).")
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadInputError(f"{file} cannot be read as a Python file: {error}") from error
        self._workspace.snapshot(self._clock())
        self.save(name, text)

    def reset(self) -> Path:
        """Start over from the starter; answers the folder that keeps the old work."""
        return self._workspace.reset(self._clock())

    # ---- a run

    def require_open(self) -> None:
        """Refuse, with what is missing, while the lab is locked."""
        if self.state is LabState.LOCKED:
            raise BadInputError(f"{self.lab.title} is locked. {self.reason}")

    def prepare(self, seed: int | None = None) -> Order:
        """Make a run folder for the files as they are; starting the order's program runs it."""
        self._forget_run()
        self._begin()
        chosen = secrets.randbelow(2**31) if seed is None else seed
        self._order = prepare_run(self.lab, self._workspace, seed=chosen)
        self._started = self._clock()
        self.phase = "importing"
        return self._order

    def feed(self, line: str) -> bool:
        """Take in one line from the supervisor; true when there is something to redraw."""
        try:
            event = json.loads(line)
            take = getattr(self, f"_on_{event['ev']}", None)
        except (ValueError, TypeError, KeyError):
            return False
        if take is None:
            return False
        take(event)
        return True

    def stop_requested(self) -> bytes:
        """What to write to the supervisor to stop the run."""
        return STOP

    def finish(self) -> None:
        """The supervisor has ended: read what it left, keep the attempt, bring cards due."""
        if self._order is None:
            return
        result = read_result(self._order.folder)
        self._order = None
        self._result = result
        self.phase, self.outcome = "finished", result.outcome
        self.score, self.max_score = result.score, result.max_score
        self.message = result.message
        if result.counts:
            self._keep(result)

    def _keep(self, result: Result) -> None:
        now = self._clock()
        self._collection.save_attempt(
            Attempt(
                lab=self.lab.id,
                at=now,
                outcome=result.outcome,
                score=result.score,
                max_score=result.max_score,
                seed=result.seed,
                duration=max(now - self._started, timedelta(0)),
                result=result.text,
            )
        )
        failed = [card for row in self.checks if row.status == "failed" for card in row.cards]
        if failed:
            day = self._collection.calendar().day(now)
            self.cards_brought = self._collection.bring_due(sorted(set(failed)), day, now)

    # ---- events

    def _on_phase(self, event: dict[str, object]) -> None:
        self.phase = str(event.get("phase", self.phase))

    def _on_log(self, event: dict[str, object]) -> None:
        self.console.append((str(event.get("stream", "stdout")), str(event.get("text", ""))))
        del self.console[:-CONSOLE_LINES]

    def _on_metric(self, event: dict[str, object]) -> None:
        values = event.get("values")
        step = event.get("step")
        if isinstance(values, dict) and isinstance(step, int | float):
            for name, value in values.items():
                if isinstance(value, int | float):
                    self.series.setdefault(str(name), []).append((float(step), float(value)))

    def _on_check(self, event: dict[str, object]) -> None:
        self.checks = [
            replace(row, **_changes(event)) if row.id == event.get("id") else row
            for row in self.checks
        ]

    # ---- inside

    def _forget_run(self) -> None:
        self.phase = "idle"
        self.outcome: str | None = None
        self.message = ""
        self.score: float = 0
        self.max_score = sum(check.points for check in self.lab.checks)
        self.console: list[tuple[str, str]] = []
        self.series: dict[str, list[tuple[float, float]]] = {}
        self.cards_brought = ()
        self.checks = [
            CheckRow(check.id, check.title, check.points, check.cards, check.visible)
            for check in self.lab.checks
        ]

    def _begin(self) -> None:
        self._collection.begin_lab(self.lab.id, self._clock())

    @property
    def _row(self) -> LabRow:
        return lab_rows(self._collection, [self.lab], self._clock)[0]


def _changes(event: dict[str, object]) -> dict[str, object]:
    known = ("status", "score", "message", "observed", "limit")
    return {name: event[name] for name in known if name in event}
