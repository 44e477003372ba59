"""Runs that their window did not see end: taken up, closed truthfully, kept once; the queue."""

import os
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot
from test_supervisor import gone, wait_for
from tiny_lab import solution, tiny

from tfcards.labs import job, running, state
from tfcards.labs.result import Outcome
from tfcards.labs.workspace import Workspace
from tfcards.sessions.attempts import closed, settle
from tfcards.sessions.lab import LabSession
from tfcards.store import Collection
from tfcards.ui.workbench.process import EVENTS, LabProcess

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
WAITS = "import time\nprint('started', flush=True)\ntime.sleep(1)\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def store(data: Path) -> Iterator[Collection]:
    collection = Collection.open(data, now=NOW)
    yield collection
    collection.close()


def session(store: Collection, data: Path, code: str = "") -> LabSession:
    opened = LabSession.open(store, tiny(), data, lambda: NOW)
    if code:
        opened.save("sums.py", solution(code)["sums.py"])
    return opened


@contextmanager
def ordered(one: LabSession) -> Iterator[tuple["subprocess.Popen[str]", Path]]:
    """A run that a window which is gone by now has started."""
    order = one.prepare()
    with subprocess.Popen(
        order.command,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as supervisor:  # fmt: skip
        try:
            yield supervisor, order.folder
        finally:
            supervisor.kill()
            gone(job.read(order.folder).token)


def left(data: Path) -> list[Path]:
    return closed(running.left_runs(data / "labs"))


def test_a_run_that_ended_unseen_is_kept_once(store: Collection, data: Path) -> None:
    with ordered(session(store, data, "pass")) as (supervisor, folder):
        assert supervisor.stdin is not None
        supervisor.stdin.close()
        assert supervisor.wait(30) == 0
    assert left(data) == [folder]
    assert [one.outcome for one in settle(store, left(data), lambda: NOW)] == [Outcome.PASSED]
    assert left(data) == []
    (folder / state.NOTED).unlink()  # cut off between keeping and noting
    assert settle(store, left(data), lambda: NOW) == []
    assert [attempt.outcome for attempt in store.attempts("tiny")] == ["passed"]


def test_a_run_that_was_cut_off_is_kept_once_as_crashed(store: Collection, data: Path) -> None:
    with ordered(session(store, data, WAITS)) as (supervisor, _):
        wait_for(supervisor, "started")
        assert left(data) == []  # it is still on
        worker = psutil.Process(supervisor.pid).children()[0]
        worker.suspend()
        supervisor.kill()
        worker.kill()
        supervisor.wait()
        assert len(settle(store, left(data), lambda: NOW)) == 1
    assert [attempt.outcome for attempt in store.attempts("tiny")] == ["crashed"]


def test_a_run_that_is_still_on_is_shown_to_its_end(
    store: Collection, data: Path, qtbot: QtBot
) -> None:
    with ordered(session(store, data, WAITS)) as (supervisor, _):
        wait_for(supervisor, "started")
        again = session(store, data)
        process = LabProcess(again)
        assert process.adopt()
        assert process.is_running
        with qtbot.waitSignal(process.finished, timeout=30_000):
            pass
        assert "started\n" in "".join(text for _, text in again.console)
        assert again.outcome is Outcome.PASSED
        assert not LabProcess(session(store, data)).adopt()
    assert left(data) == []
    assert len(store.attempts("tiny")) == 1


def test_a_run_whose_account_cannot_be_read_is_waited_for(
    store: Collection, data: Path, qtbot: QtBot
) -> None:
    with ordered(session(store, data, WAITS)) as (supervisor, folder):
        wait_for(supervisor, "started")
        (folder / EVENTS).rename(folder / "elsewhere")
        (folder / EVENTS).mkdir()
        again = session(store, data)
        process = LabProcess(again)
        assert process.adopt()
        with qtbot.waitSignal(process.finished, timeout=30_000):
            pass
        assert again.outcome is Outcome.PASSED


def test_an_adopted_run_can_be_stopped(store: Collection, data: Path, qtbot: QtBot) -> None:
    endless = "import time\nprint('started', flush=True)\ntime.sleep(600)\n"
    with ordered(session(store, data, endless)) as (supervisor, _):
        wait_for(supervisor, "started")
        again = session(store, data)
        process = LabProcess(again)
        assert process.adopt()
        process.stop_and_wait()
        assert not process.is_running
        assert again.outcome is Outcome.CANCELLED


def test_the_second_run_waits_for_the_first(store: Collection, data: Path) -> None:
    one = session(store, data, WAITS)
    with ordered(one) as (first, _):
        wait_for(first, "started")
        with ordered(one) as (second, _), ordered(one) as (third, cancelled):
            wait_for(second, '"wait"')
            wait_for(third, '"wait"')
            began = time.monotonic()
            third.communicate('{"stop": true}\n', timeout=10)
            assert time.monotonic() - began < 3
            assert running.close(cancelled).outcome is Outcome.CANCELLED
            wait_for(second, "started")
            assert first.wait(30) == 0
            assert second.wait(30) == 0


def test_two_windows_never_take_the_same_folder(data: Path) -> None:
    workspace = Workspace.open(tiny(), data)

    def prepare(_: int) -> Path:
        return running.prepare_run(tiny(), workspace, workspace.runs, 1)

    with ThreadPoolExecutor(8) as windows:
        folders = list(windows.map(prepare, range(80)))
    assert sorted(int(folder.name) for folder in folders) == list(range(1, 81))


def test_an_order_from_the_future_is_not_on_for_ever(data: Path) -> None:
    workspace = Workspace.open(tiny(), data)
    folder = running.prepare_run(tiny(), workspace, workspace.runs, 1)
    assert running.is_alive(folder)  # its supervisor is being started
    later = time.time() + 9 * 86400  # the clock was set back since
    os.utime(folder / job.FILE_NAME, (later, later))
    assert not running.is_alive(folder)
    assert left(data) == [folder]
