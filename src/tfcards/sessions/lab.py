"""One lab at the workbench: the learner's files, a run from order to grade. No Qt."""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tfcards.errors import BadInputError, UnavailableError
from tfcards.labs import result as results
from tfcards.labs.content.manifest import Lab
from tfcards.labs.content.variant import variant
from tfcards.labs.result import Outcome, Result
from tfcards.labs.run_process import RunProcess
from tfcards.labs.running import close_of, command_for, is_alive, left_in, prepare_run, stop
from tfcards.labs.state import note
from tfcards.labs.workspace import Workspace
from tfcards.rendering import Colours, markdown_html
from tfcards.sessions.attempts import closed, keep, settle
from tfcards.sessions.hints import Hint, for_tasks, hints_of
from tfcards.sessions.lab_cards import CardsBrought
from tfcards.sessions.lab_editor import opening
from tfcards.sessions.lab_history import LabHistory
from tfcards.sessions.lab_run import LabRun
from tfcards.sessions.lab_solution import LabSolution
from tfcards.sessions.labs import LabRow, LabState, lab_rows
from tfcards.sessions.left import Left, left_by_last_run
from tfcards.sessions.printed import Entry, Printed
from tfcards.sessions.revealed import RevealedHints
from tfcards.store import Collection


@dataclass(frozen=True, slots=True)
class Order:
    """What to start for a run: the supervisor's command, and the folder it works in."""

    command: list[str]
    folder: Path


class LabSession(LabRun):
    """A learner at one lab. Events are only telemetry; the files a run leaves are the truth."""

    def __init__(
        self,
        collection: Collection,
        lab: Lab,
        workspace: Workspace,
        clock: Callable[[], datetime],
        turn: int = 0,
        titles: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(lab)
        self._collection = collection
        self._workspace = workspace
        self._clock = clock
        self._turn = turn
        self._titles = titles
        self.history = LabHistory(collection, lab, workspace, clock)
        self.solution = LabSolution(collection, lab, clock, turn)
        self.revealed = RevealedHints(collection, lab, turn)
        self._order: Order | None = None
        self._started = clock()
        self.result: Result | None = None
        self.brought = CardsBrought(collection)

    @classmethod
    def open(
        cls,
        collection: Collection,
        lab: Lab,
        data: Path,
        clock: Callable[[], datetime],
        labs: Sequence[Lab] = (),
    ) -> "LabSession":
        """Open the lab's workspace in the data folder, with the starter's files where none are.

        A passed lab that is due again opens as its variant, in a workspace of its own. `labs` are
        the others, so that those to be passed first can be told by their names.
        """
        row = lab_rows(collection, [lab], clock)[0]
        titles = {other.id: other.title for other in labs}
        if row.state is not LabState.DUE:
            return cls(collection, lab, Workspace.open(lab, data), clock, titles=titles)
        short = variant(lab, row.repeats)
        workspace = Workspace.open(short, data, row.repeats + 1)
        return cls(collection, short, workspace, clock, turn=row.repeats + 1, titles=titles)

    # ---- what the screen shows

    @property
    def row(self) -> LabRow:
        """The lab as the list of labs shows it: state, best attempt, what is missing."""
        return lab_rows(self._collection, [self.lab], self._clock, self._titles)[0]

    @property
    def cards_brought(self) -> tuple[str, ...]:
        """The notes whose cards the last run brought due."""
        return self.brought.guids

    @property
    def hints(self) -> tuple[Hint, ...]:
        """One hint after the other, task by task, from a nudge to nearly the answer."""
        tasks = {task.id for task in self.lab.tasks}
        found = hints_of((self.lab.folder / "hints.md").read_text("utf-8"))
        return tuple(hint for hint in found if hint.number in tasks or not self.lab.is_variant)

    def instructions_html(self, colours: Colours, size: int = 16) -> str:
        """What to do, for the card view."""
        text = self.lab.instructions
        if self._turn:
            text = self.about_turn + for_tasks(text, {task.id for task in self.lab.tasks})
        return markdown_html(text, colours, size)

    @property
    def about_turn(self) -> str:
        """What is different when a passed lab has come back."""
        if not self._turn:
            return ""
        words = "**Again, from memory.** You passed this lab"
        if self.lab.is_variant:
            [task] = self.lab.tasks
            words += (
                f"; this is its five-minute variant. Write task {task.id}, {task.title}, which is "
                "all that is graded, with a new seed. The rest of the file is finished."
            )
        else:
            words += ". Here are the starter's files once more; all is graded, with a new seed."
        return f"{words} Your earlier work is kept.\n\n---\n\n"

    def verdict(self) -> str:
        """The result as a terminal shows it."""
        points = f"{self.score:g} of {self.max_score:g} points"
        lines = [f"{self.lab.title}: {self.outcome} ({points}). {self.message}"]
        if self.cards_brought:
            lines.append(f"Cards due today because of it: {', '.join(self.cards_brought)}")
        return "\n".join(lines)

    def result_json(self) -> str:
        """The last run's result file."""
        return "" if self.result is None else json.dumps(results.to_json(self.result), indent=1)

    # ---- the learner's files

    @property
    def work(self) -> Path:
        """The folder with the learner's files."""
        return self._workspace.work

    def text(self, name: str) -> str:
        """One of the learner's files."""
        return self._workspace.text(name)

    def on_disk(self, name: str) -> str | None:
        """The same, or None while no such file can be read."""
        return self._workspace.on_disk(name)

    def save(self, name: str, text: str) -> None:
        """Keep the learner's text; from now on the lab never locks again."""
        if text != self._workspace.on_disk(name):
            self._workspace.save(name, text)
            self._begin()

    def opening(self, file: Path) -> list[str]:
        """The learner's own editor and its arguments; nothing where the desktop chooses."""
        return opening(self._collection, file)

    def submit(self, file: Path) -> None:
        """Put a file in place of the lab's file of that name (or its only one).

        The work so far stays in a snapshot.
        """
        names = self.lab.files
        if file.name not in names and len(names) > 1:
            raise BadInputError(f"{file.name} is not a file of this lab ({', '.join(names)}).")
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadInputError(f"{file} cannot be read as a Python file: {error}") from error
        others = {name: self.text(name) for name in names}
        self._workspace.reset(self._clock())
        for name, kept in {**others, file.name if file.name in names else names[0]: text}.items():
            self.save(name, kept)

    def reset(self) -> Path:
        """Start over from the starter, hints hidden; answers the folder that keeps the old work."""
        kept = self._workspace.reset(self._clock())
        self.revealed.forget()
        return kept

    # ---- a run

    def require_open(self) -> None:
        """Refuse, with what is missing, while the lab is locked or cannot run here."""
        row = self.row
        if row.state is LabState.UNAVAILABLE:
            raise UnavailableError(f"{self.lab.title} cannot run here. {row.reason}")
        if row.state is LabState.LOCKED:
            raise BadInputError(f"{self.lab.title} is locked. {row.reason}")

    def prepare(self, seed: int | None = None, when_left: str = "finish") -> Order:
        """Make a run folder for the files as they are; starting the order's command runs it.

        `when_left` says what becomes of the run when nobody waits for it any more, as in a Job.
        Raises UnavailableError when there is no room for one.
        """
        self.clear()
        self.result, self.brought = None, CardsBrought(self._collection)
        self._begin()
        chosen = secrets.randbelow(2**31) if seed is None else seed
        runs = self._workspace.runs
        folder = prepare_run(self.lab, self._workspace, runs, chosen, when_left)
        self._order = Order(command_for(folder), folder)
        self._started = self._clock()
        self.phase = "importing"
        return self._order

    def finish(self) -> None:
        """The supervisor has ended: read what it left, keep the attempt, bring cards due."""
        if self._order is None:
            return
        folder, self._order = self._order.folder, None
        self.result = close_of(self.lab, folder)  # as crashed, if the supervisor died
        self.show_result(self.result)
        now = self._clock()
        took = max(now - self._started, timedelta(0))
        came = keep(self._collection, self.result, self._started, took, now)
        self.brought = CardsBrought(self._collection, came, now)
        note(folder)
        if self.outcome is Outcome.PASSED:
            self.solution.note_passed()

    def adopt(self) -> Path | None:
        """Take up a run of this lab that another window left running: its folder, if there is one.

        One that has ended in the meantime is kept as an attempt.
        """
        left = left_in(self._workspace.runs)
        settle(self._collection, closed(left), self._clock)
        alive = [run for run in left if is_alive(run)]
        if not alive:
            return None
        self.clear()
        self._order = Order([], alive[-1])
        self.phase = "importing"
        return alive[-1]

    def is_on(self) -> bool:
        """Whether the adopted run still goes on."""
        return self._order is not None and is_alive(self._order.folder)

    def stop_adopted(self) -> None:
        """Ask the adopted run to come to its end."""
        if self._order is not None:
            stop(self._order.folder)

    def left(self) -> Left:
        """What the run on screen, or the last one, left to look at; may be asked in any thread."""
        return left_by_last_run(self.lab, self._workspace.runs, self._workspace.work)

    def _begin(self) -> None:
        self._collection.begin_lab(self.lab.id, self._clock())


def run_to_the_end(session: LabSession, say: Callable[[str], object] | None = None) -> None:
    """Run the session's files and wait; `say` gets what a learner reads in a terminal."""
    order = session.prepare(when_left="stop")
    printed = Printed()
    with RunProcess(order.command, order.folder) as supervisor:
        for line in supervisor.lines:
            session.feed(line.decode())
            if say is not None:
                _tell(json.loads(line), printed, say)
    if say is not None:
        _say_lines(printed.end(), say)
    session.finish()


def _tell(event: dict[str, Any], printed: Printed, say: Callable[[str], object]) -> None:
    match event:
        case {"ev": "phase", "phase": str(phase)}:
            _say_lines(printed.end(), say)
            say(f"· {phase}")
        case {"ev": "log", "stream": "stdout" | "stderr" | "run" as stream, "text": str(text)}:
            worker = str(event["worker"]) if "worker" in event else None
            for line in text.splitlines(keepends=True):
                _say_lines(printed.add(stream, line, worker), say)
        case {"ev": "check", "id": str(name), "status": str(status), "message": str(message)}:
            say(f"{'✓' if status == 'passed' else '✗'} {name}: {message}")
        case _:
            pass


def _say_lines(entries: Sequence[Entry], say: Callable[[str], object]) -> None:
    if entries:
        say("".join(text for _, text in entries).removesuffix("\n"))
