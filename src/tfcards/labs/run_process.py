"""The process that does a run, as whoever ordered the run holds it."""

import contextlib
import os
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tfcards.labs import warm
from tfcards.warm.client import Door, Streams, WarmProcess
from tfcards.warm.order import Refused

ERRORS: Final = "supervisor.log"  # in the run folder: what the supervisor says of itself
STOP: Final = b'{"stop": true}\n'


class RunProcess:
    """A run's supervisor: `lines` come from it, a wish to stop goes to it.

    It is not killed with whoever ordered it: the job says whether it then stops or goes on. One
    thread may start it and read, another end it.
    """

    def __init__(self, command: Sequence[str], run_folder: Path) -> None:
        self._command = command
        self._folder = run_folder
        self._variables = dict(os.environ)
        self._process: subprocess.Popen[bytes] | WarmProcess | None = None
        self._door: Door | None = None
        self._input, wishes = os.pipe()
        lines, self._output = os.pipe()
        self._wishes = os.fdopen(wishes, "wb", buffering=0)
        self._wishing = threading.Lock()
        self.lines = os.fdopen(lines, "rb")

    def start(self) -> None:
        """Forked where a server runs, which may still be importing; else from scratch.

        Raises OSError.
        """
        ends = [self._input, self._output]
        try:
            errors = _log(self._folder)
            ends.append(errors)
            self._process = self._started(Streams(self._input, self._output, errors))
        except OSError:
            self.close()
            raise
        finally:
            for end in ends:
                os.close(end)

    def _started(self, streams: Streams) -> subprocess.Popen[bytes] | WarmProcess:
        self._door = warm.forks()
        if self._door is not None:
            with contextlib.closing(self._door), contextlib.suppress(Refused):
                place = self._folder, self._variables
                return self._door.start(self._command, *place, streams, outlives_us=True)
        return subprocess.Popen(  # no session of its own: a terminal's end is also the run's
            self._command,
            cwd=self._folder,
            env=self._variables,
            stdin=streams.input,
            stdout=streams.output,
            stderr=streams.errors,
        )

    def ask_to_stop(self) -> None:
        """Ask it to bring the run to its end; also before it has started, which is now, then."""
        with self._wishing, contextlib.suppress(OSError, ValueError):  # gone, or closed
            self._wishes.write(STOP)
        if self._process is None and self._door is not None:
            self._door.withdraw()

    def terminate(self) -> None:
        """Tell it to end."""
        if self._process is not None:
            self._process.terminate()

    def kill(self) -> None:
        """Kill it, and it alone: its second process then ends all that the run started."""
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """Wait for its end, and read no more."""
        self.lines.close()
        with self._wishing:
            self._wishes.close()
        if self._process is not None:
            self._process.wait()

    def __enter__(self) -> Self:
        """Start it. Raises OSError."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        if kind is not None:
            self.ask_to_stop()
        self.close()


def last_words(run_folder: Path, most: int = 16384) -> str:
    """The end of what the supervisor said of itself, which is nothing unless it failed."""
    try:
        return (run_folder / ERRORS).read_bytes()[-most:].decode("utf-8", "replace")
    except OSError:
        return ""


def _log(run_folder: Path) -> int:
    """A descriptor for its errors; where no file can be made, nobody hears them."""
    with contextlib.suppress(OSError):
        return os.open(run_folder / ERRORS, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    return os.open(os.devnull, os.O_WRONLY)
