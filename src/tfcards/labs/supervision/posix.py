"""A supervisor's means where processes inherit descriptors and can be split. Not on Windows."""

import contextlib
import os
import select
import selectors
import signal
import socket
import stat
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import psutil

from tfcards.labs import processes

assert sys.platform != "win32"

DRAIN: Final = 1.0  # seconds


class SelectorPumps:
    """Waits for all ends at once."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def read(self, end: object, take: Callable[[bytes], None]) -> None:
        """From now on give everything that arrives at an end to `take`."""
        assert isinstance(end, int | socket.socket)
        self._selector.register(end, selectors.EVENT_READ, take)

    def pump(self, wait: float) -> bool:
        """Give on what has come within `wait` seconds."""
        ready = self._selector.select(wait) if self._selector.get_map() else []
        if not ready and not self._selector.get_map():
            time.sleep(wait)
        for key, _ in ready:
            received = _received(key.fileobj)
            if received:
                key.data(received)
            else:
                self._selector.unregister(key.fileobj)
                _close(key.fileobj)
        return bool(ready)

    def drain(self) -> None:
        """Give on what lies in the pipes of processes that have ended."""
        deadline = time.monotonic() + DRAIN
        while self._selector.get_map() and time.monotonic() < deadline and self.pump(0):
            pass

    def close(self) -> None:
        """Close all ends."""
        for key in list(self._selector.get_map().values()):
            self._selector.unregister(key.fileobj)
            _close(key.fileobj)
        self._selector.close()


class PolledOutlet:
    """Writes when the reader can take it, and keeps the rest, up to a limit."""

    MOST_PENDING: Final = 8 * 2**20

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor
        self._pending = bytearray()
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
            os.set_blocking(descriptor, False)

    def put(self, data: bytes) -> None:
        """Give the reader what it takes now."""
        if self._descriptor is not None and len(self._pending) < self.MOST_PENDING:
            self._pending += data
            self._push()

    def finish(self, seconds: float) -> None:
        """Wait a little for a slow reader."""
        deadline = time.monotonic() + seconds
        while self._pending and self._descriptor is not None and time.monotonic() < deadline:
            select.select([], [self._descriptor], [], 0.1)
            self._push()

    def _push(self) -> None:
        while self._pending and self._descriptor is not None:
            try:
                count = os.write(self._descriptor, self._pending[:65536])
            except BlockingIOError:
                return
            except OSError:  # nobody reads any more
                self._descriptor = None
                return
            del self._pending[:count]


class PairWire:
    """A pair of sockets; the process inherits one."""

    word: Mapping[str, object] | None = None

    def __init__(self) -> None:
        self.end, self._theirs = socket.socketpair()

    @property
    def argument(self) -> str:
        """The number of its descriptor."""
        return str(self._theirs.fileno())

    @property
    def given(self) -> tuple[int, ...]:
        """Its descriptor."""
        return (self._theirs.fileno(),)

    def as_input(self) -> int:
        """Nothing to read."""
        return os.open(os.devnull, os.O_RDONLY)

    def started(self) -> None:
        """Close the other end here."""
        self._theirs.close()


class Posix:
    """Descriptors, selectors, signals, a fork."""

    shares_descriptors = True

    def pumps(self) -> SelectorPumps:
        """One selector."""
        return SelectorPumps()

    def wire(self) -> PairWire:
        """A pair of sockets."""
        return PairWire()

    def outlet(self, descriptor: int) -> PolledOutlet:
        """One that is polled."""
        return PolledOutlet(descriptor)

    def inlet(self, descriptor: int) -> Callable[[], bytes | None]:
        """One that is polled."""

        def hear() -> bytes | None:
            ready, _, _ = select.select([descriptor], [], [], 0)
            if not ready:
                return None
            try:
                return os.read(descriptor, 4096)
            except OSError:
                return b""

        return hear

    def second(self, _command: Sequence[str]) -> Callable[[], int] | None:
        """A fork of this process."""
        worker = os.fork()
        if worker == 0:
            return None
        return lambda: os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])

    def ask_to_stop(self, _run_folder: Path, guard: int) -> None:
        """A signal to the guard's child, the one that does the run."""
        with contextlib.suppress(*processes.GONE):
            processes.send(psutil.Process(guard).children(), signal.SIGTERM)

    def is_asked_to_stop(self, _run_folder: Path) -> bool:
        """Never: a signal tells."""
        return False


def _received(end: object) -> bytes:
    with contextlib.suppress(BlockingIOError, InterruptedError, OSError):
        if isinstance(end, socket.socket):
            return end.recv(65536)
        assert isinstance(end, int)
        return os.read(end, 65536)
    return b""


def _close(end: object) -> None:
    if isinstance(end, socket.socket):
        end.close()
    elif isinstance(end, int):
        os.close(end)
