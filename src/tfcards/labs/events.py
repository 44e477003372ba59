"""The event log of a run: one JSON line per event, to the file, then to who reads."""

import contextlib
import json
import re
import time
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import Final

from tfcards.labs.means import Outlet

FILE_NAME: Final = "events.jsonl"
LONGEST_LINE: Final = 64 * 1024
PATIENCE: Final = 2.0  # seconds for a slow reader at the end
MOST_LOGS: Final = 20_000  # events of one stream: each takes room beside its text

FRAMEWORK_LINE: Final = re.compile(
    r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IWEF] |[IWEF]\d{4} \d\d:\d\d:\d\d|"
    r"WARNING: All log messages before absl|To enable the following instructions)"
)


class EventLog:
    """Numbers and times events; `t` is seconds since the start of the run.

    A reader that stops reading never stops the run: what it misses is in the file. Nor does a file
    that cannot be written: the reader gets all the same.
    """

    def __init__(self, run_folder: Path, outlet: Outlet) -> None:
        self._file: FileIO | None = None
        with contextlib.suppress(OSError):
            self._file = (run_folder / FILE_NAME).open("ab", buffering=0)
        self._is_cut = False  # the file ends within a line
        self._outlet = outlet
        self._began = time.monotonic()
        self._number = 0

    @property
    def seconds(self) -> float:
        """Since the start of the run."""
        return time.monotonic() - self._began

    def emit(self, event: str, /, **fields: object) -> None:
        """Write one event."""
        self._number += 1
        form = {"v": 1, "seq": self._number, "t": round(self.seconds, 3), "ev": event, **fields}
        line = (json.dumps(form) + "\n").encode()
        self._write(line)
        self._outlet.put(line)

    def close(self) -> None:
        """Wait a little for a slow reader, then close the file."""
        self._outlet.finish(PATIENCE)
        if self._file is not None:
            self._file.close()

    def _write(self, line: bytes) -> None:
        """What a full disk does not take is left out."""
        if self._file is None:
            return
        line = b"\n" + line if self._is_cut else line
        self._is_cut = True
        with contextlib.suppress(OSError):
            self._is_cut = self._file.write(line) < len(line)


class Lane:
    """The log as one of several workers has it: each of its events carries the worker's number."""

    def __init__(self, log: EventLog, worker: int) -> None:
        self._log = log
        self._worker = worker

    def emit(self, event: str, /, **fields: object) -> None:
        """Write one event."""
        self._log.emit(event, **fields | {"worker": self._worker})


class Lines:
    """Cuts a stream of bytes into lines; one longer than allowed is dropped."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take
        self._rest = b""

    def feed(self, received: bytes) -> None:
        """Take in some bytes."""
        *lines, self._rest = (self._rest + received).split(b"\n")
        for line in lines:
            if line and len(line) <= LONGEST_LINE:
                self._take(line)
        if len(self._rest) > LONGEST_LINE:
            self._rest = b""


class Console:
    """The learner's printed text as `log` events, up to a number of bytes and events per stream."""

    def __init__(self, log: EventLog | Lane, stream: str, most: int) -> None:
        self._log = log
        self._stream = stream
        self._left = most
        self._events_left = MOST_LOGS
        self._rest = b""
        self.last_line = ""

    def feed(self, received: bytes) -> None:
        """Take in some bytes; whole lines go out at once, the rest with the next ones."""
        if self._left <= 0:
            return
        text = self._rest + received[: self._left]
        self._left -= len(received)
        whole, found, self._rest = text.rpartition(b"\n")
        if found:
            self._emit(whole + b"\n")
        if self._events_left <= 0:
            self._left = 0
        if len(self._rest) > LONGEST_LINE or self._left <= 0:
            self.finish()
        if self._left <= 0:
            self._log.emit("log", stream=self._stream, text="… more output is not shown\n")

    def finish(self) -> None:
        """Send what had no line end yet."""
        rest, self._rest = self._rest, b""
        if rest:
            self._emit(rest)

    def _emit(self, text: bytes) -> None:
        """One event per run of lines that belong to the same stream."""
        groups: list[tuple[str, list[str]]] = []
        for line in text.decode("utf-8", "replace").splitlines(keepends=True):
            is_noise = self._stream != "stdout" and FRAMEWORK_LINE.match(line)
            stream = "framework" if is_noise else self._stream
            if line.strip() and not is_noise:
                self.last_line = line.strip()
            if not groups or groups[-1][0] != stream:
                groups.append((stream, []))
            groups[-1][1].append(line)
        for stream, lines in groups:
            self._log.emit("log", stream=stream, text="".join(lines))
        self._events_left -= len(groups)
