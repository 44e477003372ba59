"""Room for the frames of Python calls, so that no loop pays for their bookkeeping."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

SLOTS: Final = 2**16  # of a frame, 8 bytes each: only those that are used take memory


def roomy(function: Callable[P, R]) -> Callable[P, R]:
    """The same function, below which calls find room for some hundred frames in one piece.

    CPython keeps frames in chunks of 16 kB. A call beyond the end of one takes memory from the
    system, and its return gives it back. A loop that happens to stand there does so at every turn:
    the first step of `fit` did 6,600 times, a seventh of its time. A frame that fits into no chunk
    gets one of its own, which is larger by up to as much again (`push_chunk` in Python/pystate.c);
    the frames of what it calls lie there too.
    """
    assert isinstance(function, FunctionType)
    function.__code__ = function.__code__.replace(co_stacksize=SLOTS)
    return function
