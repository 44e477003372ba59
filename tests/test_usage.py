"""Processor time and memory of a run: measured on real processes, kept, shown."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import tiny_lab
from pytestqt.qtbot import QtBot

from tfcards.labs import running
from tfcards.labs.supervision.events import FILE_NAME, EventLog
from tfcards.labs.supervision.posix import PolledOutlet
from tfcards.labs.supervision.usage import Meter
from tfcards.sessions.lab_run import LabRun
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.look.elided import Elided
from tfcards.ui.workbench.usage import LabUsage

BUSY = "import sys, time; data = bytearray(60_000_000); print(1, flush=True)\nwhile True: pass"


def test_a_busy_process_shows(tmp_path: Path) -> None:
    with Path(os.devnull).open("wb") as nothing:
        log = EventLog(tmp_path, PolledOutlet(nothing.fileno()))
        meter = Meter(log)
        command = [sys.executable, "-c", BUSY]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            tree = [psutil.Process(process.pid)]
            meter.look(tree, 0)
            used = tree[0].memory_info().rss
            while "usage" not in (tmp_path / FILE_NAME).read_text():
                time.sleep(0.1)
                meter.look(tree, used)
            process.kill()
        meter.look(tree, 0)  # gone by now, which is no error
        log.close()
    event = json.loads((tmp_path / FILE_NAME).read_text().splitlines()[0])
    assert event["ev"] == "usage"
    assert 0 < event["cpu"] <= 150
    assert event["memory_mb"] >= 55


def test_a_run_tells_what_it_uses(tmp_path: Path) -> None:
    files = tiny_lab.solution("import time; time.sleep(1.5)")
    events: list[dict[str, object]] = []
    running.run(tiny_lab.tiny(), files, tmp_path / "run", seed=1, on_event=events.append)
    session = LabRun(tiny_lab.tiny())
    for event in events:
        session.feed(json.dumps(event))
    assert session.usage
    assert session.peak_mb == max(each.memory_mb for each in session.usage) > 0
    session.clear()
    assert session.usage == []
    assert session.peak_mb == 0


def test_what_is_no_sample_is_left_out() -> None:
    session = LabRun(tiny_lab.tiny())
    for event in ({"cpu": "x", "memory_mb": 1}, {"cpu": 1}, {}):
        session.feed(json.dumps({"ev": "usage"} | event))
    assert session.usage == []


def test_it_is_shown_in_words_and_as_a_curve(qtbot: QtBot, appearance: Appearance) -> None:
    session = LabRun(tiny_lab.tiny())
    view = LabUsage()
    qtbot.addWidget(view)
    view.show_usage(session.usage, session.peak_mb)
    assert view.isHidden()
    for cpu, memory in ((20, 900), (143, 1228.8), (80, 612)):
        session.feed(json.dumps({"ev": "usage", "cpu": cpu, "memory_mb": memory}))
    view.show_usage(session.usage, session.peak_mb)
    assert view.words.text() == "80% CPU · 612 MB (peak 1.2 GB)"
    assert "at most 1.2 GB" in view.toolTip()
    view.set_narrow(is_narrow=True)
    assert view.words.text() == "80% CPU · 612 MB"
    view.set_narrow(is_narrow=False)
    blank = LabUsage()
    qtbot.addWidget(blank)
    assert view._curve.grab().toImage() != blank._curve.grab().toImage()


def test_a_label_gives_way(qtbot: QtBot, appearance: Appearance) -> None:
    label = Elided("a rather long text", "caption")
    qtbot.addWidget(label)
    assert label.minimumSizeHint().width() == 0
    label.resize(label.sizeHint())
    whole = label.grab().toImage()
    label.setText("a rather long text that goes on")
    assert label.grab().toImage() != whole
