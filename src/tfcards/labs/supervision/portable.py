"""A supervisor's means that every system has: threads, the machine's own network, new processes."""

import contextlib
import os
import queue
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from tfcards.warm.loopback import ON_INPUT, Listener

ASKED: Final = "stop"  # a file in a run folder: another window asks for the end
PIECE: Final = 65536  # bytes
MOST_PIECES: Final = 64  # that wait to be taken; then readers wait
MOST_PENDING: Final = 8 * 2**20  # bytes that wait for a slow window
DRAIN: Final = 1.0  # seconds
TICK: Final = 0.05


class End(Protocol):
    """What a thread can read from, and close while it does."""

    def recv(self, size: int, /) -> bytes:
        """What has come; nothing at its end."""

    def close(self) -> None:
        """Hang up."""


class ThreadPumps:
    """A thread reads each end; what they read is taken in the stage's own thread."""

    def __init__(self) -> None:
        self._came: queue.Queue[tuple[Callable[[bytes], None], bytes]] = queue.Queue(MOST_PIECES)
        self._open = 0
        self._ends: list[End] = []
        self._closed = threading.Event()

    def read(self, end: int | End, take: Callable[[bytes], None]) -> None:
        """From now on give everything that arrives at an end to `take`."""
        self._open += 1
        if not isinstance(end, int):
            self._ends.append(end)
        threading.Thread(target=self._carry, args=(end, take), daemon=True).start()

    def pump(self, wait: float) -> bool:
        """Give on what has come within `wait` seconds."""
        has_come = False
        with contextlib.suppress(queue.Empty):
            take, received = self._came.get(timeout=wait) if wait else self._came.get_nowait()
            has_come = True
            for _ in range(MOST_PIECES):
                self._give(take, received)
                take, received = self._came.get_nowait()
            self._give(take, received)
        return has_come

    def drain(self) -> None:
        """Give on what is on its way from processes that have ended."""
        deadline = time.monotonic() + DRAIN
        while self._open and time.monotonic() < deadline:
            self.pump(TICK)

    def close(self) -> None:
        """Read nothing more. A pipe is closed by its thread: closing it here may wait for that."""
        self._closed.set()
        for end in self._ends:
            end.close()

    def _give(self, take: Callable[[bytes], None], received: bytes) -> None:
        if received:
            take(received)
        else:
            self._open -= 1

    def _carry(self, end: int | End, take: Callable[[bytes], None]) -> None:
        while received := _received(end):
            if not self._put(take, received):
                break
        self._put(take, b"")
        if isinstance(end, int):
            os.close(end)
        else:
            end.close()

    def _put(self, take: Callable[[bytes], None], received: bytes) -> bool:
        """False when nobody takes anything any more."""
        while not self._closed.is_set():
            with contextlib.suppress(queue.Full):
                self._came.put((take, received), timeout=TICK)
                return True
        return False


class ThreadOutlet:
    """A thread writes; what a slow reader has not taken is kept, up to a limit."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._pending = bytearray()
        self._changed = threading.Condition()
        self._is_alone = False  # nobody reads any more
        self._is_finished = False
        threading.Thread(target=self._write, daemon=True).start()

    def put(self, data: bytes) -> None:
        """Leave it to the thread."""
        with self._changed:
            if not self._is_alone and len(self._pending) < MOST_PENDING:
                self._pending += data
                self._changed.notify_all()

    def finish(self, seconds: float) -> None:
        """Wait a little for a slow reader."""
        with self._changed:
            self._is_finished = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._is_alone or not self._pending, seconds)

    def _write(self) -> None:
        while piece := self._next_piece():
            try:
                count = os.write(self._descriptor, piece)
            except OSError:
                count = 0
            with self._changed:
                del self._pending[:count]
                self._is_alone = not count
                self._changed.notify_all()
            if not count:
                return

    def _next_piece(self) -> bytes:
        with self._changed:
            self._changed.wait_for(lambda: self._pending or self._is_finished)
            return bytes(self._pending[:PIECE])


class Inlet:
    """What comes at a descriptor, read by a thread."""

    def __init__(self, descriptor: int) -> None:
        self._came: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._descriptor = descriptor
        threading.Thread(target=self._read, daemon=True).start()

    def __call__(self) -> bytes | None:
        """What has come, or None; nothing at its end."""
        with contextlib.suppress(queue.Empty):
            return self._came.get_nowait()
        return None

    def _read(self) -> None:
        while received := _received(self._descriptor):
            self._came.put(received)
        self._came.put(b"")


class Called:
    """The end of a wire on this side: who reads from it waits for the call first."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._is_closed = threading.Event()
        self._end: socket.socket | None = None

    def recv(self, size: int, /) -> bytes:
        """What has come; nothing at its end, or when nobody called."""
        if self._end is None:
            self._end = self._listener.accept(self._is_closed.is_set)
        if self._end is None:
            return b""
        received = _heard(self._end, size, self._is_closed)
        if not received:
            self._end.close()
        return received

    def send(self, data: bytes, /) -> int:
        """Send to who called. Raises OSError when nobody did."""
        if self._end is None:
            raise ConnectionError("nobody has called yet")
        return self._end.send(data)

    def close(self) -> None:
        """Hang up; the thread that reads does it soon."""
        self._is_closed.set()


class LoopbackWire:
    """A connection that the process makes itself, with a word that only it was told."""

    argument = ON_INPUT
    given: tuple[int, ...] = ()

    def __init__(self) -> None:
        self._listener = Listener()
        self.word: Mapping[str, object] | None = self._listener.word
        self.end = Called(self._listener)

    def as_input(self) -> int:
        """The word, and then the end."""
        return self._listener.as_input()

    def started(self) -> None:
        """Nothing is the process's own."""


class Portable:
    """Threads, loopback, a second process that is started anew, a file to ask for the end."""

    shares_descriptors = False

    def pumps(self) -> ThreadPumps:
        """Threads."""
        return ThreadPumps()

    def wire(self) -> LoopbackWire:
        """A call to come."""
        return LoopbackWire()

    def outlet(self, descriptor: int) -> ThreadOutlet:
        """A thread that writes."""
        return ThreadOutlet(descriptor)

    def inlet(self, descriptor: int) -> Callable[[], bytes | None]:
        """A thread that reads."""
        return Inlet(descriptor)

    def second(self, command: Sequence[str]) -> Callable[[], int] | None:
        """A new process, which has this one's streams and no other knowledge."""
        ends = (sys.stdin.fileno(), sys.stdout.fileno(), sys.stderr.fileno())
        process = subprocess.Popen(list(command), stdin=ends[0], stdout=ends[1], stderr=ends[2])
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # from a terminal: the other one answers it
        return process.wait

    def ask_to_stop(self, run_folder: Path, _guard: int) -> None:
        """A file, which the run looks for."""
        with contextlib.suppress(OSError):
            (run_folder / ASKED).touch()

    def is_asked_to_stop(self, run_folder: Path) -> bool:
        """Whether there is that file."""
        return (run_folder / ASKED).exists()


def _received(end: int | End) -> bytes:
    with contextlib.suppress(OSError):
        return os.read(end, PIECE) if isinstance(end, int) else end.recv(PIECE)
    return b""


def _heard(end: socket.socket, size: int, is_closed: threading.Event) -> bytes:
    """What has come; nothing at its end, or soon after it was closed here."""
    while not is_closed.is_set():
        with contextlib.suppress(OSError):
            if not select.select([end], [], [], TICK)[0]:
                continue
            return end.recv(size)
        return b""
    return b""
