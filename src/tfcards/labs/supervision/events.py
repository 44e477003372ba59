"""The event log of a run: one JSON line per event, to the file, then to who reads."""

import contextlib
import json
import re
import time
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import Final

from tfcards.labs.supervision.means import Outlet

FILE_NAME: Final = "events.jsonl"
LONGEST_LINE: Final = 64 * 1024
PATIENCE: Final = 2.0  # seconds for a slow reader at the end
MOST_LOGS: Final = 20_000  # events of one stream: each takes room beside its text
BAR_SECONDS: Final = 0.25  # between two looks at a line that is written over, as a progress bar is
LONGEST_WORDS: Final = 600  # characters of a last line, which a result quotes

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
    """The learner's printed text as `log` events, up to a number of bytes and events per stream.

    What a program has itself written over, after a carriage return, does not count.
    """

    def __init__(self, log: EventLog | Lane, stream: str, most: int) -> None:
        self._log = log
        self._stream = stream
        self._left = most
        self._events_left = MOST_LOGS
        self._rest = b""
        self._showed_bar = 0.0
        self.last_line = ""

    def feed(self, received: bytes) -> None:
        """Take in some bytes; whole lines go out at once, the rest with the next ones."""
        if self._left <= 0:
            return
        whole, found, line = (self._rest + received).rpartition(b"\n")
        if found:
            self._send(_uncovered(whole) + b"\n")
        self._rest = _last_written(self._shown_bar(line))
        if len(self._rest) > LONGEST_LINE:
            self.finish()

    def _shown_bar(self, line: bytes) -> bytes:
        """Sends what is about to be written over, now and then; what is left of the line."""
        before, end, after = line.rpartition(b"\r")
        is_due = time.monotonic() - self._showed_bar > BAR_SECONDS
        if not is_due or not before.strip(b"\b\r"):
            return line
        self._showed_bar = time.monotonic()
        self._send(_last_written(before) + end)
        return after

    def finish(self) -> None:
        """Send what had no line end yet."""
        rest, self._rest = self._rest, b""
        if rest:
            self._send(rest)

    def _send(self, text: bytes) -> None:
        """As much as may still be sent; says so when that is all."""
        if self._left <= 0:
            return
        self._emit(text[: self._left])
        self._left = self._left - len(text) if self._events_left > 0 else 0
        if self._left <= 0:
            self._rest = b""
            self._log.emit("log", stream=self._stream, text="… more output is not shown\n")

    def _emit(self, text: bytes) -> None:
        """One event per run of lines that belong to the same stream."""
        groups: list[tuple[str, list[str]]] = []
        for line in text.decode("utf-8", "replace").splitlines(keepends=True):
            is_noise = self._stream != "stdout" and FRAMEWORK_LINE.match(line)
            stream = "framework" if is_noise else self._stream
            if line.strip() and not is_noise:
                self.last_line = line.strip()[:LONGEST_WORDS]
            if not groups or groups[-1][0] != stream:
                groups.append((stream, []))
            groups[-1][1].append(line)
        for stream, lines in groups:
            self._log.emit("log", stream=stream, text="".join(lines))
        self._events_left -= len(groups)


def _uncovered(text: bytes) -> bytes:
    """Without what was wholly written over after a carriage return."""
    if b"\r" not in text:
        return text
    return b"\n".join(_last_written(line) for line in text.split(b"\n"))


def _last_written(line: bytes) -> bytes:
    """What was written last, and of what came before in the same place only what sticks out."""
    first, *others = line.split(b"\r")
    kept: list[bytes] = []
    longest = -1  # so that the last stays, even if nothing has been written there yet
    for piece in reversed(others):
        if len(piece.rstrip(b"\b")) > longest:
            kept.append(piece)
            longest = len(piece.rstrip(b"\b"))
    kept.append(first if len(first.rstrip(b"\b")) > longest else b"")
    return b"\r".join(reversed(kept))
