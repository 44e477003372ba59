"""Python's frames below a roomy function: no call takes memory from the system, however deep."""

import sys

import pytest

from tfcards.labkit.roomy import roomy

if sys.platform != "win32":
    import resource

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or sys.implementation.name != "cpython",
    reason="counts page faults as Linux does, of frames as CPython keeps them",
)

DEEPEST = 400
TURNS = 300


def call(more: int = 5) -> None:
    """Needs more room than one step deeper does, so at some depth there is too little for it."""
    if more:
        call(more - 1)


def faults_at(depth: int) -> int:
    """The page faults of a loop of calls that stands so deep."""
    if depth > 0:
        return faults_at(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(TURNS):
        call()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def most_faults() -> int:
    return max(faults_at(depth) for depth in range(DEEPEST))


@roomy
def most_faults_with_room() -> int:
    return most_faults()


def test_no_loop_of_calls_takes_memory_at_every_turn() -> None:
    assert most_faults() >= TURNS  # else there is nothing to mend any more
    assert most_faults_with_room() < TURNS / 2


def test_it_is_the_same_function() -> None:
    @roomy
    def add(a: int, b: int = 1) -> int:
        """Adds."""
        return a + b

    assert (add(1), add(1, b=2)) == (2, 3)
    assert (add.__name__, add.__doc__) == ("add", "Adds.")


def test_what_it_raises_can_be_read() -> None:
    @roomy
    def fail() -> None:
        raise ValueError("here")

    with pytest.raises(ValueError, match="here") as raised:
        fail()
    assert raised.traceback[-1].frame.code.name == "fail"
