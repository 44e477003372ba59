"""A fence that a process puts around itself, with Landlock: for Linux where no cage can be made.

It takes no privilege, holds for all that the process starts, and can never be taken down again.
Behind it nothing hidden can be read, nothing written but in some folders, and no process outside
be looked into. Unlike in a cage, names of files and processes are still seen, and the network is
there.
"""

from __future__ import annotations

import ctypes
import json
import os
import stat
import struct
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NoReturn

from tfcards.warm.cage import give_up_powers

ARGUMENT: Final = "--fence"
UNFENCED: Final = 97  # the exit code of a process that was to be fenced in, and could not be
LEAST: Final = 2  # before, no file could be moved between folders: TensorFlow saves like that

# What a process may do to files, by the version of Landlock's rules that can forbid it.
WRITE_FILE: Final = 1 << 1
READ_FILE: Final = 1 << 2
REMOVE_AND_MAKE: Final = sum(1 << bit for bit in (4, 5, 7, 8, 9, 10, 12))  # not devices
MAKE_DEVICES: Final = 1 << 6 | 1 << 11  # given to nobody: a disk's would lay all files open
MOVE: Final = 1 << 13  # from 2
TRUNCATE: Final = 1 << 14  # from 3
OF_FILES: Final = WRITE_FILE | READ_FILE | TRUNCATE  # the rest is about what is in a folder

# Sockets without a file, and signals, from 6: only within the fence.
SCOPES: Final = 1 << 0 | 1 << 1

# What programs use of /dev. Not the terminals in pts: the learner may be typing there.
DEVICES: Final = ("null", "zero", "full", "random", "urandom", "tty", "shm")
DRIVERS: Final = "nvidia"  # what the files of graphics cards begin with


def asked(writable: Sequence[Path], hidden: Sequence[Path]) -> list[str]:
    """What to put at the end of a command, so that its process calls for a fence with `put_up`."""
    form = {"writable": [str(path) for path in writable], "hidden": [str(path) for path in hidden]}
    return [ARGUMENT, json.dumps(form)]


def put_up(arguments: list[str]) -> None:
    """Take what was `asked` off the arguments and do it; end the process if that cannot be done."""
    if arguments[-2:-1] != [ARGUMENT]:
        return
    form = json.loads(arguments.pop())
    arguments.pop()
    try:
        enclose(form["writable"], form["hidden"])
    except OSError as error:
        sys.stderr.write(f"This process could not be fenced in: {error.strerror or error}.\n")
        raise SystemExit(UNFENCED) from None


if sys.platform == "linux":
    CREATE, ADD, RESTRICT = 444, 445, 446  # numbers of the calls, the same on all processors
    TELL_VERSION: Final = 1
    BENEATH: Final = 1  # the kind of a rule

    @cache
    def version() -> int:
        """The version of the rules that this kernel knows; 0 without Landlock."""
        try:
            return _call(CREATE, None, 0, TELL_VERSION)
        except OSError:
            return 0

    def rights() -> int:
        """All that a fence forbids where it is not given, as far as this kernel can."""
        known = READ_FILE | WRITE_FILE | REMOVE_AND_MAKE | MAKE_DEVICES | MOVE
        return known | TRUNCATE if version() >= 3 else known

    def enclose(writable: Sequence[str], hidden: Sequence[str]) -> None:
        """Fence this process in, for good. Raises OSError.

        Folders in `writable` are whole, even beneath a hidden one.
        """
        if (threads := len(os.listdir("/proc/self/task"))) > 1:  # noqa: PTH208 - counted, not read
            raise OSError(f"it has {threads} threads, and only one would be held")
        if version() < LEAST:
            raise OSError("this kernel has no Landlock, or one too old")
        every = rights()
        given = every & ~MAKE_DEVICES
        form = struct.pack("=QQQ", every, 0, SCOPES if version() >= 6 else 0)
        ruleset = _call(CREATE, form, len(form), 0)
        try:
            kept = [os.path.realpath(path) for path in hidden]
            for path in outside([*kept, "/dev"]):
                _allow(ruleset, path, every & READ_FILE)
            for path in (*writable, *_devices(kept)):
                _allow(ruleset, path, given)
            give_up_powers(_library())
            _call(RESTRICT, ruleset, 0)
        finally:
            os.close(ruleset)

    def outside(hidden: Sequence[str], top: str = "/") -> Iterator[str]:
        """As few files and folders beneath `top` as hold everything but what is hidden."""
        above = {str(parent) for path in hidden for parent in Path(path).parents}
        yield from _outside(top, frozenset(hidden), above)

    def _outside(folder: str, hidden: frozenset[str], above: set[str]) -> Iterator[str]:
        if folder in hidden:
            return
        if folder not in above:
            yield folder
            return
        try:
            inside = [os.path.join(folder, name) for name in os.listdir(folder)]  # noqa: PTH118, PTH208 - many
        except PermissionError:  # what is there can be reached only by those who know its name
            inside = [path for path in above if os.path.dirname(path) == folder != path]  # noqa: PTH120 - as above
        for path in inside:
            yield from _outside(path, hidden, above)

    def _devices(hidden: Sequence[str]) -> Iterator[str]:
        for name in os.listdir("/dev"):  # noqa: PTH208 - names only
            if name in DEVICES or name.startswith(DRIVERS):
                yield from outside(hidden, f"/dev/{name}")

    def _allow(ruleset: int, path: str, given: int) -> None:
        """Give rights to a file, or to a folder and all beneath; a link's target gets none."""
        try:
            place = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:  # gone by now, or not for this user: nothing to give
            return
        try:
            kind = os.fstat(place).st_mode
            allowed = given if stat.S_ISDIR(kind) else given & OF_FILES
            if not stat.S_ISLNK(kind):
                _call(ADD, ruleset, BENEATH, struct.pack("=Qi", allowed, place), 0)
        finally:
            os.close(place)

    @cache
    def _library() -> ctypes.CDLL:
        return ctypes.CDLL(None, use_errno=True)

    def _call(number: int, *arguments: int | bytes | None) -> int:
        """A system call without a function of its own. Raises OSError."""
        sent = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
        done = int(_library().syscall(ctypes.c_long(number), *sent))
        if done < 0:
            code = ctypes.get_errno()
            raise OSError(code, f"Landlock answered “{os.strerror(code)}”")
        return done

else:

    def version() -> int:
        """0: there is no Landlock."""
        return 0

    def enclose(_writable: Sequence[str], _hidden: Sequence[str]) -> NoReturn:
        """Not here. Raises OSError."""
        raise OSError("there are no fences but on Linux")
