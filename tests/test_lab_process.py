"""Runs as real processes that speak recorded lines, break off, babble, hang or never start."""

import json
import sys
import textwrap
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot
from tiny_lab import tiny

from tfcards.errors import UnavailableError
from tfcards.sessions.lab import Order
from tfcards.sessions.lab_run import MOST_POINTS, LabRun
from tfcards.ui.workbench import process as lab_process
from tfcards.ui.workbench.process import LabProcess

LINE = '{"v":1,"seq":%d,"t":0.1,"ev":"metric","step":%d,"values":{"loss":0.5}}'


class Recorded(LabRun):
    """A run whose supervisor is a script of the test."""

    def __init__(self, folder: Path, script: str, program: str = sys.executable) -> None:
        super().__init__(tiny())
        self.order = Order([program, "-u", "-c", textwrap.dedent(script)], folder)
        self.finishes = 0

    def prepare(self, seed: int | None = None) -> Order:
        return self.order

    def finish(self) -> None:
        self.finishes += 1


def run(qtbot: QtBot, session: Recorded, timeout: int = 20_000) -> LabProcess:
    process = LabProcess(session)
    with qtbot.waitSignal(process.finished, timeout=timeout):
        process.start()
    assert session.finishes == 1
    assert not process.is_running
    return process


def test_recorded_lines_arrive(qtbot: QtBot, tmp_path: Path) -> None:
    lines = [
        {"ev": "hello", "pid": 1},
        {"ev": "phase", "phase": "run"},
        {"ev": "log", "stream": "stdout", "text": "häl\n"},
        {"ev": "metric", "step": 1, "values": {"loss": 0.5}},
        {"ev": "check", "id": "report", "status": "passed", "score": 1, "message": "fine"},
    ]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    session = Recorded(
        tmp_path, f"import sys; sys.stdout.buffer.write({text!r}.encode())"
    )  # no last newline
    run(qtbot, session)
    assert session.phase == "running"
    assert session.console == [("stdout", "häl\n")]
    assert session.series == {"loss": [(1.0, 0.5)]}
    assert session.checks[-1].status == "passed"


def test_ten_thousand_points_are_taken_in_and_the_curve_stays_short(
    qtbot: QtBot, tmp_path: Path
) -> None:
    session = Recorded(tmp_path, f"for i in range(10_000): print({LINE!r} % (i, i))")
    run(qtbot, session)
    points = session.series["loss"]
    assert (points[0], points[-1]) == ((0.0, 0.5), (9_999.0, 0.5))
    assert MOST_POINTS / 2 <= len(points) <= MOST_POINTS


def test_changes_are_told_in_batches(qtbot: QtBot, tmp_path: Path) -> None:
    session = Recorded(tmp_path, f"for i in range(5_000): print({LINE!r} % (i, i))")
    process = LabProcess(session)
    told: list[int] = []
    process.changed.connect(lambda: told.append(len(session.series.get("loss", []))))
    with qtbot.waitSignal(process.finished, timeout=20_000):
        process.start()
    assert len(told) < 200


def test_garbage_does_not_stop_the_reading(qtbot: QtBot, tmp_path: Path) -> None:
    session = Recorded(
        tmp_path,
        """
        import sys
        out = sys.stdout.buffer
        out.write(b"not json\\n[1, 2]\\n\\xff\\xfe\\x00\\n{}\\n{\\"ev\\": 3}\\n\\n")
        out.write(b"x" * 200_000)
        out.write(b'\\n{"ev": "log", "stream": "stdout", "text": "after"}\\n{"ev": "metr')
        """,
    )
    run(qtbot, session)
    assert session.console == [("stdout", "after")]


def test_a_crash_ends_the_run(qtbot: QtBot, tmp_path: Path) -> None:
    session = Recorded(
        tmp_path,
        """
        import os, signal
        print('{"ev": "phase", "phase": "run"}')
        os.kill(os.getpid(), signal.SIGKILL)
        """,
    )
    run(qtbot, session)
    assert session.phase == "running"  # finish() reads the truth from the files


def test_a_program_that_never_starts_ends_too(qtbot: QtBot, tmp_path: Path) -> None:
    session = Recorded(tmp_path, "", program="/nowhere/python")
    process = run(qtbot, session)
    process.stop()  # nothing to stop any more
    session.order = Order([sys.executable, "-c", ""], tmp_path)
    with qtbot.waitSignal(process.finished, timeout=20_000):
        process.start()  # and it can be used again
    assert session.finishes == 2


def test_an_order_that_cannot_be_made_passes_on(qtbot: QtBot, tmp_path: Path) -> None:
    class Full(Recorded):
        def prepare(self, seed: int | None = None) -> Order:
            raise UnavailableError("The disk is full.")

    process = LabProcess(Full(tmp_path, ""))
    with pytest.raises(UnavailableError):
        process.start()
    assert not process.is_running


def test_stop_is_asked_on_standard_input(qtbot: QtBot, tmp_path: Path) -> None:
    session = Recorded(
        tmp_path,
        """
        import json, sys
        print('{"ev": "phase", "phase": "run"}')
        told = json.loads(sys.stdin.readline())
        print(json.dumps({"ev": "log", "stream": "stdout", "text": str(told)}))
        """,
    )
    process = LabProcess(session)
    process.start()
    qtbot.waitUntil(lambda: session.phase == "running", timeout=10_000)
    with qtbot.waitSignal(process.finished, timeout=10_000):
        process.stop()
        process.stop()
    assert session.console == [("stdout", "{'stop': True}")]
    assert session.finishes == 1


DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('{"ev": "phase", "phase": "run"}')
time.sleep(60)
"""


def test_a_deaf_supervisor_is_killed_in_the_end(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab_process, "STOP_PATIENCE_MS", 200)
    monkeypatch.setattr(lab_process, "KILL_PATIENCE_MS", 200)
    session = Recorded(tmp_path, DEAF)
    process = LabProcess(session)
    process.start()
    qtbot.waitUntil(lambda: session.phase == "running", timeout=10_000)
    with qtbot.waitSignal(process.finished, timeout=10_000):
        process.stop()
    assert session.finishes == 1


def test_stop_and_wait_returns_when_all_is_over(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab_process, "STOP_PATIENCE_MS", 200)
    monkeypatch.setattr(lab_process, "KILL_PATIENCE_MS", 200)
    session = Recorded(tmp_path, DEAF)
    process = LabProcess(session)
    process.start()
    qtbot.waitUntil(lambda: session.phase == "running", timeout=10_000)
    process.stop_and_wait()
    assert not process.is_running
    assert session.finishes == 1
    mine = psutil.Process().children(recursive=True)
    assert not [child for child in mine if child.status() != psutil.STATUS_ZOMBIE]
