"""The judge's end of the host: starts it, calls it with a time limit, replaces it when it died."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tfcards.labkit.api import LearnerError
from tfcards.labkit.channel import Channel, FrameError
from tfcards.labkit.values import Arrays, Output, decode, encode
from tfcards.warm import loopback, system, windows
from tfcards.warm.client import Door, Streams, WarmProcess, handed_door
from tfcards.warm.order import Refused

MOST_STARTS: Final = 4
Process = subprocess.Popen[bytes] | WarmProcess


class HostError(Exception):
    """A host did not start, or the lab's own code failed: never the learner's fault."""


@dataclass(frozen=True, slots=True)
class HostOrder:
    """How a host is started. `{channel}` in the command stands for its descriptor's number.

    One that `calls` gets none, but finds on its standard input whom to call.
    """

    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    import_seconds: float
    load_seconds: float
    calls: bool = False


@dataclass(slots=True)
class _Running:
    process: Process
    line: Channel | loopback.Listener
    is_ready: bool = False
    loaded: set[str] = field(default_factory=set)


class RemoteHost:
    """Calls the learner's code in a host process; `time_left` counts calls only, never start-up."""

    def __init__(self, order: HostOrder, output: int, door: Door | None = None) -> None:
        self._order = order
        self._output = output
        self._door = door or handed_door()
        self._running: _Running | None = None
        self._starts = 0
        self.time_left = 0.0
        self.traceback = ""
        self.versions: dict[str, str] = {}

    def beside(self, order: HostOrder) -> RemoteHost:
        """Another host, which prints where this one does."""
        return RemoteHost(order, self._output, self._door)

    @contextlib.contextmanager
    def held_still(self) -> Iterator[None]:
        """Let the process and its group do nothing meanwhile, where the system can do that."""
        group = None if self._running is None else self._running.process.pid
        if group is not None:
            system.hold_group(group, is_held=True)
        try:
            yield
        finally:
            if group is not None:
                system.hold_group(group, is_held=False)

    def start(self) -> None:
        """Start the process without waiting for it to be ready."""
        if self._running is not None:
            return
        if self._starts >= MOST_STARTS:
            raise LearnerError("Not tried: your code had ended or blocked its process before.")
        self._starts += 1
        if self._order.calls:
            listener = loopback.Listener()
            process = self._process(loopback.ON_INPUT, listener.as_input())
            self._running = _Running(process, listener)
            return
        ours, theirs = socket.socketpair()
        nothing = os.open(os.devnull, os.O_RDONLY)
        process = self._process(str(theirs.fileno()), nothing, theirs.fileno())
        theirs.close()
        self._running = _Running(process, Channel(ours))

    def _process(self, channel: str, entrance: int, *given: int) -> Process:
        """Forked from what has TensorFlow already, where there is such a thing."""
        order = self._order
        command = [part.replace("{channel}", channel) for part in order.command]
        streams = Streams(entrance, self._output, self._output, given)
        try:
            if self._door is not None:
                with contextlib.suppress(Refused):
                    return self._door.start(command, order.folder, order.environment, streams)
            return subprocess.Popen(
                command,
                cwd=order.folder,
                env=dict(order.environment),
                stdin=entrance,
                stdout=self._output,
                stderr=self._output,
                pass_fds=given,
                start_new_session=True,
                creationflags=system.creation_flags(),
            )
        finally:
            os.close(entrance)

    def call(self, request: Mapping[str, Any], timeout: float | None) -> Output:
        """Run one request in the host. Raises LearnerError, or TypeError for inputs of a check."""
        arrays: Arrays = []
        message = {
            **request,
            "args": [encode(value, arrays) for value in request["args"]],
            "kwargs": {name: encode(value, arrays) for name, value in request["kwargs"].items()},
        }
        running = self.get_ready()
        target = str(request["target"])
        if request["op"] == "call":
            self._load(running, target.partition(".")[0])
        limit = self.time_left if timeout is None else min(timeout, self.time_left)
        began = time.monotonic()
        try:
            return self._exchange(running, message, arrays, max(limit, 0.001))
        finally:
            self.time_left -= time.monotonic() - began

    def close(self) -> None:
        """End the host and everything it started, as far as its group reaches."""
        running, self._running = self._running, None
        if running is None:
            return
        if sys.platform == "win32":
            running.process.kill()
        else:
            system.kill_group(running.process.pid)
        running.process.wait()
        running.line.close()

    def get_ready(self) -> _Running:
        """Wait until the process has brought its framework. Raises HostError when it cannot."""
        self.start()
        running = self._running
        assert running is not None
        if running.is_ready:
            return running
        try:
            channel = self._channel(running)
            message, _ = channel.receive(self._order.import_seconds)
        except (EOFError, OSError, FrameError) as problem:
            self.close()
            raise HostError("the process for the learner's code did not start") from problem
        self.versions = {str(name): str(text) for name, text in dict(message["ready"]).items()}
        running.is_ready = True
        return running

    def _channel(self, running: _Running) -> Channel:
        """The channel, after the host's call if it has to. Raises EOFError when none comes."""
        if isinstance(running.line, loopback.Listener):
            deadline = time.monotonic() + self._order.import_seconds
            end = running.line.accept(
                lambda: running.process.poll() is not None or time.monotonic() > deadline
            )
            if end is None:
                raise EOFError
            running.line = Channel(end)
        return running.line

    def _load(self, running: _Running, module: str) -> None:
        if module in running.loaded:
            return
        message = {"op": "load", "target": module, "args": [], "kwargs": {}, "raw": True}
        self._exchange(running, message, [], self._order.load_seconds)
        running.loaded.add(module)

    def _exchange(
        self, running: _Running, message: dict[str, Any], arrays: Arrays, limit: float
    ) -> Output:
        what = f"{message['target']}.py" if message["op"] == "load" else f"`{message['target']}`"
        try:
            channel = self._channel(running)
            channel.send(message, arrays, limit)
            answer, received = channel.receive(limit)
            if "error" in answer:
                raise LearnerError(
                    str(answer["error"]),
                    str(answer.get("traceback", "")),
                    is_unwritten=answer.get("is_unwritten") is True,
                )
            return decode(answer["value"], received)
        except TimeoutError:
            self.close()
            raise LearnerError(f"{what} took longer than {limit:.0f} s and was stopped.") from None
        except (EOFError, OSError):
            raise LearnerError(self._ending(running, what)) from None
        except (FrameError, ValueError, KeyError, TypeError, IndexError, RecursionError):
            self.close()
            raise LearnerError(f"{what} gave back something that cannot be read.") from None

    def _ending(self, running: _Running, what: str) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.process.wait(2)
        code = running.process.returncode
        self.close()
        if code is None:
            return f"{what} closed the connection of its process."
        crash = _signal(-code) if code < 0 else windows.fault(code)
        if crash:
            return f"{what} crashed its process ({crash})."
        return f"{what} ended its process (exit code {code}) instead of returning."


class Apart:
    """Runs the lab's own code in a host without the learner's, which is held still meanwhile."""

    def __init__(self, host: RemoteHost, learners: RemoteHost) -> None:
        self._host = host
        self._learners = learners

    def give_time(self, seconds: float) -> None:
        """How long the calls of a check may take together."""
        self._host.time_left = seconds

    def call(self, request: Mapping[str, Any], timeout: float | None) -> Output:
        """Run one request. Raises HostError."""
        self._host.get_ready()
        try:
            with self._learners.held_still():
                return self._host.call(request, timeout)
        except LearnerError as error:  # not theirs: there is no file of theirs
            told = error.traceback.strip().rpartition("\n")[2] or str(error)
            raise HostError(f"`{request['target']}` of host.py failed: {told}") from error

    def close(self) -> None:
        """End the host, if there was need of it."""
        self._host.close()


def _signal(number: int) -> str:
    """Its name; those for a program's own use have none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
