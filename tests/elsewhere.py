"""A Python on Linux in which tfcards, and what it runs, takes itself to be on another system.

`python elsewhere.py PLATFORM PROGRAM [OPTIONS] -c CODE ARGUMENTS`, where PROGRAM is what starts it
this way. For them alone, what the system lacks is gone from the standard library, and what Windows
alone has is imitated by what Linux has; libraries see what is there. It shows whether the ways for
other systems can be gone to their end, not what the real systems do.
"""

import builtins
import ctypes
import fcntl
import os
import select
import signal
import socket
import subprocess
import sys
import time
import types
from pathlib import Path

LACKS = {
    "darwin": {
        "os": "pidfd_open setns sched_getaffinity",
        "signal": "SIGRTMIN",
        "socket": "SO_PEERCRED SO_PASSCRED SCM_CREDENTIALS MSG_CMSG_CLOEXEC",
        "select": "epoll",
    },
    "win32": {
        "os": "fork forkpty killpg getpgid getpgrp getuid geteuid getgid setsid pidfd_open nice"
        " WNOHANG O_NOFOLLOW O_DIRECTORY O_NONBLOCK mkfifo sched_getaffinity",
        "signal": "SIGKILL SIGUSR1 SIGUSR2 SIGHUP SIGCHLD SIGSTOP SIGCONT SIGALRM alarm setitimer",
        "socket": "AF_UNIX send_fds recv_fds SO_PEERCRED SO_PASSCRED CMSG_SPACE MSG_DONTWAIT",
        "select": "poll epoll",
    },
}
MODULES = {"win32": ("fcntl", "resource", "termios", "pwd", "grp", "posix", "tty", "pty")}
NEW_PROCESS_GROUP = 0x200


class Seen(types.ModuleType):
    """A module as one sees it there: without some names, with others; else as it is."""

    def __init__(self, real, lacks=(), **instead):
        super().__init__(real.__name__)
        vars(self).update(_real=real, _lacks=frozenset(lacks), _instead=instead)

    def __getattr__(self, name):
        if name in vars(self)["_lacks"]:
            raise AttributeError(f"module {self._real.__name__!r} has no attribute {name!r} there")
        instead = vars(self)["_instead"]
        return instead[name] if name in instead else getattr(self._real, name)

    def __setattr__(self, name, value):
        setattr(self._real, name, value)


class Popen(subprocess.Popen):
    """Started as Windows would take it."""

    def __init__(self, *command, creationflags=0, pass_fds=(), **more):
        assert not pass_fds, "Windows hands no descriptors down"
        if more.get("start_new_session"):
            assert creationflags & NEW_PROCESS_GROUP, "Ctrl+Break could not reach it alone"
        super().__init__(*command, **more)


class Kernel:
    """The few calls of kernel32.dll that are made. A process is its number; jobs do nothing."""

    def __init__(self, name, use_last_error):
        assert (name, use_last_error) == ("kernel32", True)
        for call in ("CreateJobObjectW", "SetInformationJobObject", "AssignProcessToJobObject"):
            setattr(self, call, self._done())
        for call in ("GetCurrentProcess", "GetConsoleCP", "CloseHandle"):
            setattr(self, call, self._done())
        self.OpenProcess = lambda _rights, _inherit, pid: pid if is_there(pid) else None
        self.WaitForSingleObject = lambda pid, _milliseconds: wait_for(pid)
        self.GenerateConsoleCtrlEvent = lambda _event, group: interrupt(group)
        self.GetFinalPathNameByHandleW = place_of

    @staticmethod
    def _done():
        return lambda *_: 1


def is_there(pid):
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def wait_for(pid):
    while is_there(pid):
        time.sleep(0.05)
    return 0


def interrupt(group):
    try:
        os.killpg(group, signal.SIGUSR2)
    except ProcessLookupError:
        return 0
    return 1


def place_of(descriptor, buffer, size, _flags):
    buffer.value = path = str(Path(f"/proc/self/fd/{descriptor}").readlink())
    return len(path)


def lock(descriptor, _mode, _count):
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise PermissionError(13, "Permission denied") from error


def seen(platform, program):
    """The modules of the standard library that look different there."""
    instead = {"sys": {"platform": platform, "executable": program}}
    found = {}
    if platform == "win32":
        instead["subprocess"] = {"Popen": Popen}
        instead["signal"] = {"CTRL_BREAK_EVENT": 1, "SIGBREAK": signal.SIGUSR2}
        instead["ctypes"] = {
            "WinDLL": Kernel,
            "WinError": lambda number: OSError(number, "of Windows"),
            "get_last_error": lambda: 0,
        }
        found["msvcrt"] = types.ModuleType("msvcrt")
        vars(found["msvcrt"]).update(locking=lock, LK_NBLCK=2, get_osfhandle=lambda number: number)
    for real in (os, signal, socket, select, ctypes, subprocess, sys):
        name = real.__name__
        lacks = LACKS[platform].get(name, "").split()
        found[name] = Seen(real, lacks, **instead.get(name, {}))
    return found


def wear(platform, program):
    """From now on, what of ours is imported sees the other system."""
    theirs, lacking, usual = seen(platform, program), MODULES.get(platform, ()), builtins.__import__

    def look(name, *rest, **named):
        scope = named.get("globals", rest[0] if rest else None) or {}
        who = scope.get("__name__", "")
        if who == "__main__" or who.partition(".")[0] == "tfcards":
            if name in theirs:
                return theirs[name]
            if name in lacking:
                raise ModuleNotFoundError(f"No module named {name!r} there")
        return usual(name, *rest, **named)

    builtins.__import__ = look


if __name__ == "__main__":
    _, platform, program, *options = sys.argv
    at = options.index("-c")
    sys.argv = options[at:]
    code = sys.argv.pop(1)
    wear(platform, program)
    exec(compile(code, "<string>", "exec"), {"__name__": "__main__"})
