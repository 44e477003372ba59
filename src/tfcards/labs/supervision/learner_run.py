"""The first phase of a run: the learner's program, once or as the workers of a cluster."""

import contextlib
import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from tfcards.labs.job import Kill
from tfcards.labs.supervision.control import Control
from tfcards.labs.supervision.crew import Crew
from tfcards.labs.supervision.events import EventLog
from tfcards.labs.supervision.site import Site
from tfcards.labs.supervision.stage import Ending, Stage
from tfcards.labs.supervision.usage import Meter
from tfcards.labs.supervision.worker import FOLDER, Post, Worker
from tfcards.warm import fence

START_SEED: Final = "TFCARDS_START_SEED"  # another number for each start, the same for all workers
WORKER_SEED: Final = "TFCARDS_WORKER_SEED"  # another one for each worker, which no other knows
LAST_STEP: Final = "TFCARDS_LAST_STEP"  # where a worker is going to be killed


@dataclass(frozen=True, slots=True)
class Start:
    """One start of the program: the seed of all workers, that of each, the kill that ended it."""

    seed: int
    worker_seeds: tuple[int, ...]
    kill: Kill | None = None


class LearnerRun:
    """Runs the entry to its end; `starts` tells how often, and what became of each."""

    def __init__(self, site: Site, control: Control, log: EventLog) -> None:
        self._site = site
        self._control = control
        self._log = log
        self._stage: Stage | None = None
        self._workers: Sequence[Worker] = ()
        self.starts: list[Start] = []
        self.last_words = ""

    def run(self) -> Ending:
        """Start it and wait for its end; after a planned kill, start it again."""
        self._site.lay_out(FOLDER, "data.py")
        ending = Ending(None, 0, 0)
        for kill in (*self._site.order.workers.kills, None):
            peak = ending.peak_bytes
            start = self._next_start()
            crew, ending = self._run_once(start, kill)
            ending = replace(ending, peak_bytes=max(peak, ending.peak_bytes))
            self.starts.append(replace(start, kill=kill if crew.is_struck else None))
            if kill is None or not crew.is_struck or ending.stopped is not None:
                break
            text = f"Worker {kill.worker} was killed at step {kill.step}. All workers start again."
            self._log.emit("log", stream="run", text=f"{text}\n")
        return ending

    @property
    def versions(self) -> dict[str, str]:
        """What the program ran on, by its own word."""
        return {
            name: text for one in self._workers for name, text in one.telemetry.versions.items()
        }

    @property
    def last_seen(self) -> str:
        """For a run that was stopped at a time limit: how far it had come."""
        told = [worker.telemetry for worker in self._workers]
        behind = [telemetry for telemetry in told if not telemetry.has_begun]
        return (behind or told)[0].last_seen(self._site.order.limits)

    @property
    def is_unfenced(self) -> bool:
        """Whether it ended before the learner's code, because no fence could be put up."""
        return any(
            worker.process.returncode == fence.UNFENCED and not worker.telemetry.has_begun
            for worker in self._workers
        )

    def _next_start(self) -> Start:
        number, workers = len(self.starts), range(self._site.order.workers.count)
        seeds = tuple(self._site.derived_seed(number, worker) for worker in workers)
        return Start(self._site.derived_seed(number), seeds)

    def _run_once(self, start: Start, kill: Kill | None) -> tuple[Crew, Ending]:
        limits = self._site.order.limits
        with contextlib.ExitStack() as stack:
            posts: Sequence[Post | None] = [None]
            if self._site.order.workers.count > 1:
                posts = self._posts(stack, start, kill)
            self._workers = [Worker(self._site, self._log, self._on_phase, one) for one in posts]
            crew = Crew(self._workers, kill)
            self._stage = Stage(
                crew,
                self._control,
                self._site.means.pumps(),
                memory_mb=limits.memory_mb,
                seconds=limits.import_seconds,
                ask=crew.ask_to_end,
                roots=crew.pids,
                spared=self._site.spared,
                meter=Meter(self._log),
                room=self._site.room(FOLDER),
            )
            for worker in self._workers:
                worker.attach(self._stage)
            ending = self._stage.tend()
            self._stage = None
        for worker in self._workers:
            worker.finish()
        self.last_words = crew.speaker.last_words
        return crew, ending

    def _posts(self, stack: contextlib.ExitStack, start: Start, kill: Kill | None) -> list[Post]:
        """One for each worker: they share a cage, and each knows the addresses of all."""
        count = len(start.worker_seeds)
        cage = stack.enter_context(self._site.shared_cage(FOLDER))
        cluster = {"worker": _addresses(count)}
        posts = []
        for index, seed in enumerate(start.worker_seeds):
            task = {"type": "worker", "index": index}
            variables = {
                "TF_CONFIG": json.dumps({"cluster": cluster, "task": task}),
                START_SEED: str(start.seed),
                WORKER_SEED: str(seed),
            }
            if kill is not None and kill.worker == index:
                variables[LAST_STEP] = str(kill.step)
            posts.append(Post(index, count, variables, cage))
        return posts

    def _on_phase(self) -> None:
        """The clock of a start counts from when the last worker has imported what it needs."""
        if self._stage is not None and all(one.telemetry.has_begun for one in self._workers):
            self._stage.restart_clock(self._site.order.limits.seconds)
            self._stage = None


def _addresses(count: int) -> list[str]:
    """Addresses on this machine that nobody listens at now."""
    ends = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    with contextlib.ExitStack() as stack:
        return [f"127.0.0.1:{stack.enter_context(end).getsockname()[1]}" for end in ends]
