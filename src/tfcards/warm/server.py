"""`python -m tfcards.warm.server LISTENER MODULE...`: imports once, then forks on order.

It never runs an operation: a process with more than one native thread must not be forked, and
TensorFlow starts threads with its first operation. Such a server refuses to fork.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, NoReturn

from tfcards.warm import order, system
from tfcards.warm.become import Task, perform
from tfcards.warm.client import Door
from tfcards.warm.order import Order

assert sys.platform == "linux"

FRAMEWORK: Final = "tensorflow"
IDLE_SECONDS: Final = 600.0
LEAST_FREE_KB: Final = 4 * 2**20
LOOK_SECONDS: Final = 20.0
PR_SET_PDEATHSIG: Final = 1


class Child(NamedTuple):
    """A process that was forked here, and who may let it go unless it outlives them."""

    pid: int
    control: socket.socket
    outlives: bool


@dataclass(slots=True)
class Server:
    """Forks a process for each order that comes through a door, and tells how it ended.

    Doors are for who started it and for their children: what it forked would else get out of its
    run through another process.
    """

    listener: socket.socket | None
    doors: set[socket.socket] = field(default_factory=set)
    children: dict[int, Child] = field(default_factory=dict)  # by its pidfd
    owner: int | None = None  # its end says that nobody is left who could order
    _starter: int = field(default_factory=os.getppid)
    _used: float = field(default_factory=time.monotonic)

    def serve(self) -> Task | None:
        """Until nobody can order any more (None), or in each forked process, its task."""
        while not self._is_done():
            with _selector(self._ends()) as selector:
                ready = [key.fileobj for key, _ in selector.select(LOOK_SECONDS)]
            for end in ready:
                task = self._attend(end)
                if task is not None:
                    return task
        return None

    def _ends(self) -> Iterator[socket.socket | int]:
        yield from self.doors
        if self.listener is not None:
            yield self.listener
        if self.owner is not None:
            yield self.owner
        for pidfd, child in self.children.items():
            yield pidfd
            if child.control.fileno() >= 0:
                yield child.control

    def _is_done(self) -> bool:
        if self.children:
            self._used = time.monotonic()
            return False
        if self.listener is None:
            return not self.doors
        is_idle = time.monotonic() - self._used > IDLE_SECONDS
        return is_idle or free_kb() < LEAST_FREE_KB

    def _attend(self, end: object) -> Task | None:
        if end is self.listener:
            self._let_in()
        elif isinstance(end, int) and end == self.owner:
            self._lose_owner()
        elif isinstance(end, int):
            self._tell_end(end)
        elif isinstance(end, socket.socket) and end in self.doors:
            return self._take(end)
        elif isinstance(end, socket.socket):
            self._let_go(end)
        return None

    def _let_in(self) -> None:
        assert self.listener is not None
        door, _ = self.listener.accept()
        if system.is_ours(door) and self._starter in _generations(system.caller(door)):
            self.doors.add(door)
        else:
            door.close()

    def _lose_owner(self) -> None:
        """The window is gone: take no more orders, but see those through that run."""
        self.owner = None
        if self.listener is not None:
            self.listener.close()
            self.listener = None
        for door in self.doors:
            door.close()
        self.doors.clear()

    def _take(self, door: socket.socket) -> Task | None:
        try:
            taken = order.receive(door)
        except (OSError, ValueError):
            taken = None
        if taken is None:
            self.doors.discard(door)
            door.close()
            return None
        self._used = time.monotonic()
        wanted, descriptors = taken
        threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208 - names only
        control = socket.socket(fileno=descriptors[0])
        task = None
        if threads > 1:
            _refuse(control, f"the server has {threads} threads")
        elif order.waiting(control) == b"":  # the order was withdrawn
            control.close()
        else:
            task = self._fork(wanted, descriptors, control)
        if task is None:
            for descriptor in descriptors[1:]:
                os.close(descriptor)
        return task

    def _fork(self, wanted: Order, descriptors: list[int], control: socket.socket) -> Task | None:
        heard, report = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.setsid()
            os.close(heard)
            control.close()
            self._close_all()
            return Task(wanted, descriptors[1:], report)
        os.close(report)
        problem = os.read(heard, 4096)  # its end: the process is where it should be
        os.close(heard)
        if problem:
            os.waitpid(pid, 0)
            _refuse(control, problem.decode())
            return None
        self.children[os.pidfd_open(pid)] = Child(pid, control, wanted.outlives)
        try:
            order.tell(control, pid=pid)
        except OSError:  # withdrawn: it may have been started in another way
            system.kill_group(pid)
        return None

    def _tell_end(self, pidfd: int) -> None:
        if pidfd not in self.children:
            return
        child = self.children.pop(pidfd)
        os.close(pidfd)
        _, status = os.waitpid(child.pid, 0)
        with contextlib.suppress(OSError):
            order.tell(child.control, code=os.waitstatus_to_exitcode(status))
        child.control.close()

    def _let_go(self, control: socket.socket) -> None:
        """Whoever ordered this process is gone, or wants it to be."""
        for child in self.children.values():
            if child.control is control:
                if not child.outlives:
                    system.kill_group(child.pid)
                control.close()

    def _close_all(self) -> None:
        """In a forked process: nothing of the server's stays open."""
        ends = list(self._ends())
        for end in ends:
            if isinstance(end, int):
                os.close(end)
            else:
                end.close()


@contextlib.contextmanager
def _selector(ends: Iterator[socket.socket | int]) -> Iterator[selectors.BaseSelector]:
    """One that is gone before anything is forked."""
    with selectors.PollSelector() as selector:
        for end in ends:
            selector.register(end, selectors.EVENT_READ)
        yield selector


def _generations(pid: int) -> tuple[int, int]:
    """A process and its parent, which is 0 once the process has gone."""
    with contextlib.suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
        return pid, int(stat.rpartition(")")[2].split()[1])
    return pid, 0


def _refuse(control: socket.socket, why: str) -> None:
    with contextlib.suppress(OSError):
        order.tell(control, refused=why)
    control.close()


def free_kb() -> int:
    """The memory that programs could still get, in kB."""
    for line in Path("/proc/meminfo").read_text("ascii").splitlines():
        name, _, value = line.partition(":")
        if name == "MemAvailable":
            return int(value.split()[0])
    return 0


def branch() -> tuple[Door, int] | None:
    """A server of one's own, forked here: its door and its process; None where it cannot be.

    To be called before this process knows anything that what it starts must not know.
    """
    if FRAMEWORK not in sys.modules or len(os.listdir("/proc/self/task")) != 1:  # noqa: PTH208 - counted, not read
        return None
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        _serve_below(theirs)
    theirs.close()
    return Door(ours), pid


def _serve_below(door: socket.socket) -> NoReturn:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1):
        os.dup2(nothing, number)
    os.close(nothing)
    _run(Server(None, {door}))


def _nothing() -> None:
    """What most modules prepare."""


def _run(server: Server) -> NoReturn:
    task = server.serve()
    if task is not None:
        perform(task)
    os._exit(0)


def main() -> None:
    """Import the modules, then fork until standard input ends or nobody has asked for long.

    A module's `prepare`, if it has one, does once what every process forked would do.
    """
    _, number, *modules = sys.argv
    listener = socket.socket(fileno=int(number))
    listener.set_inheritable(False)
    for module in modules:
        getattr(importlib.import_module(module), "prepare", _nothing)()
    gc.collect()
    gc.freeze()  # shared with every process forked, as long as nobody writes to it
    _run(Server(listener, owner=0))


if __name__ == "__main__":
    main()
