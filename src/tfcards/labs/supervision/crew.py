"""Workers that run together, as one process for a stage: they end together. No output here."""

import time
from collections.abc import Sequence
from typing import Final

from tfcards.labs import processes
from tfcards.labs.job import Kill
from tfcards.labs.supervision.worker import Worker

PEERS: Final = 5.0  # seconds in which the others may notice that a worker is gone


class Crew:
    """It has ended when all workers have, with the exit code of the one that failed first.

    A worker that is gone before its time leaves the others a while to say so; then they are killed.
    `is_struck` once the planned `kill` was done.
    """

    def __init__(self, workers: Sequence[Worker], kill: Kill | None = None) -> None:
        self._workers = workers
        self._kill = kill
        self._failed: Worker | None = None
        self._deadline = 0.0
        self.is_struck = False
        self.returncode: int | None = None

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that were started."""
        return tuple(worker.process.pid for worker in self._workers)

    @property
    def speaker(self) -> Worker:
        """The worker whose words matter: the first that failed, else the first."""
        return self._failed or self._workers[0]

    def poll(self) -> int | None:
        """Look after them; the exit code once all have ended, else None."""
        self._strike()
        codes = [worker.process.poll() for worker in self._workers]
        for worker, code in zip(self._workers, codes, strict=True):
            if code and self._failed is None:
                self._failed = worker
                self._deadline = time.monotonic() + PEERS
        if None not in codes:
            self.returncode = self._failed.process.returncode if self._failed else 0
        elif self._failed is not None and time.monotonic() > self._deadline:
            for worker in self._workers:
                processes.kill(worker.process.pid)
        return self.returncode

    def _strike(self) -> None:
        if self._kill is None or self.is_struck:
            return
        worker = self._workers[self._kill.worker]
        if worker.telemetry.step >= self._kill.step and worker.process.poll() is None:
            self.is_struck = True
            processes.kill(worker.process.pid)

    def ask_to_end(self) -> bool:
        """Ask every worker's training to stop; says whether one has such a thing."""
        answers = [worker.ask_to_end() for worker in self._workers]
        return any(answers)
