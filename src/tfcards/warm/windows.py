"""What only Windows has: job objects, exit codes of its own, waiting for a process by its number.

The structures are laid out as Windows wants them on every system; the calls exist there alone. No
policy here.
"""

from __future__ import annotations

import ctypes
import sys
from typing import ClassVar, Final

if sys.platform == "win32":
    import msvcrt

EXTENDED_LIMITS: Final = 9  # the kind of information that `ExtendedLimits` is
PROCESS_MEMORY: Final = 0x100
KILL_ON_JOB_CLOSE: Final = 0x2000
SYNCHRONIZE: Final = 0x00100000
FOREVER: Final = 0xFFFFFFFF
LONGEST_PATH: Final = 32768  # characters, with the one that ends it
CTRL_BREAK: Final = 1
CONSOLE_HOST: Final = "conhost.exe"

# How a process is started, as CreateProcess takes it.
NEW_PROCESS_GROUP: Final = 0x00000200
BELOW_NORMAL_PRIORITY: Final = 0x00004000
NO_WINDOW: Final = 0x08000000


# Exit codes of processes that Windows ended: errors of its own, by its own numbers.
FIRST_FAULT: Final = 0xC0000000
FAULTS: Final = {
    0xC0000005: "access violation",
    0xC000001D: "illegal instruction",
    0xC0000094: "integer division by zero",
    0xC00000FD: "stack overflow",
    0xC0000374: "heap corruption",
    0xC0000409: "stopped by itself after an error",
}


def fault(code: int) -> str:
    """What took a process down, when its exit code is one of Windows' errors, else nothing."""
    if not FIRST_FAULT <= code < 2**32:
        return ""
    return f"{FAULTS.get(code, 'error')} 0x{code:08X}"


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_: ClassVar = [
        ("process_user_time", ctypes.c_int64),
        ("job_user_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("least_working_set", ctypes.c_size_t),
        ("most_working_set", ctypes.c_size_t),
        ("most_processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority", ctypes.c_uint32),
        ("scheduling", ctypes.c_uint32),
    ]


class Transfers(ctypes.Structure):
    """IO_COUNTERS."""

    _fields_: ClassVar = [
        (name, ctypes.c_uint64)
        for name in ("reads", "writes", "others", "bytes_read", "bytes_written", "bytes_other")
    ]


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_: ClassVar = [
        ("basic", BasicLimits),
        ("transfers", Transfers),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("process_peak", ctypes.c_size_t),
        ("job_peak", ctypes.c_size_t),
    ]


def kill_on_close() -> ExtendedLimits:
    """Limits of a job whose processes are killed when nobody holds the job any more."""
    limits = ExtendedLimits()
    limits.basic.flags = KILL_ON_JOB_CLOSE
    return limits


def memory_limit(size: int) -> ExtendedLimits:
    """Limits of a job whose processes may have `size` bytes each."""
    limits = ExtendedLimits()
    limits.basic.flags = PROCESS_MEMORY
    limits.process_memory = size
    return limits


if sys.platform == "win32":

    def _kernel() -> ctypes.WinDLL:
        """The calls used here, with handles as wide as they are."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        handle, number = ctypes.c_void_p, ctypes.c_uint32
        kernel.CreateJobObjectW.restype = handle
        kernel.CreateJobObjectW.argtypes = [handle, ctypes.c_wchar_p]
        kernel.SetInformationJobObject.argtypes = [handle, ctypes.c_int, handle, number]
        kernel.AssignProcessToJobObject.argtypes = [handle, handle]
        kernel.GetCurrentProcess.restype = handle
        kernel.OpenProcess.restype = handle
        kernel.OpenProcess.argtypes = [number, ctypes.c_int, number]
        kernel.WaitForSingleObject.argtypes = [handle, number]
        kernel.CloseHandle.argtypes = [handle]
        kernel.GenerateConsoleCtrlEvent.argtypes = [number, number]
        kernel.GetFinalPathNameByHandleW.restype = number
        kernel.GetFinalPathNameByHandleW.argtypes = [handle, ctypes.c_wchar_p, number, number]
        return kernel

    def end_all_with_this_process() -> bool:
        """Have everything that this process starts from now on killed when it ends, however.

        False when the system refuses.
        """
        return _enter_job(kill_on_close())

    def limit_memory(size: int) -> bool:
        """Let this process, and each it starts, have at most `size` bytes; False if refused."""
        return _enter_job(memory_limit(size))

    def _enter_job(limits: ExtendedLimits) -> bool:
        """Put this process into a new job, within the jobs that it is in.

        The job's handle is never closed here: the system does it at the end of the process.
        """
        kernel = _kernel()
        job = kernel.CreateJobObjectW(None, None)
        if not job:
            return False
        size = ctypes.sizeof(limits)
        if not kernel.SetInformationJobObject(job, EXTENDED_LIMITS, ctypes.byref(limits), size):
            return False
        return bool(kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess()))

    def wait_for_end(pid: int) -> None:
        """Wait until the process of that number, which need not be a child, has ended."""
        kernel = _kernel()
        process = kernel.OpenProcess(SYNCHRONIZE, 0, pid)
        if process:
            kernel.WaitForSingleObject(process, FOREVER)
            kernel.CloseHandle(process)

    def interrupt(group: int) -> bool:
        """Send Ctrl+Break to a group of processes in this console; its number is its first one's.

        Not by os.kill, which kills the process where this fails.
        """
        return bool(_kernel().GenerateConsoleCtrlEvent(CTRL_BREAK, group))

    def has_console() -> bool:
        """Whether this process has a console, if only a hidden one."""
        return bool(_kernel().GetConsoleCP())

    def place_of(descriptor: int) -> str:
        """Where an open file lies, with no link in the path. Raises OSError."""
        path = ctypes.create_unicode_buffer(LONGEST_PATH)
        handle = msvcrt.get_osfhandle(descriptor)
        length = _kernel().GetFinalPathNameByHandleW(handle, path, LONGEST_PATH, 0)
        if not 0 < length < LONGEST_PATH:
            raise ctypes.WinError(ctypes.get_last_error())
        return path.value
