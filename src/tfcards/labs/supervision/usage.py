"""What the processes of a run use, told about twice a second. Limits nothing."""

import contextlib
import time
from collections.abc import Sequence
from typing import Final

import psutil

from tfcards.labs import processes
from tfcards.labs.supervision.events import EventLog

INTERVAL: Final = 0.5  # seconds between two tellings, at the least
SLACK: Final = 0.05


class Meter:
    """Tells processor time and memory of a tree of processes: 100 percent are one core."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._seconds: dict[int, float] = {}  # of processor time, by process
        self._looked = 0.0

    def look(self, tree: Sequence[psutil.Process], used: int) -> None:
        """Tell what the tree does now, unless it was told just before; `used` is in bytes."""
        now = time.monotonic()
        passed = now - self._looked
        if passed < INTERVAL - SLACK:
            return
        before, self._seconds = self._seconds, _processor_seconds(tree)
        is_first, self._looked = self._looked == 0.0, now
        if is_first:
            return
        spent = sum(total - before.get(one, 0.0) for one, total in self._seconds.items())
        percent = round(100 * max(spent, 0.0) / passed)
        self._log.emit("usage", cpu=percent, memory_mb=round(used / 2**20))


def _processor_seconds(tree: Sequence[psutil.Process]) -> dict[int, float]:
    found = {}
    for process in tree:
        with contextlib.suppress(*processes.GONE):
            times = process.cpu_times()
            found[process.pid] = times.user + times.system
    return found
