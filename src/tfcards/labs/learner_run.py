"""The first phase of a run: the learner's program, with its output and its telemetry."""

import contextlib
import os
import socket

from tfcards.labs import launch
from tfcards.labs.control import Control
from tfcards.labs.events import Console, EventLog, Lines, Telemetry
from tfcards.labs.site import Site
from tfcards.labs.stage import Ending, Stage
from tfcards.warm.client import Streams


class LearnerRun:
    """Runs the entry; `telemetry` is what it said of itself, `last_words` its last error line."""

    def __init__(self, site: Site, control: Control, log: EventLog) -> None:
        self._site = site
        self._control = control
        self._log = log
        self._stage: Stage | None = None
        self.telemetry = Telemetry(log, self._on_phase)
        self.last_words = ""

    def run(self) -> Ending:
        """Start it and wait for its end."""
        order, limits = self._site.order, self._site.order.limits
        folder = self._site.lay_out("work", "data.py")
        ours, theirs = socket.socketpair()
        output, errors = os.pipe(), os.pipe()
        command = launch.python(
            "tfcards.labkit.run",
            *("--events", str(theirs.fileno()), "--entry", order.entry),
            *("--framework", order.framework, "--seed", str(order.seed)),
        )
        nothing = os.open(os.devnull, os.O_RDONLY)
        streams = Streams(nothing, output[1], errors[1], (theirs.fileno(),))
        process = launch.start(
            self._site.cage(command, "work"),
            folder,
            self._site.environment(),
            streams,
            self._site.door,
        )
        for end in (nothing, output[1], errors[1]):
            os.close(end)
        theirs.close()

        def ask() -> bool:
            with contextlib.suppress(OSError):  # it may have hung up
                ours.send(b"stop\n")
            return bool(self.telemetry.last_metric)

        self._stage = Stage(
            process,
            self._control,
            memory_mb=limits.memory_mb,
            seconds=limits.import_seconds,
            ask=ask,
            spared=self._site.spared,
        )
        consoles = [
            Console(self._log, name, limits.output_kb * 1024) for name in ("stdout", "stderr")
        ]
        self._stage.read(output[0], consoles[0].feed)
        self._stage.read(errors[0], consoles[1].feed)
        self._stage.read(ours, Lines(self.telemetry.take).feed)
        ending = self._stage.tend()
        self._stage = None
        for console in consoles:
            console.finish()
        self.last_words = consoles[1].last_line
        return ending

    def _on_phase(self, phase: str) -> None:
        if phase == "run" and self._stage is not None:
            self._stage.restart_clock(self._site.order.limits.seconds)
