"""What differs between systems: addresses, who calls, marks, how the end of a process is seen."""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import socket
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tfcards.warm import windows

if sys.platform != "win32":
    import resource

MARK: Final = "TFCARDS_RUN"
OWNER: Final = "TFCARDS_OWNER"  # in the environment: whose end is also that of the process
PARENT_LOOK: Final = 0.5  # seconds
SHARES_DESCRIPTORS: Final = sys.platform != "win32"  # with a process that is started
PR_SET_DUMPABLE: Final = 4
NO_MARK: Final = "0" * 32  # what its place in the environment holds until a process gets one

if sys.platform == "linux":

    def address(name: str) -> str:
        """An address without a file, which no process in a cage reaches: networks are apart."""
        return f"\0tfcards-{name}"

    def leave(name: str) -> None:
        """Nothing is left of such an address."""

    def is_ours(door: socket.socket) -> bool:
        """Whether it is this user who calls."""
        return _credentials(door)[1] == os.getuid()

    def caller(door: socket.socket) -> int:
        """The process that calls."""
        return _credentials(door)[0]

    def _credentials(door: socket.socket) -> tuple[int, int, int]:
        told = door.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        process, user, group = struct.unpack("3i", told)
        return process, user, group

    def be_private() -> None:
        """Close this process's memory and files to other processes of the same user."""
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)

    def wait_until_gone(pid: int) -> None:
        """Wait for the end of a process that need not be a child."""
        with contextlib.suppress(OSError):
            end = os.pidfd_open(pid)
            try:
                select.select([end], [], [])
            finally:
                os.close(end)

    def mark(token: str) -> None:
        """Put the run's mark where others read it: in the environment Python was started with."""
        fields = Path("/proc/self/stat").read_text("ascii").rpartition(")")[2].split()
        start, end = int(fields[47]), int(fields[48])
        name = f"{MARK}=".encode()
        at = (b"\0" + ctypes.string_at(start, end - start)).find(b"\0" + name)
        if at >= 0 and len(token) == len(NO_MARK):
            ctypes.memmove(start + at + len(name), token.encode(), len(token))

else:

    def be_private() -> None:
        """Not here: other processes of the same user may look into this one if the system lets."""

    LONGEST_WAIT: Final = 10.0  # seconds: by then the number may be another process's

    def address(name: str) -> str:
        """A file in the user's own folder for such things."""
        return str(Path(tempfile.gettempdir()) / f"tfcards-{name}")

    def leave(name: str) -> None:
        """Take the file away."""
        Path(address(name)).unlink(missing_ok=True)

    def is_ours(_door: socket.socket) -> bool:
        """The file's name is a secret, and nobody else can look into its folder."""
        return True

    def wait_until_gone(pid: int) -> None:
        """Wait for the end of a process that need not be a child."""
        deadline = time.monotonic() + LONGEST_WAIT
        with contextlib.suppress(OSError):
            while time.monotonic() < deadline:
                os.kill(pid, 0)
                time.sleep(0.02)

    def mark(token: str) -> None:
        """Not here: a process's environment cannot be changed for others once it runs."""


if sys.platform == "win32":

    def allow_descriptors(most: int) -> None:
        """Nothing: there is no such limit."""

    def kill_group(pid: int) -> None:
        """Nothing: what is in a job ends with it."""

    def hold_group(pid: int, *, is_held: bool) -> None:
        """Nothing: there is no such signal."""

    def at_end_of_parent(act: Callable[[], object]) -> None:
        """Act when the owner has ended: the parent may only be what starts Python in a venv."""
        owner = int(os.environ.get(OWNER) or os.getppid())

        def wait() -> None:
            windows.wait_for_end(owner)
            act()

        threading.Thread(target=wait, daemon=True).start()

    # What a process and its Python need to know of the system, besides what others do.
    KEPT: Final[tuple[str, ...]] = (
        "WINDIR",
        "COMSPEC",
        "PATHEXT",
        "NUMBER_OF_PROCESSORS",
        "PROCESSOR_ARCHITECTURE",
    )

    def variables(home: Path) -> dict[str, str]:
        """What else belongs into the environment of a process that has `home` to itself."""
        places = dict.fromkeys(("USERPROFILE", "APPDATA", "LOCALAPPDATA", "TEMP", "TMP"), str(home))
        return places | {OWNER: str(os.getpid())}

    def creation_flags() -> int:
        """A group of its own, which can be interrupted, behind the window; without a new window."""
        hidden = 0 if windows.has_console() else windows.NO_WINDOW
        return windows.NEW_PROCESS_GROUP | windows.BELOW_NORMAL_PRIORITY | hidden

else:

    def allow_descriptors(most: int) -> None:
        """Let this process have descriptors below that number: macOS begins with 256."""
        now, highest = resource.getrlimit(resource.RLIMIT_NOFILE)
        if now != resource.RLIM_INFINITY and now < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, highest))

    def kill_group(pid: int) -> None:
        """Kill a process and all in its group, if any is left."""
        # The second is what macOS says of a group in which nobody is left alive.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)

    def hold_group(pid: int, *, is_held: bool) -> None:
        """Stop a process and all in its group, or let them go on."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGSTOP if is_held else signal.SIGCONT)

    def at_end_of_parent(act: Callable[[], object]) -> None:
        """Look now and then whether the parent still lives, and act when it does not."""
        parent = os.getppid()

        def look() -> None:
            while os.getppid() == parent:
                time.sleep(PARENT_LOOK)
            act()

        threading.Thread(target=look, daemon=True).start()

    KEPT: Final[tuple[str, ...]] = ()

    def variables(_home: Path) -> dict[str, str]:
        """Nothing else belongs into the environment of a process."""
        return {}

    def creation_flags() -> int:
        """Nothing: it is the session of its own that matters here."""
        return 0
