"""Sections of decks and what they build on: in which round each one comes. Pure."""

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

Needs = Mapping[str, Sequence[str]]


def rounds(order: Sequence[str], needs: Needs) -> dict[str, int]:
    """In which round the new cards of each section come, counted from 0.

    A round goes through all sections in `order` and takes those whose needs were taken before;
    what builds on something further down waits for the next round. Needs outside of `order` count
    as taken; sections that need each other in a circle come together, last.
    """
    found: dict[str, int] = {}
    waiting = list(order)
    number = 0
    while waiting:
        missing = set(waiting)
        for name in waiting:
            if missing.isdisjoint(needs.get(name, ())):
                missing.discard(name)
                found[name] = number
        if len(missing) == len(waiting):  # only circles are left, and what builds on them
            return found | dict.fromkeys(waiting, number)
        waiting = [name for name in waiting if name in missing]
        number += 1
    return found


def circle(needs: Needs) -> tuple[str, ...]:
    """Sections that need each other all the way round, the first one again as the last; or none."""
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        return tuple(error.args[1])
    return ()
