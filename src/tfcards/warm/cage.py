"""Cages to join: bubblewrap makes one around a waiting process; a forked one enters it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NoReturn

NAME: Final = "tfcards-cage"  # what processes are called that only hold a cage
PATIENCE: Final = 10.0

# Mount, user, process, network and message namespaces: what bubblewrap is asked to make.
MOUNTS: Final = 0x00020000
USERS: Final = 0x10000000
OTHERS: Final = 0x20000000 | 0x40000000 | 0x08000000

CREDENTIALS: Final = struct.Struct("3i")  # process, user, group
CAPABILITY_VERSION: Final = 0x20080522
PR_SET_DUMPABLE: Final = 4
PR_SET_NO_NEW_PRIVS: Final = 38

# A shell starts in a tenth of the time that Python takes. What it writes tells the other end its
# process number, as that is known out there.
WAIT: Final = ("/bin/sh", "-c", f"echo {NAME} > /proc/$$/comm; echo; read -r end")

# Ends as the process it waits for did, by the same signal if it was one.
STAY: Final = (
    "import ctypes, os, signal, sys; "
    f"ctypes.CDLL(None).prctl(15, b'{NAME}', 0, 0, 0); "
    "code = os.waitstatus_to_exitcode(os.waitpid(int(sys.argv[1]), 0)[1]); "
    "code < 0 and signal.getsignal(-code) and "
    "-code not in (9, 19) and signal.signal(-code, signal.SIG_DFL); "
    "code < 0 and os.kill(os.getpid(), -code); os._exit(code)"
)


class Cage:
    """A cage with nobody in it but a process that waits; it falls with `close`.

    `wall` is bubblewrap's command up to what it would run. Raises OSError when there is none.
    """

    def __init__(self, wall: Sequence[str], folder: Path, variables: Mapping[str, str]) -> None:
        self._end, theirs = _ends()
        self._holder = subprocess.Popen(
            [*wall, *WAIT],
            cwd=folder,
            env=dict(variables),
            stdin=theirs.fileno(),
            stdout=theirs.fileno(),
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        theirs.close()
        self._end.settimeout(PATIENCE)
        try:
            self.inside = _sender(self._end)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Kill everything in it."""
        self._end.close()
        self._holder.kill()
        self._holder.wait()
        with contextlib.suppress(AttributeError, OSError):
            os.close(self.inside)
            del self.inside


def _ends() -> tuple[socket.socket, socket.socket]:
    """Two ends; the first one is told who writes to it. Raises OSError."""
    if sys.platform != "linux":
        raise OSError("there are no cages but on Linux")
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    return ours, theirs


def _sender(end: socket.socket) -> int:
    """A descriptor of the process that writes the first byte. Raises OSError when none does."""
    if sys.platform != "linux":
        raise OSError("there are no cages but on Linux")
    said, notes, _, _ = end.recvmsg(1, socket.CMSG_SPACE(CREDENTIALS.size))
    if not said:
        raise OSError("the cage could not be made")
    pid, _, _ = CREDENTIALS.unpack(notes[0][2])
    return os.pidfd_open(pid)


def enter(inside: int, report: int) -> None:
    """Go on as a child inside the cage; this process stays behind and ends as the child does.

    What is wrong is written to `report`, and the process ended.
    """
    if sys.platform != "linux":
        raise NotImplementedError
    library = ctypes.CDLL(None, use_errno=True)
    kinds = MOUNTS | OTHERS | (USERS if os.geteuid() else 0)
    if library.setns(inside, kinds):
        os.write(report, f"the cage cannot be joined: {os.strerror(ctypes.get_errno())}".encode())
        os._exit(1)
    give_up_powers(library)
    child = os.fork()
    if child:
        _stay_behind(child, report)
    library.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)


def give_up_powers(library: ctypes.CDLL) -> None:
    """No capability is kept: with them one could take down from inside what holds one."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    library.capset(header, (ctypes.c_uint32 * 6)())
    library.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _stay_behind(child: int, report: int) -> NoReturn:
    """Become a small program that waits for the child: this one holds all that TensorFlow needs."""
    import resource  # noqa: PLC0415 - not there on every platform

    if sys.platform != "linux":
        raise NotImplementedError
    os.close(report)
    os.closerange(0, 1024)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1):
        signal.signal(number, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.execv(sys.executable, [sys.executable, "-I", "-S", "-c", STAY, str(child)])  # noqa: S606 - no shell is wanted
