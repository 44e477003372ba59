"""Tends one started process to its end: pumps output, holds limits, stops, leaves nothing."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from tfcards.labs import processes, signals
from tfcards.labs.result import Outcome
from tfcards.labs.room import Room
from tfcards.labs.supervision.control import Control
from tfcards.labs.supervision.means import End, Pumps
from tfcards.labs.supervision.usage import Meter

LOOK: Final = 0.2  # seconds between looks at memory and files
TICK: Final = 0.05
# Seconds after the wish to stop, and the signal then sent; 0 asks without a signal.
LADDERS: Final[Mapping[Outcome, tuple[tuple[float, int], ...]]] = {
    Outcome.CANCELLED: (
        (0.0, 0),
        (1.0, signals.INTERRUPT),
        (2.5, signals.END),
        (4.0, signals.KILL),
    ),
    Outcome.TIMEOUT: (
        (0.0, signals.SHOW),
        (0.3, signals.INTERRUPT),
        (1.5, signals.END),
        (2.5, signals.KILL),
    ),
    Outcome.OUT_OF_MEMORY: ((0.0, signals.KILL),),
    Outcome.OUT_OF_DISK: ((0.0, signals.KILL),),
}
URGENT: Final = frozenset({Outcome.OUT_OF_MEMORY, Outcome.OUT_OF_DISK})


class Process(Protocol):
    """What a stage tends: one process, or several that end together."""

    @property
    def returncode(self) -> int | None:
        """The exit code once it has ended, negative for a signal."""

    def poll(self) -> int | None:
        """The same, after a look."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a stage ended: by itself with an exit code, or stopped for a reason.

    It is not `is_swept` when something that it started lives on, however often it was killed.
    """

    stopped: Outcome | None
    code: int
    peak_bytes: int
    is_swept: bool = True


class Stage:
    """One process and all that it starts.

    The `pumps` carry what it says. `ask` (when given) asks the process to come to an end; it says
    whether asking makes sense. One that is not `is_asked_first` is killed at once when it has to
    stop. The processes of the ids
    `roots` show where they are when time is up. Processes `spared` outlive the stage and count for
    nothing in it. The `meter` tells what the tree of processes uses; their files have a `room`.
    """

    def __init__(
        self,
        process: Process,
        control: Control,
        pumps: Pumps,
        *,
        memory_mb: int,
        seconds: float,
        ask: Callable[[], bool] | None = None,
        is_asked_first: bool = True,
        roots: Sequence[int] = (),
        spared: frozenset[int] = frozenset(),
        meter: Meter | None = None,
        room: Room | None = None,
    ) -> None:
        self._process = process
        self._roots = roots
        self._spared = spared
        self._meter = meter
        self._room = room
        self._control = control
        self._most_bytes = memory_mb * 2**20
        self._deadline = time.monotonic() + seconds
        self._ask = ask
        self._is_asked_first = is_asked_first
        self._pumps = pumps
        self._stopped: Outcome | None = None
        self._steps: list[tuple[float, int]] = []
        self._peak = 0
        self._looked = 0.0

    def read(self, end: int | End, take: Callable[[bytes], None]) -> None:
        """Pump everything that arrives at an end into `take`; the stage closes it."""
        self._pumps.read(end, take)

    def restart_clock(self, seconds: float) -> None:
        """Count the time limit from now."""
        self._deadline = time.monotonic() + seconds

    def tend(self) -> Ending:
        """Wait for the end of the process, and end all that it started."""
        while self._process.poll() is None:
            self._pumps.pump(TICK)
            self._control.look()
            self._hold_limits()
            self._climb()
        is_swept = processes.sweep(spared=self._spared)
        if self._stopped is None and self._room is not None and self._room.is_exceeded():
            self._stopped = Outcome.OUT_OF_DISK  # it was quicker than the looks
        self._pumps.drain()
        self._pumps.close()
        return Ending(self._stopped, self._process.returncode or 0, self._peak, is_swept)

    def _hold_limits(self) -> None:
        now = time.monotonic()
        if self._control.is_stopped:
            self._stop(Outcome.CANCELLED)
        elif now > self._deadline:
            self._stop(Outcome.TIMEOUT)
        if now - self._looked < LOOK:
            return
        self._looked = now
        tree = processes.descendants(self._spared)
        used = processes.memory(tree)
        self._peak = max(self._peak, used)
        if self._meter is not None:
            self._meter.look(tree, used)
        if used > self._most_bytes:
            self._stop(Outcome.OUT_OF_MEMORY)
        if self._room is not None and self._room.look():
            self._stop(Outcome.OUT_OF_DISK)

    def _stop(self, reason: Outcome) -> None:
        if self._stopped is not None and reason not in URGENT:
            return
        if self._stopped is reason:
            return
        self._stopped = self._stopped or reason
        now = time.monotonic()
        ladder = LADDERS[reason] if self._is_asked_first else LADDERS[Outcome.OUT_OF_MEMORY]
        self._steps = [(now + after, number) for after, number in ladder]
        if not self._is_asked_first or reason is not Outcome.CANCELLED:
            return
        if self._ask is None or not self._ask():  # nobody there who could be asked
            start = ladder[1][0]
            self._steps = [(when - start, number) for when, number in self._steps[1:]]

    def _climb(self) -> None:
        while self._steps and time.monotonic() >= self._steps[0][0]:
            _, number = self._steps.pop(0)
            if not number:
                continue
            if number == signals.KILL:
                processes.sweep(spared=self._spared)
            elif number in signals.TO_ROOTS:
                for root in self._roots:
                    processes.send(processes.family(root)[:1], number)
            else:
                processes.send(processes.descendants(self._spared), number)
