"""Logs that grow while a run is on become metrics: read on, thinned, named, without links."""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tiny_lab

from tfcards.labkit.events import Events
from tfcards.labkit.follow import MOST_AT_ONCE, MOST_TAGS, Follower, logs_below, reports_for_all
from tfcards.labs.supervision.events import FILE_NAME, LONGEST_LINE, EventLog, Lane
from tfcards.labs.supervision.posix import PolledOutlet
from tfcards.labs.supervision.telemetry import Telemetry
from tfcards.sessions.lab_run import LabRun

LOGS = Path(__file__).parent / "data" / "left" / "logs"


class Line:
    """The run's end of the line to its supervisor, and the supervisor's."""

    def __init__(self) -> None:
        self.ours, theirs = socket.socketpair()
        self.events = Events(theirs.detach())

    def said(self) -> list[dict[str, Any]]:
        self.ours.setblocking(False)
        try:
            received = self.ours.recv(2**20)
        except BlockingIOError:
            return []
        return [json.loads(line) for line in received.splitlines()]

    def close(self) -> None:
        self.events.close()
        self.ours.close()


@pytest.fixture
def line() -> Iterator[Line]:
    line = Line()
    yield line
    line.close()


def log(name: str) -> tuple[str, bytes]:
    [file] = (LOGS / name).iterdir()
    return file.name, file.read_bytes()


def write(folder: Path, name: str, content: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def test_what_is_logged_is_reported_once_under_the_folders_name(line: Line, tmp_path: Path) -> None:
    follower = Follower(line.events, tmp_path)
    follower.look()
    assert line.said() == []
    name, content = log("train")
    write(tmp_path / "logs" / "train", name, content)
    follower.look()
    said = line.said()
    assert [event["step"] for event in said] == [0, 1, 2]
    assert said[0]["scope"] == "tensorboard"
    assert set(said[0]["values"]) == {"train/epoch_loss", "train/epoch_learning_rate"}
    assert said[0]["values"]["train/epoch_loss"] == pytest.approx(0.440923, abs=1e-6)
    follower.look()
    assert line.said() == []


def test_a_growing_log_is_read_on(line: Line, tmp_path: Path) -> None:
    follower = Follower(line.events, tmp_path)
    name, content = log("validation")
    steps: list[int] = []
    for end in range(0, len(content) + 50, 50):
        write(tmp_path / "v", name, content[:end])
        follower.look()
        steps += [event["step"] for event in line.said()]
    assert sorted(steps) == [0, 1, 2, 2, 4, 6]


def test_logs_that_were_there_before_are_old(line: Line, tmp_path: Path) -> None:
    name, content = log("train")
    write(tmp_path, name, content[:300])
    follower = Follower(line.events, tmp_path)
    follower.remember()
    follower.look()
    assert line.said() == []


def test_links_and_damaged_logs_are_left_alone(line: Line, tmp_path: Path) -> None:
    inside = tmp_path / "work"
    name, content = log("train")
    write(tmp_path / "elsewhere", name, content)
    inside.mkdir()
    (inside / "folder").symlink_to(tmp_path / "elsewhere")
    (inside / "events.out.tfevents.7").symlink_to(tmp_path / "elsewhere" / name)
    assert list(logs_below(inside)) == []
    write(inside, "events.out.tfevents.8", b"no log at all" * 10)
    follower = Follower(line.events, inside)
    follower.look()
    follower.look()
    assert line.said() == []


def test_a_flood_is_thinned_and_keeps_its_last_point(line: Line, tmp_path: Path) -> None:
    follower = Follower(line.events, tmp_path)
    points = {step: {"loss": float(step)} for step in range(1000)}
    follower._report("own", points)
    said = line.said()
    assert len(said) <= MOST_AT_ONCE
    assert said[-1] == {
        "ev": "metric",
        "scope": "tensorboard",
        "step": 999,
        "values": {"own/loss": 999.0},
    }


def test_a_long_training_is_followed_to_its_end(line: Line, tmp_path: Path) -> None:
    follower = Follower(line.events, tmp_path)
    for look in range(500):
        follower._report("own", {look * 20 + place: {"loss": 0.5} for place in range(20)})
        assert line.said()[-1]["step"] == look * 20 + 19


def test_a_report_of_very_many_tags_is_short_enough_to_be_taken(line: Line, tmp_path: Path) -> None:
    tags = {f"{number:0200}": 0.123456789 for number in range(MOST_TAGS + 1)}
    Follower(line.events, tmp_path)._report("own", {1: tags})
    [event] = line.said()
    assert len(event["values"]) == MOST_TAGS
    assert len(json.dumps(event)) < LONGEST_LINE


def test_only_the_first_worker_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TF_CONFIG", raising=False)
    assert reports_for_all()
    monkeypatch.setenv("TF_CONFIG", '{"task": {"type": "worker", "index": 1}}')
    assert not reports_for_all()
    monkeypatch.setenv("TF_CONFIG", "not json")
    assert reports_for_all()


def test_what_was_logged_drives_the_curves_but_tells_nothing_of_progress(tmp_path: Path) -> None:
    with Path(os.devnull).open("wb") as nothing:
        log = EventLog(tmp_path, PolledOutlet(nothing.fileno()))
        telemetry = Telemetry(Lane(log, 0), lambda: None)
        told = {"ev": "metric", "step": 7, "epoch": 1, "values": {"loss": 0.5}}
        logged = {"ev": "metric", "scope": "tensorboard", "step": 900, "values": {"own/loss": 0.1}}
        for event in (told, logged):
            telemetry.take(json.dumps(event).encode())
        log.close()
    assert telemetry.step == 7
    assert telemetry.last_metric == "epoch 1, step 7"
    session = LabRun(tiny_lab.tiny())
    for line in (tmp_path / FILE_NAME).read_text().splitlines():
        session.feed(line)
    assert session.series == {"worker-0/loss": [(7, 0.5)], "own/loss": [(900, 0.1)]}
