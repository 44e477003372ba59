"""Asks a fork server for processes, and holds them as `subprocess.Popen` would. No TensorFlow."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tfcards.warm import order, system
from tfcards.warm.cage import Cage
from tfcards.warm.order import Order, Refused

NAME_VARIABLE: Final = "TFCARDS_WARM"  # the name of a server that anybody below may ask
SPARES_VARIABLE: Final = "TFCARDS_SPARES"  # what spares have loaded, ":", their keeper's name
KILLED: Final = 9  # by this signal, which not every system's Python can name
DOOR_VARIABLE: Final = "TFCARDS_DOOR"  # the descriptor of a door that was handed down


@dataclass(frozen=True, slots=True)
class Streams:
    """The descriptors of a new process: the standard ones, and those it is given besides."""

    input: int
    output: int
    errors: int
    given: tuple[int, ...] = ()


class WarmProcess:
    """A process that was forked for us. Unless it outlives us, it is killed when it is let go.

    A spare process also has a `mark` in the environment it was started with. Several threads may
    wait for its end.
    """

    def __init__(self, pid: int, control: socket.socket, cage: Cage | None, mark: str = "") -> None:
        self.pid = pid
        self.mark = mark
        self.returncode: int | None = None
        self._control = control
        self._cage = cage
        self._reading = threading.Lock()

    def poll(self) -> int | None:
        """The exit code once it has ended (negative for a signal), else None."""
        with self._reading:
            if self.returncode is None and select.select([self._control], [], [], 0)[0]:
                with contextlib.suppress(OSError):
                    self._end(order.hear(self._control))
            return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises subprocess.TimeoutExpired."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                raise subprocess.TimeoutExpired("a forked process", timeout or 0.0)
            with contextlib.suppress(OSError, ValueError):  # another thread has seen the end
                select.select([self._control], [], [], left)
        assert self.returncode is not None
        return self.returncode

    def terminate(self) -> None:
        """Tell it to end."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it."""
        self._send(KILLED)

    def _send(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            # once its end waits to be read, the number may be another process's
            if self.returncode is None and not order.waiting(self._control):
                os.kill(self.pid, number)

    def _end(self, line: bytes) -> None:
        if line:
            self.returncode = int(order.answer(line)["code"])
        else:  # the server is gone; what it forked may live on for a moment
            self.returncode = -KILLED
            system.wait_until_gone(self.pid)
        self._control.close()
        if self._cage is not None:
            self._cage.close()


class Door:
    """Where a fork server takes orders."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._waiting: socket.socket | None = None

    def fileno(self) -> int:
        """Its descriptor, for handing it down."""
        return self._end.fileno()

    def close(self) -> None:
        """Stop ordering; what was forked lives on."""
        self._end.close()

    def withdraw(self) -> None:
        """Wait no longer for what another thread has ordered: its `start` raises Refused."""
        waiting = self._waiting
        if waiting is not None:
            with contextlib.suppress(OSError):
                waiting.shutdown(socket.SHUT_RDWR)

    def start(
        self,
        command: Sequence[str],
        folder: Path,
        variables: Mapping[str, str],
        streams: Streams,
        shared: Cage | None = None,
        *,
        outlives_us: bool = False,
    ) -> WarmProcess:
        """Fork what an ordinary command would start. Raises Refused.

        A cage that the command names is its own and falls with it; one that is `shared` stands.
        """
        at = command.index(sys.executable)
        try:
            cage = Cage(command[:at], folder, variables) if at else None
        except OSError as error:
            raise Refused(str(error)) from error
        joined = cage or shared
        ours, theirs = socket.socketpair()
        wanted = Order.of(
            command,
            str(folder),
            variables,
            streams.given,
            is_caged=joined is not None,
            outlives=outlives_us,
        )
        standard = (theirs.fileno(), streams.input, streams.output, streams.errors)
        extra = () if joined is None else (joined.inside,)
        try:
            order.send(self._end, wanted, (*standard, *streams.given, *extra))
            theirs.close()
            ours.settimeout(order.PATIENCE)
            self._waiting = ours
            pid, mark = order.started(order.hear(ours))
        except (OSError, Refused) as error:
            for end in (ours, theirs, cage):
                if end is not None:
                    end.close()
            raise Refused(str(error)) from error
        finally:
            self._waiting = None
        ours.settimeout(None)
        return WarmProcess(pid, ours, cage, mark)


def connect(name: str) -> Door:
    """The door of the server of that name. Raises Refused when there is none."""
    if sys.platform == "win32":
        raise Refused("no server is kept on Windows")
    end = socket.socket(socket.AF_UNIX)
    try:
        end.connect(system.address(name))
    except OSError as error:
        end.close()
        raise Refused(f"no server answers: {error.strerror}") from error
    return Door(end)


def handed_door() -> Door | None:
    """The door that whoever started this process handed down, if any."""
    number = os.environ.pop(DOOR_VARIABLE, "")
    if not number:
        return None
    os.set_inheritable(int(number), False)
    return Door(socket.socket(fileno=int(number)))


def listen(name: str) -> socket.socket:
    """Where a server of that name will take orders: who comes early waits. Raises OSError."""
    if sys.platform == "win32":
        raise OSError("no server is kept on Windows")
    listener = socket.socket(socket.AF_UNIX)
    try:
        listener.bind(system.address(name))
    except OSError:
        listener.close()
        raise
    listener.listen(16)
    return listener
