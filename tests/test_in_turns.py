"""Work in steps: in order, a share of a turn at a time, all at once for who cannot wait."""

from collections.abc import Iterator
from time import perf_counter

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from tfcards.ui.in_turns import SHARE, InTurns, Step

MS = 10_000


@pytest.fixture
def turns(qapp: object) -> Iterator[InTurns]:
    owner = QObject()
    yield InTurns(owner)
    owner.deleteLater()


def piece(name: str, count: int, done: list[str], cost: float = 0.0) -> Step:
    """Work that notes each of its `count` steps, which take `cost` seconds each."""
    left = iter(range(count, 0, -1))

    def step() -> bool:
        number = next(left, 0)
        until = perf_counter() + cost
        while perf_counter() < until:
            pass
        if number:
            done.append(f"{name}{number}")
        return number > 1

    return step


def test_pieces_come_one_after_the_other_and_never_at_once(qtbot: QtBot, turns: InTurns) -> None:
    done: list[str] = []
    first = piece("a", 2, done)
    turns.do(first)
    turns.do(piece("b", 1, done))
    turns.do(first)
    assert done == []
    qtbot.waitUntil(lambda: len(done) == 3, timeout=MS)
    assert done == ["a2", "a1", "b1"]


def test_other_things_of_the_window_come_between(qtbot: QtBot, turns: InTurns) -> None:
    done: list[str] = []
    clock = QTimer()
    clock.timeout.connect(lambda: done.append("tick"))
    clock.start(0)
    turns.do(piece("a", 3, done, cost=SHARE))
    qtbot.waitUntil(lambda: "a1" in done, timeout=MS)
    clock.stop()
    assert "tick" in done[done.index("a3") : done.index("a1")]


def test_who_cannot_wait_gets_the_rest_at_once(qtbot: QtBot, turns: InTurns) -> None:
    done: list[str] = []
    first = piece("a", 3, done)
    turns.do(first)
    turns.do(piece("b", 1, done))
    turns.finish(first)
    assert done == ["a3", "a2", "a1"]
    qtbot.waitUntil(lambda: done[-1] == "b1", timeout=MS)


def test_a_piece_that_fails_holds_no_other_up(qtbot: QtBot, turns: InTurns) -> None:
    def fail() -> bool:
        raise ValueError("a bug")

    done: list[str] = []
    with qtbot.captureExceptions() as caught:
        turns.do(fail)
        turns.do(piece("b", 1, done))
        qtbot.waitUntil(lambda: done == ["b1"], timeout=MS)
    assert [str(error) for _, error, _ in caught] == ["a bug"]
