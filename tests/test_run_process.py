"""A run's supervisor in the hands of whoever ordered it: stopped with them, heard when it fails."""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from test_supervisor import gone
from tiny_lab import solution, tiny

from tfcards.labs import result as results
from tfcards.labs import running
from tfcards.labs.result import Outcome
from tfcards.labs.run_process import RunProcess, last_words
from tfcards.warm.client import NAME_VARIABLE, listen

WAITS = solution(before="import time\nprint('started', flush=True)\ntime.sleep(600)")


def test_an_interrupted_command_stops_its_run(tmp_path: Path) -> None:
    run = tmp_path / "run"
    order = running.prepare(tiny(), WAITS, run, seed=1)
    with (  # noqa: PT012 - the interrupt comes while lines are read
        pytest.raises(KeyboardInterrupt),
        RunProcess(running.command_for(run), run) as supervisor,
    ):
        assert any(b"started" in line for line in supervisor.lines)
        raise KeyboardInterrupt
    found = results.read(run)
    assert found is not None
    assert found.outcome is Outcome.CANCELLED
    assert gone(order.token)


def test_a_wish_to_stop_may_come_before_the_start(tmp_path: Path) -> None:
    run = tmp_path / "run"
    running.prepare(tiny(), WAITS, run, seed=1)
    supervisor = RunProcess(running.command_for(run), run)
    supervisor.ask_to_stop()
    supervisor.start()
    assert b'"cancelled"' in supervisor.lines.read()
    supervisor.close()
    supervisor.ask_to_stop()  # too late, and no harm


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a server that forks")
def test_a_wish_to_stop_waits_for_no_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"busy-{os.getpid()}"
    monkeypatch.setenv(NAME_VARIABLE, name)
    run = tmp_path / "run"
    running.prepare(tiny(), WAITS, run, seed=1)
    supervisor = RunProcess(running.command_for(run), run)
    with listen(name), ThreadPoolExecutor(1) as thread:  # nobody ever answers there
        started = thread.submit(supervisor.start)
        while not started.done():
            time.sleep(0.05)
            supervisor.ask_to_stop()
        started.result()
    assert b'"cancelled"' in supervisor.lines.read()
    supervisor.close()


def test_a_supervisor_that_fails_leaves_its_words_with_the_result(tmp_path: Path) -> None:
    run = tmp_path / "run"
    running.prepare(tiny(), solution(), run, seed=1)
    assert last_words(run) == ""
    with RunProcess([sys.executable, "-c", "raise SystemExit('out of order')"], run) as failing:
        assert failing.lines.read() == b""
    closed = running.close(run)
    assert (closed.outcome, closed.diagnostics) == (Outcome.CRASHED, "out of order\n")


def test_what_cannot_be_started_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), RunProcess(["/nowhere/python"], tmp_path):
        pytest.fail("it was started")
