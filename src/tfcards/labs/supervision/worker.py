"""One running copy of the learner's entry: its process, its output, what it tells of itself."""

import contextlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from tfcards.labs import launch, processes
from tfcards.labs.supervision.events import Console, EventLog, Lane, Lines
from tfcards.labs.supervision.site import Site
from tfcards.labs.supervision.stage import Stage
from tfcards.labs.supervision.telemetry import Telemetry
from tfcards.warm.cage import Cage
from tfcards.warm.client import Streams, WarmProcess

FOLDER: Final = "work"  # of the run folder


@dataclass(frozen=True, slots=True)
class Post:
    """Where a copy runs, if it is one of several: its number, its variables, the cage they share.

    Each of `count` workers may print and report its part of what the run may.
    """

    worker: int | None = None
    count: int = 1
    variables: Mapping[str, str] = field(default_factory=dict)
    cage: Cage | None = None


class Worker:
    """Starts the entry; everything it says goes into the event log, `on_phase` hears of phases."""

    def __init__(
        self, site: Site, log: EventLog, on_phase: Callable[[], None], post: Post | None = None
    ) -> None:
        order, post = site.order, post or Post()
        wire = site.means.wire()
        output, errors = os.pipe(), os.pipe()
        command = launch.python(
            "tfcards.labkit.run",
            *("--events", wire.argument, "--entry", order.entry),
            *("--framework", order.framework, "--seed", str(order.seed)),
        )
        entrance = wire.as_input()
        self.process = launch.start(
            command if post.cage else site.cage(command, FOLDER),
            site.folder / FOLDER,
            site.environment() | dict(post.variables),
            Streams(entrance, output[1], errors[1], wire.given),
            site.door,
            post.cage,
        )
        if isinstance(self.process, WarmProcess) and self.process.mark:
            processes.seek(self.process.mark)  # no process below this one
        for end in (entrance, output[1], errors[1]):
            os.close(end)
        wire.started()
        self._end = wire.end
        lane = log if post.worker is None else Lane(log, post.worker)
        self.name = "" if post.worker is None else f"worker {post.worker}"
        self.telemetry = Telemetry(lane, on_phase, 1 / post.count)
        most = order.limits.output_kb * 1024 // post.count
        self._consoles = [Console(lane, name, most) for name in ("stdout", "stderr")]
        self._pipes = (output[0], errors[0])

    def attach(self, stage: Stage) -> None:
        """Let a stage pump what comes."""
        for pipe, console in zip(self._pipes, self._consoles, strict=True):
            stage.read(pipe, console.feed)
        stage.read(self._end, Lines(self.telemetry.take).feed)

    def ask_to_end(self) -> bool:
        """Ask its training to stop; says whether it has one that could."""
        with contextlib.suppress(OSError):  # it may have hung up
            self._end.send(b"stop\n")
        return bool(self.telemetry.last_metric)

    def finish(self) -> None:
        """Send what was still held back."""
        self.telemetry.finish()
        for console in self._consoles:
            console.finish()

    @property
    def last_words(self) -> str:
        """The last line of its errors, with its name if it is one of several."""
        line = self._consoles[1].last_line
        return f"{line} ({self.name})" if line and self.name else line
