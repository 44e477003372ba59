"""`python -m tfcards.labs.supervision.supervisor RUN_FOLDER`: one run. No Qt or TensorFlow.

It starts as two processes, each of which adopts orphans: if either is killed, the other ends all
that the run started.
"""

import errno
import os
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tfcards.labs import access, job, launch, processes, reserve, result, state, warm
from tfcards.labs.job import Job
from tfcards.labs.left import artifacts
from tfcards.labs.left.artifacts import Artifact
from tfcards.labs.result import Outcome, Result
from tfcards.labs.supervision import grading, tidying
from tfcards.labs.supervision.control import Control
from tfcards.labs.supervision.events import EventLog
from tfcards.labs.supervision.judging import Judging
from tfcards.labs.supervision.learner_run import LearnerRun
from tfcards.labs.supervision.means import means_of
from tfcards.labs.supervision.site import OWN_FILES, Site
from tfcards.labs.supervision.stage import Ending
from tfcards.labs.supervision.turn import Turn
from tfcards.warm import system
from tfcards.warm.client import SPARES_VARIABLE, Door

if sys.platform == "linux":
    from tfcards.warm.server import branch
else:

    def branch() -> tuple[Door, int] | None:
        """None: nothing is forked here that has TensorFlow in it."""
        return None


WAIT: Final = 0.1  # seconds between looks at the queue
STOPS: Final = frozenset({Outcome.CANCELLED, Outcome.OUT_OF_MEMORY, Outcome.OUT_OF_DISK})
# What a folder says that takes no more files.
UNWRITABLE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM})
SECOND: Final = "second"  # the argument of a second process that was not forked


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
        self._job = order
        self._control = control
        self._log = log
        self._site = Site(run_folder, order, forks)
        self._learner = LearnerRun(self._site, control, log)
        self._judging = Judging(self._site, control, log)
        self._peak = 0
        self._artifacts: list[Artifact] = []
        self._turn: Turn | None = None

    def run(self) -> Result:
        """All phases; always comes to a result."""
        self._log.emit(
            "hello",
            pid=os.getpid(),
            lab=self._job.lab,
            isolation=self._site.isolation,
            warm=self._site.door is not None,
        )
        if not self._wait_for_turn():
            return self._result(Outcome.CANCELLED, "Stopped before it began.")
        (self._site.folder / "home").mkdir()
        if not self._job.entry:
            return self._grade(Ending(None, 0, 0))
        ending = self._learner.run()
        self._peak = ending.peak_bytes
        if self._learner.is_unfenced:
            text = f"Your code was not run. {self._learner.last_words} This attempt does not count."
            advice = "Run again; if it stays so, please report it."
            return self._result(Outcome.GRADER_ERROR, f"{text} {advice}")
        early = grading.stopped(self._job, ending, self._learner.last_seen)
        return self._grade(ending) if early is None else self._result(*early)

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

    def _grade(self, run: Ending) -> Result:
        self._log.emit("phase", phase="grade")
        self._site.open_up()
        self._site.clear("host")
        self._site.clear("judge")
        places = (
            self._site.lay_out("host", *OWN_FILES),
            self._site.lay_out("judge/files").with_name("artifacts"),
        )
        work = self._site.folder / "work"
        self._artifacts = artifacts.collect(self._job.artifacts, work, places)
        for artifact in self._artifacts:
            self._log.emit("artifact", path=artifact.path, bytes=artifact.bytes)
        if changed := self._site.changed():
            return self._changed(changed)
        ending = self._judging.run(self._artifacts, self._learner.starts)
        self._peak = max(self._peak, ending.peak_bytes)
        if changed := self._site.changed():  # the checks called the learner's code
            return self._changed(changed)
        early = grading.stopped(self._job, ending, "the checks took too long")
        if early is not None and early[0] in STOPS:
            return self._result(*early)
        problem = self._judging.grading.problem(ending.code) if early is None else early[1]
        if problem:
            text = f"The grader could not finish, so this attempt does not count. {problem}"
            return self._result(Outcome.GRADER_ERROR, text)
        outcome, message = self._judging.grading.outcome(self._job, run)
        if outcome is Outcome.ERROR and self._learner.last_words:
            message = f"{message} It stopped with: {self._learner.last_words}"
        return self._result(outcome, message)

    def _changed(self, names: Sequence[str]) -> Result:
        text = f"The lab's own files were changed during the run: {', '.join(names)}."
        return self._result(Outcome.GRADER_ERROR, f"{text} This attempt does not count.")

    def leave_queue(self) -> None:
        """Let the next run begin."""
        if self._turn is not None:
            self._turn.leave()

    def broken(self, error: Exception) -> Result:
        """The result when this program itself failed, or there was no room for it to work in."""
        self._judging.diagnose("".join(traceback.format_exception(error)).encode())
        text = "The grader failed, so this attempt does not count. Please report it."
        if isinstance(error, OSError) and error.errno in UNWRITABLE:
            text = f"The run could not be graded. {result.unwritable(self._site.folder, error)}"
        return self._result(Outcome.GRADER_ERROR, text)

    def _result(self, outcome: Outcome, message: str) -> Result:
        if outcome is Outcome.CANCELLED and self._control.is_cut_off:
            outcome, message = Outcome.CRASHED, grading.CUT_OFF
        verdicts = self._judging.grading
        return Result(
            lab=self._job.lab,
            outcome=outcome,
            message=message,
            checks=verdicts.checks,
            seed=self._job.seed,
            judge_seed=self._site.secret,
            seconds=round(self._log.seconds, 3),
            peak_memory_mb=self._peak // 2**20,
            isolation=self._site.isolation,
            versions=self._learner.versions | verdicts.versions,
            artifacts=tuple(artifact.path for artifact in self._artifacts),
            diagnostics=self._judging.diagnostics.decode("utf-8", "replace"),
        )


def supervise(run_folder: Path, guard: int) -> Result:
    """Do the run that job.json asks for and leave its result. Raises when there is no order.

    `guard` is the process that watches over this one.
    """
    forks = branch()  # first of all: what is forked must know nothing of the run
    order = job.read(run_folder)
    ours = means_of(order.means)
    forks = (forks or warm.spares(order.framework)) if ours.shares_descriptors else None
    system.be_private()  # it holds the judge's secret
    log = EventLog(run_folder, ours.outlet(sys.stdout.fileno()))
    hear = ours.inlet(sys.stdin.fileno())
    control = Control(hear, order.when_left, guard, lambda: ours.is_asked_to_stop(run_folder))
    supervisor = Supervisor(run_folder, order, control, log, forks)
    try:
        outcome = supervisor.run()
    except Exception as error:  # noqa: BLE001 - fails closed, with the traceback for the report
        outcome = supervisor.broken(error)
    processes.sweep()
    access.open_up(run_folder)
    reserve.give_back(run_folder)
    outcome = result.keep(outcome, run_folder)
    supervisor.leave_queue()
    log.emit("result", outcome=outcome.outcome.value, score=outcome.score, max=outcome.max_score)
    log.emit("bye", code=0)
    log.close()
    return outcome


def prepare() -> None:
    """Find out what is the same for every run: what there is here to hold it."""
    launch.isolation()


def main() -> int:
    """Guard a second process that does the run; if that one is killed, end what it started."""
    run_folder = Path(sys.argv[1]).resolve()
    order = job.read(run_folder)
    if SECOND in sys.argv[2:]:
        return be_second(run_folder, order.token, os.getppid())
    try:
        state.write(run_folder, order.token)
    except OSError as error:
        refuse(run_folder, order, error)
        return 1
    if SPARES_VARIABLE in os.environ:
        processes.seek(order.token)
    processes.adopt_orphans(order.token)
    guard = os.getpid()
    command = launch.python("tfcards.labs.supervision.supervisor", str(run_folder), SECOND)
    wait = means_of(order.means).second(command)
    if wait is None:
        return be_second(run_folder, order.token, guard)
    tidying.tidy(run_folder)  # meanwhile
    code = wait()
    processes.sweep()
    return code


def refuse(run_folder: Path, order: Job, error: OSError) -> None:
    """Leave the result of a run that did not begin, because its folder could not be written."""
    reserve.give_back(run_folder)
    refused = Result(
        lab=order.lab,
        outcome=Outcome.GRADER_ERROR,
        message=result.unwritable(run_folder, error),
        checks=grading.not_run(order.checks),
        seed=order.seed,
    )
    result.keep(refused, run_folder)


def be_second(run_folder: Path, token: str, guard: int) -> int:
    """Do the run, and end with the guard."""
    processes.end_with_parent(signal.SIGTERM)
    processes.adopt_orphans(token)
    supervise(run_folder, guard)
    return 0


if __name__ == "__main__":
    sys.exit(main())
