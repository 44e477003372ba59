"""What a lab process does to itself at its start: die with its parent, be nice, be private."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from typing import Final

from tfcards.warm import system, windows

PR_SET_PDEATHSIG: Final = 1


if sys.platform == "linux":

    def die_with_parent() -> None:
        """Ask the kernel to kill this process when its parent dies."""
        parent = os.getppid()
        if _prctl(PR_SET_PDEATHSIG, signal.SIGKILL) and os.getppid() != parent:
            os._exit(1)  # it died in between

else:

    def die_with_parent() -> None:
        """End this process soon after its parent has died."""
        system.at_end_of_parent(lambda: os._exit(1))


def be_nice() -> None:
    """Leave the processor to the window first."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            os.nice(5)


if sys.platform == "win32":

    def be_interruptible() -> None:
        """Take the only signal that reaches one process alone for the one that Python knows."""
        signal.signal(signal.SIGBREAK, signal.default_int_handler)

else:

    def be_interruptible() -> None:
        """Take SIGINT for what Python does with it at first."""
        signal.signal(signal.SIGINT, signal.default_int_handler)


def take_all_along() -> None:
    """Have all that this process starts end with it, where its group does not see to that."""
    if sys.platform == "win32":
        windows.end_all_with_this_process()


def limit_memory(size: int) -> None:
    """Let this process have at most `size` bytes; TensorFlow then says what it had no room for."""
    if sys.platform == "win32":
        windows.limit_memory(size)
    elif sys.platform == "linux":
        import resource  # noqa: PLC0415 - not there on every platform

        resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def limit_files(size: int) -> None:
    """Let this process make no file larger than `size` bytes; writing more raises OSError.

    Windows has no such limit.
    """
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not there on every platform

        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def leave_no_core() -> None:
    """Let a crash of this process, or of what it starts, write no image of its memory anywhere."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not there on every platform

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if sys.platform == "linux":

    def _prctl(option: int, value: int) -> bool:
        library = ctypes.CDLL(None, use_errno=True)
        return bool(library.prctl(option, value, 0, 0, 0) == 0)

else:

    def _prctl(option: int, value: int) -> bool:  # noqa: ARG001 - Linux alone has it
        return False
