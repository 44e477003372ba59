"""A disk that is full, or a folder that cannot be written: a clear word, and nothing hangs."""

import json
import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from tiny_lab import solution, tiny

from tfcards.errors import UnavailableError
from tfcards.labs import reserve, running, state
from tfcards.labs.result import Outcome
from tfcards.labs.supervision.events import FILE_NAME, EventLog
from tfcards.labs.supervision.posix import PolledOutlet
from tfcards.labs.workspace import Workspace
from tfcards.sessions.attempts import settle
from tfcards.sessions.lab import LabSession
from tfcards.store import Collection
from tfcards.ui.workbench.process import LabProcess

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
WAITS = """
import os, time
if __name__ == "__main__":
    while not os.path.exists("go"):
        time.sleep(0.02)
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Collection]:
    collection = Collection.open(tmp_path / "data", now=NOW)
    yield collection
    collection.close()


def test_events_still_come_when_the_disk_takes_none(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).symlink_to("/dev/full")
    reading, writing = os.pipe()
    log = EventLog(tmp_path, PolledOutlet(writing))
    for number in range(3):
        log.emit("progress", done=number)
    log.close()
    os.close(writing)
    with os.fdopen(reading) as told:
        assert [json.loads(line)["done"] for line in told] == [0, 1, 2]


def test_a_run_that_cannot_be_prepared_says_why_and_leaves_nothing(
    tmp_path: Path, store: Collection
) -> None:
    session = LabSession.open(store, tiny(), tmp_path, lambda: NOW)
    runs = Workspace.open(tiny(), tmp_path).runs
    runs.rmdir()
    runs.touch()
    with pytest.raises(UnavailableError, match=r"runs: .+\. Make room on the disk"):
        session.prepare()
    assert not session.is_running


def test_a_result_that_cannot_be_written_is_told_all_the_same(
    tmp_path: Path, store: Collection, qtbot: QtBot
) -> None:
    session = LabSession.open(store, tiny(), tmp_path, lambda: NOW)
    session.save("sums.py", solution(WAITS)["sums.py"])
    process = LabProcess(session)
    with qtbot.waitSignal(process.finished, timeout=30_000):
        process.start()
        qtbot.waitUntil(lambda: session.phase == "running", timeout=20_000)
        runs = session.work.parent / "runs"
        (runs / "1").rename(runs / "moved")
        (runs / "1").touch()  # a file where the run's folder was: nothing can be written there
        (runs / "moved" / "work" / "go").touch()
    assert not process.is_running
    assert not session.is_running
    assert session.outcome is Outcome.GRADER_ERROR
    assert "does not count" in session.message
    assert store.attempts("tiny") == []


def test_a_run_that_cannot_begin_does_not_count(tmp_path: Path) -> None:
    in_the_way = tmp_path / "run" / f".{state.FILE_NAME}.new"
    in_the_way.mkdir(parents=True)
    result = running.run(tiny(), solution(), tmp_path / "run", seed=1)
    assert result.outcome is Outcome.GRADER_ERROR
    assert f"{tmp_path / 'run'} cannot be written" in result.message
    assert not result.counts


def test_a_session_that_fails_at_the_end_still_ends(
    tmp_path: Path, store: Collection, qtbot: QtBot
) -> None:
    session = LabSession.open(store, tiny(), tmp_path, lambda: NOW)
    process = LabProcess(session)
    session.save("sums.py", solution()["sums.py"])
    other = sqlite3.connect(tmp_path / "data" / "collection.db")
    with qtbot.captureExceptions() as raised, qtbot.waitSignal(process.finished, timeout=30_000):
        process.start()
        other.execute("BEGIN EXCLUSIVE")  # so the attempt cannot be kept
    other.close()
    assert [kind for kind, _, _ in raised] == [UnavailableError]
    assert not session.is_running
    assert session.outcome is Outcome.PASSED
    left = running.left_runs(tmp_path / "labs")
    assert len(settle(store, left, lambda: NOW)) == 1  # so it is kept the next time


def test_there_is_room_for_the_result_set_aside(tmp_path: Path) -> None:
    running.prepare(tiny(), solution(), tmp_path / "1", seed=1)
    assert (tmp_path / "1" / reserve.FILE_NAME).stat().st_size == reserve.SIZE
    running.run(tiny(), solution(), tmp_path / "2", seed=1)
    assert not (tmp_path / "2" / reserve.FILE_NAME).exists()
