"""`python -m tfcards.warm.keeper LISTENER NAME MODULE...`: keeps and gives out spare processes.

It answers orders as the fork server does, with processes that were started beforehand. It imports
nothing itself. Orders that need no spare are refused; they start at once without.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tfcards.warm import order, system
from tfcards.warm.order import Order
from tfcards.warm.spare import READY

assert sys.platform != "win32"

SPARES: Final = 1  # each takes what an import of TensorFlow takes: some 540 MB
IDLE_SECONDS: Final = 600.0
TICK: Final = 0.05  # between looks at processes that were given out
LOOK: Final = 5.0


@dataclass(slots=True)
class Spare:
    """A process with everything imported, or about to be; used once.

    Its `mark` is in its environment from the start, where whoever gets it can find it and its like.
    """

    process: subprocess.Popen[bytes]
    end: socket.socket
    mark: str
    is_ready: bool = False


@dataclass(slots=True)
class Asked:
    """An order that waits for a spare: what it is, and the descriptors that came with it."""

    order: Order
    control: socket.socket
    descriptors: list[int]


@dataclass(slots=True)
class Keeper:
    """Gives a spare to each order that comes through a door, and tells how it ended.

    `modules` are imported by every spare; only they can be ordered.
    """

    listener: socket.socket | None
    command: list[str]
    modules: list[str]
    owner: int | None = None  # its end says that nobody is left who could order
    doors: set[socket.socket] = field(default_factory=set)
    spares: list[Spare] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    given: dict[socket.socket, subprocess.Popen[bytes]] = field(default_factory=dict)
    _used: float = field(default_factory=time.monotonic)

    def serve(self) -> None:
        """Until nobody can order any more, or nobody has for long."""
        while not self._is_done():
            self._fill()
            is_busy = self.given or self.asked
            ready, _, _ = select.select(list(self._ends()), [], [], TICK if is_busy else LOOK)
            for end in ready:
                self._attend(end)
            self._hand_out()
            self._tell_ends()
        for spare in self.spares:
            _end(spare)

    def _ends(self) -> Iterator[socket.socket | int]:
        yield from self.doors
        yield from self.given
        yield from (spare.end for spare in self.spares if not spare.is_ready)
        if self.listener is not None:
            yield self.listener
        if self.owner is not None:
            yield self.owner

    def _is_done(self) -> bool:
        if self.given or self.asked:
            self._used = time.monotonic()
            return False
        return self.listener is None or time.monotonic() - self._used > IDLE_SECONDS

    def _fill(self) -> None:
        """Start what is missing, but not beside a run: importing takes all of a processor."""
        if self.listener is None or self.given:
            wanted = len(self.asked)
        else:
            wanted = max(SPARES, len(self.asked))
        while len(self.spares) < wanted:
            self.spares.append(self._start())

    def _start(self) -> Spare:
        ours, theirs = socket.socketpair()
        command = [*self.command, "tfcards.warm.spare", str(theirs.fileno()), *self.modules]
        mark = secrets.token_hex(16)
        process = subprocess.Popen(
            command,
            env=os.environ | {system.MARK: mark},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
            start_new_session=True,
        )
        theirs.close()
        return Spare(process, ours, mark)

    def _attend(self, end: socket.socket | int) -> None:
        if isinstance(end, int):
            self._lose_owner()
        elif end is self.listener:
            self._let_in()
        elif end in self.doors:
            self._take(end)
        elif end in self.given:
            _kill(self.given[end])  # whoever ordered it is gone, or wants it to be
        else:
            self._look_at(end)

    def _let_in(self) -> None:
        assert self.listener is not None
        door, _ = self.listener.accept()
        if system.is_ours(door):
            self.doors.add(door)
        else:
            door.close()

    def _lose_owner(self) -> None:
        """Take no more orders, but see those through that run: the window is gone, say."""
        for end in (*self.doors, self.listener):
            if end is not None:
                end.close()
        self.owner = self.listener = None
        self.doors.clear()

    def _look_at(self, end: socket.socket) -> None:
        """A spare is ready; or it could not import what it should, and then no other can."""
        spare = next((one for one in self.spares if one.end is end), None)
        if spare is None:  # closed while others were attended to
            return
        spare.is_ready = end.recv(1) == READY
        if spare.is_ready:
            return
        self.spares.remove(spare)
        _end(spare)
        while self.asked:
            self._refuse(self.asked.pop(), "a spare process could not start")
        self._lose_owner()

    def _take(self, door: socket.socket) -> None:
        try:
            taken = order.receive(door)
        except (OSError, ValueError):
            taken = None
        if taken is None:
            self.doors.discard(door)
            door.close()
            return
        self._used = time.monotonic()
        wanted, descriptors = taken
        control = socket.socket(fileno=descriptors[0])
        asked = Asked(wanted, control, descriptors[1:])
        if wanted.is_caged or wanted.module not in self.modules:
            self._refuse(asked, f"no spare process is kept for {wanted.module}")
        else:
            self.asked.append(asked)

    def _refuse(self, asked: Asked, why: str) -> None:
        with contextlib.suppress(OSError):
            order.tell(asked.control, refused=why)
        asked.control.close()
        _close(asked.descriptors)

    def _hand_out(self) -> None:
        ready = [spare for spare in self.spares if spare.is_ready]
        for spare, asked in zip(ready, list(self.asked), strict=False):
            self.spares.remove(spare)
            self.asked.remove(asked)
            try:
                order.send(spare.end, asked.order, asked.descriptors)
            except OSError:
                _end(spare)
                self._refuse(asked, "a spare process went away")
                continue
            with contextlib.suppress(OSError):
                order.tell(asked.control, pid=spare.process.pid, mark=spare.mark)
            spare.end.close()
            _close(asked.descriptors)
            self.given[asked.control] = spare.process

    def _tell_ends(self) -> None:
        for control, process in list(self.given.items()):
            code = process.poll()
            if code is None:
                continue
            _kill(process)  # what is left of its group
            del self.given[control]
            with contextlib.suppress(OSError):
                order.tell(control, code=code)
            control.close()


def _kill(process: subprocess.Popen[bytes]) -> None:
    system.kill_group(process.pid)


def _end(spare: Spare) -> None:
    spare.end.close()
    _kill(spare.process)
    spare.process.wait()


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def main() -> None:
    """Keep spares until standard input ends or nobody has asked for long."""
    _, number, name, *modules = sys.argv
    listener = socket.socket(fileno=int(number))
    listener.set_inheritable(False)
    boot = sys.orig_argv[: sys.orig_argv.index("-c") + 3]  # with the package's folder
    os.chdir(tempfile.gettempdir())
    try:
        Keeper(listener, boot, modules, owner=0).serve()
    finally:
        system.leave(name)


if __name__ == "__main__":
    main()
