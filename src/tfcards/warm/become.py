"""Turns this process, which has imported what it needs, into the process that was ordered."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn

from tfcards.warm import system
from tfcards.warm.cage import enter
from tfcards.warm.order import Order

ABOVE: Final = 512  # descriptors from here on are nobody's
REPORT: Final = 600


@dataclass(frozen=True, slots=True)
class Task:
    """In a forked process: what it is to do, and the descriptors that came with it."""

    order: Order
    descriptors: list[int]
    report: int


def perform(task: Task) -> NoReturn:
    """In a forked process: become what was ordered, in its cage if it has one."""
    (report,) = moved([task.report], REPORT)
    descriptors = moved(task.descriptors, ABOVE)
    if task.order.is_caged:
        enter(descriptors.pop(), report)
    become(task.order, descriptors, lambda: os.close(report))


def become(
    order: Order, descriptors: Sequence[int], ready: Callable[[], None] = lambda: None
) -> NoReturn:
    """Take over environment, folder and descriptors, run the module, and end as it ends.

    The descriptors, which lie from ABOVE on, are the three standard ones and those that the order
    says were given. `ready` is called when all is in place.
    """
    system.mark(order.variables.get(system.MARK, ""))
    os.environ.clear()
    os.environ.update(order.variables)
    tempfile.tempdir = None
    for descriptor, number in zip(descriptors, (0, 1, 2, *order.given), strict=True):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(order.folder)
    ready()
    code = _run(order)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    os._exit(code & 0xFF)


def moved(descriptors: Sequence[int], first: int) -> list[int]:
    """The same descriptors out of the way, from `first` on."""
    numbers = list(range(first, first + len(descriptors)))
    system.allow_descriptors(first + len(descriptors))
    for descriptor, number in zip(descriptors, numbers, strict=True):
        os.dup2(descriptor, number, inheritable=False)
        os.close(descriptor)
    return numbers


def _run(order: Order) -> int:
    try:
        sys.argv = [order.module, *order.arguments]
        ended = importlib.import_module(order.module).main()
    except SystemExit as ending:
        return _code(ending.code)
    except BaseException:  # noqa: BLE001 - said, as Python says it
        traceback.print_exc()
        return 1
    return ended if isinstance(ended, int) else 0


def _code(given: object) -> int:
    """What `sys.exit` was called with, as an exit code; text is said, as Python does."""
    if given is None or isinstance(given, int):
        return given or 0
    sys.stderr.write(f"{given}\n")
    return 1
