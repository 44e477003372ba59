"""Trees of processes: who belongs to a run, what they use, how they end. No policy here."""

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Container, Iterable
from pathlib import Path
from typing import Final

import psutil

from tfcards.labs import signals
from tfcards.labs.launch import MARK
from tfcards.warm import cage, system, windows

PR_SET_PDEATHSIG: Final = 1
PR_SET_CHILD_SUBREAPER: Final = 36
SOUGHT: Final = "TFCARDS_SOUGHT"  # in a supervisor's environment: the marks it looks for
ROUNDS: Final = 500  # of killing what has come up since the last one
GONE: Final = (psutil.NoSuchProcess, psutil.AccessDenied, ProcessLookupError)


if sys.platform == "linux":

    def adopt_orphans(token: str) -> None:  # noqa: ARG001 - other systems need it
        """Become the parent of every process below whose own parent dies."""
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def end_with_parent(number: int) -> None:
        """Get signal `number` when the parent dies."""
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)

elif sys.platform == "win32":

    def adopt_orphans(token: str) -> None:
        """Count every process that carries the run's mark as one below; all end with this one."""
        seek(token)
        windows.end_all_with_this_process()

    def end_with_parent(number: int) -> None:
        """End when the parent does: it holds a job that this process is in."""

else:

    def adopt_orphans(token: str) -> None:
        """Count every process that carries the run's mark as one below."""
        seek(token)

    def end_with_parent(number: int) -> None:
        """Get signal `number` soon after the parent has died."""
        system.at_end_of_parent(lambda: os.kill(os.getpid(), number))


def seek(token: str) -> None:
    """From now on processes with this mark count as below this one, wherever they are."""
    os.environ[SOUGHT] = f"{os.environ.get(SOUGHT, '')} {token}"


def descendants(spared: Container[int] = ()) -> list[psutil.Process]:
    """Every process below this one but those `spared`, parents before children."""
    tokens = set(os.environ.get(SOUGHT, "").split())
    with contextlib.suppress(*GONE):
        below = psutil.Process().children(recursive=True)
        known = {os.getpid(), os.getppid(), *(one.pid for one in below)}
        below += [one for one in marked(tokens) if one.pid not in known]
        return [one for one in below if one.pid not in spared and not _is_console(one)]
    return []


def family(pid: int) -> list[psutil.Process]:
    """The process of that id and those below it, parents first, but none of a sandbox's own."""
    with contextlib.suppress(*GONE):
        top = psutil.Process(pid)
        return [one for one in (top, *top.children(recursive=True)) if not is_cage(one)]
    return []


def kill(pid: int) -> None:
    """Kill the process of that id and those below it; a sandbox ends as what was in it."""
    for process in family(pid):
        with contextlib.suppress(*GONE):
            process.kill()


def memory(processes: Iterable[psutil.Process]) -> int:
    """Resident bytes of all of them together."""
    total = 0
    for process in processes:
        with contextlib.suppress(*GONE):
            total += process.memory_info().rss
    return total


def send(processes: Iterable[psutil.Process], number: int) -> None:
    """Send a signal to each, except to a sandbox's own processes, which would only fall over."""
    for process in processes:
        with contextlib.suppress(*GONE):
            if not is_cage(process):
                _send(process, number)


def is_cage(process: psutil.Process) -> bool:
    """Whether this is the sandbox's own process and not what runs in it."""
    with contextlib.suppress(*GONE):
        return process.name() in {"bwrap", cage.NAME}
    return False


if sys.platform == "linux":

    def strike(spared: Container[int] = ()) -> None:
        """Kill what is below this process, quicker than it can start something else.

        A process that splits and ends, again and again, is gone before a look at all processes of
        the machine is over. This asks only who is a child now: those of a killed one become ours.
        """
        for _ in range(ROUNDS):
            struck = False
            waiting = _children(os.getpid())
            while waiting:
                pid = waiting.pop()
                if pid in spared:
                    waiting += _children(pid)
                    continue
                struck = True
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, os.WNOHANG)
            if not struck:
                return

    def _children(pid: int) -> list[int]:
        """The processes that this one is the parent of now; none where the kernel does not tell."""
        found: list[int] = []
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{pid}/task").iterdir():
                found += map(int, (task / "children").read_bytes().split())
        return found

else:

    def strike(spared: Container[int] = ()) -> None:
        """Nothing: only Linux tells at once who is below."""


def sweep(within: float = 5.0, spared: Container[int] = ()) -> bool:
    """Kill everything below this process but those `spared`, until nothing is left; False if not.

    It is done again and again, because processes start others.
    """
    deadline = time.monotonic() + within
    strike(spared)
    while remaining := descendants(spared):
        for process in remaining:
            with contextlib.suppress(*GONE):
                process.kill()
        _reap(remaining)
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
        strike(spared)
    return True


if sys.platform == "win32":

    def _is_console(process: psutil.Process) -> bool:
        """Whether it is what holds this process's own console, which Windows puts below it."""
        with contextlib.suppress(*GONE):
            return process.ppid() == os.getpid() and process.name() == windows.CONSOLE_HOST
        return False

    def _send(process: psutil.Process, number: int) -> None:
        if number == signals.INTERRUPT:
            windows.interrupt(process.pid)
        else:
            process.terminate()

    def _reap(processes: Iterable[psutil.Process]) -> None:
        """Nothing is left of a process that has ended."""

else:

    def _is_console(_process: psutil.Process) -> bool:
        """Windows alone has a process for that."""
        return False

    def _send(process: psutil.Process, number: int) -> None:
        process.send_signal(number)

    def _reap(processes: Iterable[psutil.Process]) -> None:
        for process in processes:
            with contextlib.suppress(ChildProcessError, OSError):
                os.waitpid(process.pid, os.WNOHANG)


def marked(tokens: set[str]) -> list[psutil.Process]:
    """Processes anywhere on this machine whose environment carries one of the runs' marks."""
    found = []
    for process in psutil.process_iter() if tokens else ():
        with contextlib.suppress(*GONE, OSError):
            if process.environ().get(MARK) in tokens:
                found.append(process)
    return found


def is_running(pid: int, created: float) -> bool:
    """Whether the process with this id is still the one that was created then."""
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - created) < 1.0
        return same and process.status() != psutil.STATUS_ZOMBIE
    except GONE:
        return False


def crash(code: int) -> str:
    """What took a process down, by its exit code (SIGSEGV for -11); nothing if it just ended."""
    if code >= 0:
        return windows.fault(code)
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
