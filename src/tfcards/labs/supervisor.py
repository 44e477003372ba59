"""`python -m tfcards.labs.supervisor RUN_FOLDER`: one run. No Qt or TensorFlow.

It starts as two processes, each of which adopts orphans: if either is killed, the other ends all
that the run started.
"""

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import sys
import time
import traceback
from pathlib import Path

import psutil

from tfcards.labs import artifacts, grading, job, launch, processes, result, seal
from tfcards.labs.artifacts import Artifact
from tfcards.labs.control import Control
from tfcards.labs.events import Console, EventLog, Lines, Telemetry
from tfcards.labs.grading import Grading
from tfcards.labs.job import Job
from tfcards.labs.result import Outcome, Result
from tfcards.labs.stage import Ending, Stage
from tfcards.labs.turn import Turn
from tfcards.warm.client import DOOR_VARIABLE, Door, Streams
from tfcards.warm.server import branch

WAIT = 0.1  # seconds between looks at the queue
# Files of the lab that go to the learner's processes, and their names there.
OWN_FILES = {"data.py": "data.py", "host.py": "tfcards_lab_host.py"}


class Supervisor:
    """One run: the learner's program, then host and judge, then the result."""

    def __init__(
        self,
        run_folder: Path,
        order: Job,
        control: Control,
        log: EventLog,
        forks: tuple[Door, int] | None = None,
    ) -> None:
        self._folder = run_folder
        self._door = forks[0] if forks else None
        self._spared = frozenset({forks[1]} if forks else ())
        self._job = order
        self._control = control
        self._log = log
        self._bubblewrap = launch.bubblewrap() if order.isolation == "auto" else None
        # Read before any of the learner's code runs, which could change the files.
        self._submitted = _contents(run_folder / "files")
        self._lab_files = {
            name: (order.lab_folder / name).read_bytes()
            for name in OWN_FILES
            if (order.lab_folder / name).is_file()
        }
        self._sealed = seal.seal(order.lab_folder)
        self._secret = secrets.randbits(62)
        self._grading = Grading(order.checks, log)
        self._telemetry = Telemetry(log, self._on_phase)
        self._peak = 0
        self._run_stage: Stage | None = None
        self._artifacts: list[Artifact] = []
        self._diagnostics = b""
        self._turn: Turn | None = None

    def run(self) -> Result:
        """All phases; always comes to a result."""
        self._log.emit(
            "hello",
            pid=os.getpid(),
            lab=self._job.lab,
            isolation=self._isolation,
            warm=self._door is not None,
        )
        if not self._wait_for_turn():
            return self._result(Outcome.CANCELLED, "Stopped before it began.")
        (self._folder / "home").mkdir()
        if not self._job.entry:
            return self._grade(Ending(None, 0, 0), "")
        ending, last_words = self._learner_run()
        early = grading.stopped(self._job, ending, self._telemetry.last_seen(self._job.limits))
        if early is not None:
            return self._result(*early)
        return self._grade(ending, last_words)

    def _wait_for_turn(self) -> bool:
        """False when the learner would not wait."""
        if not self._job.queue:
            return True
        self._turn = Turn(Path(self._job.queue))
        if not self._turn.has_come():
            self._log.emit("phase", phase="wait")
        while not self._turn.has_come():
            self._control.look()
            if self._control.is_stopped:
                return False
            time.sleep(WAIT)
        return True

    @property
    def _isolation(self) -> str:
        return "basic" if self._bubblewrap is None else "bubblewrap"

    def _clear(self, name: str) -> None:
        """Take away what the learner's run may have put where a folder of ours goes."""
        path = self._folder / name
        if path.is_symlink() or path.is_file():
            path.unlink()
        elif path.exists():
            shutil.rmtree(path)

    def _lay_out(self, name: str, *, lab_files: tuple[str, ...] = ()) -> None:
        """A fresh folder with the submitted files and some of the lab's own."""
        folder = self._folder / name
        own = {OWN_FILES[path]: self._lab_files[path] for path in lab_files}
        for path, content in (self._submitted | own).items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)

    def _cage(self, command: list[str], place: str) -> list[str]:
        folder = self._folder / place
        hidden = (self._job.lab_folder, self._folder)
        cage = launch.Cage(writable=(folder, self._folder / "home"), hidden=hidden)
        return launch.caged(command, folder, cage, self._bubblewrap)

    def _environment(self) -> dict[str, str]:
        return launch.environment(self._folder / "home", self._job.seed, self._job.token)

    def _on_phase(self, phase: str) -> None:
        if phase == "run" and self._run_stage is not None:
            self._run_stage.restart_clock(self._job.limits.seconds)

    def _learner_run(self) -> tuple[Ending, str]:
        limits = self._job.limits
        self._lay_out(
            "work", lab_files=tuple(name for name in self._lab_files if name != "host.py")
        )
        ours, theirs = socket.socketpair()
        output, errors = os.pipe(), os.pipe()
        command = launch.python(
            "tfcards.labkit.run",
            *("--events", str(theirs.fileno()), "--entry", self._job.entry),
            *("--framework", self._job.framework, "--seed", str(self._job.seed)),
        )
        nothing = os.open(os.devnull, os.O_RDONLY)
        streams = Streams(nothing, output[1], errors[1], (theirs.fileno(),))
        process = launch.start(
            self._cage(command, "work"),
            self._folder / "work",
            self._environment(),
            streams,
            self._door,
        )
        for end in (nothing, output[1], errors[1]):
            os.close(end)
        theirs.close()

        def ask() -> bool:
            with contextlib.suppress(OSError):  # it may have hung up
                ours.send(b"stop\n")
            return bool(self._telemetry.last_metric)

        self._run_stage = Stage(
            process,
            self._control,
            memory_mb=limits.memory_mb,
            seconds=limits.import_seconds,
            ask=ask,
            spared=self._spared,
        )
        consoles = [
            Console(self._log, name, limits.output_kb * 1024) for name in ("stdout", "stderr")
        ]
        self._run_stage.read(output[0], consoles[0].feed)
        self._run_stage.read(errors[0], consoles[1].feed)
        self._run_stage.read(ours, Lines(self._telemetry.take).feed)
        ending = self._run_stage.tend()
        self._run_stage = None
        for console in consoles:
            console.finish()
        self._peak = ending.peak_bytes
        return ending, consoles[1].last_line

    def _grade(self, run: Ending, last_words: str) -> Result:
        self._log.emit("phase", phase="grade")
        self._clear("host")
        self._clear("judge")
        self._lay_out("host", lab_files=tuple(self._lab_files))
        self._lay_out("judge/files")
        places = (self._folder / "host", self._folder / "judge" / "artifacts")
        self._artifacts = artifacts.collect(self._job.artifacts, self._folder / "work", places)
        for artifact in self._artifacts:
            self._log.emit("artifact", path=artifact.path, bytes=artifact.bytes)
        changed = seal.broken(self._job.lab_folder, self._sealed)
        if changed:
            text = f"The lab's own files were changed during the run: {', '.join(changed)}."
            return self._result(Outcome.GRADER_ERROR, f"{text} This attempt does not count.")
        ending = self._judge()
        self._peak = max(self._peak, ending.peak_bytes)
        early = grading.stopped(self._job, ending, "the checks took too long")
        if early is not None and early[0] in {Outcome.CANCELLED, Outcome.OUT_OF_MEMORY}:
            return self._result(*early)
        problem = self._grading.problem(ending.code) if early is None else early[1]
        if problem:
            text = f"The grader could not finish, so this attempt does not count. {problem}"
            return self._result(Outcome.GRADER_ERROR, text)
        outcome, message = self._grading.outcome(self._job, run)
        if outcome is Outcome.ERROR and last_words:
            message = f"{message} It stopped with: {last_words}"
        return self._result(outcome, message)

    def _judge(self) -> Ending:
        limits = self._job.limits
        ours, theirs = socket.socketpair()
        output, errors, said, asked = os.pipe(), os.pipe(), os.pipe(), os.pipe()
        command = launch.python(
            "tfcards.labkit.judge",
            *("--verdicts", str(theirs.fileno()), "--output", str(said[1])),
        )
        given: tuple[int, ...] = (theirs.fileno(), said[1])
        variables = launch.environment(self._folder / "home", self._job.seed, self._job.token)
        if self._door is not None:  # for its hosts
            given = (*given, self._door.fileno())
            variables[DOOR_VARIABLE] = str(self._door.fileno())
        streams = Streams(asked[0], output[1], errors[1], given)
        process = launch.start(command, self._folder / "judge", variables, streams, self._door)
        for end in (asked[0], output[1], errors[1], said[1]):
            os.close(end)
        theirs.close()
        with contextlib.suppress(BrokenPipeError), os.fdopen(asked[1], "wb") as ask:
            ask.write(self._order_for_judge())
        checks = sum(check.timeout + limits.seconds for check in self._job.checks)
        seconds = 4 * limits.import_seconds + checks
        stage = Stage(
            process,
            self._control,
            memory_mb=limits.memory_mb,
            seconds=seconds,
            is_asked_first=False,
            spared=self._spared,
        )
        host_said = Console(self._log, "host", limits.output_kb * 1024)
        stage.read(output[0], self._diagnose)
        stage.read(errors[0], self._diagnose)
        stage.read(said[0], host_said.feed)
        stage.read(ours, Lines(self._grading.take).feed)
        ending = stage.tend()
        host_said.finish()
        return ending

    def _order_for_judge(self) -> bytes:
        limits = self._job.limits
        host = launch.python(
            "tfcards.labkit.host",
            *("--channel", "{channel}"),
            *("--framework", self._job.framework, "--seed", str(self._job.seed)),
        )
        order = {
            "lab_folder": str(self._job.lab_folder),
            "folder": str(self._folder / "judge"),
            "secret": self._secret,
            "seed": self._job.seed,
            "checks": [check.id for check in self._job.checks],
            "artifacts": {one.path: dict(one.digests) for one in self._artifacts},
            "host": {
                "command": self._cage(host, "host"),
                "environment": self._environment(),
                "folder": str(self._folder / "host"),
                "import_seconds": limits.import_seconds,
                "load_seconds": limits.seconds,
            },
        }
        return json.dumps(order).encode() + b"\n"

    def _diagnose(self, received: bytes) -> None:
        self._diagnostics = (self._diagnostics + received)[-16384:]

    def leave_queue(self) -> None:
        """Let the next run begin."""
        if self._turn is not None:
            self._turn.leave()

    def broken(self, lines: str) -> Result:
        """The result when this program itself failed."""
        self._diagnose(lines.encode())
        text = "The grader failed, so this attempt does not count. Please report the diagnostics."
        return self._result(Outcome.GRADER_ERROR, text)

    def _result(self, outcome: Outcome, message: str) -> Result:
        return Result(
            lab=self._job.lab,
            outcome=outcome,
            message=message,
            checks=self._grading.checks,
            seed=self._job.seed,
            judge_seed=self._secret,
            seconds=round(self._log.seconds, 3),
            peak_memory_mb=self._peak // 2**20,
            isolation=self._isolation,
            versions=self._telemetry.versions | self._grading.versions,
            artifacts=tuple(artifact.path for artifact in self._artifacts),
            diagnostics=self._diagnostics.decode("utf-8", "replace"),
        )


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def supervise(run_folder: Path) -> Result:
    """Do the run that job.json asks for and leave its result. Raises when there is no order."""
    forks = branch()  # first of all: what is forked must know nothing of the run
    order = job.read(run_folder)
    log = EventLog(run_folder, sys.stdout.fileno())
    control = Control(sys.stdin.fileno(), order.when_left)
    supervisor = Supervisor(run_folder, order, control, log, forks)
    try:
        outcome = supervisor.run()
    except Exception:  # noqa: BLE001 - fails closed, with the traceback for the report
        outcome = supervisor.broken(traceback.format_exc())
    processes.sweep()
    result.write(outcome, run_folder)
    supervisor.leave_queue()
    log.emit("result", outcome=outcome.outcome.value, score=outcome.score, max=outcome.max_score)
    log.emit("bye", code=0)
    log.close()
    return outcome


def write_state(run_folder: Path, token: str) -> None:
    """Say who runs here, so that a later start can find out whether it still lives."""
    created = psutil.Process().create_time()
    form = {"pid": os.getpid(), "created": created, "token": token}
    fresh = run_folder / ".state.json.new"
    fresh.write_text(json.dumps(form), "utf-8")
    fresh.replace(run_folder / "state.json")


def main() -> int:
    """Guard a second process that does the run; if that one is killed, end what it started."""
    run_folder = Path(sys.argv[1]).resolve()
    write_state(run_folder, job.read(run_folder).token)
    processes.adopt_orphans()
    worker = os.fork()
    if worker == 0:
        processes.end_with_parent(signal.SIGTERM)
        processes.adopt_orphans()
        supervise(run_folder)
        return 0
    _, status = os.waitpid(worker, 0)
    processes.sweep()
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
