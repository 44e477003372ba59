"""The learner's word about a run: odd lines are dropped, floods end, curves go on to their ends."""

import json
import math
import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tiny_lab import solution, tiny

from tfcards.labs import running
from tfcards.labs.result import Outcome
from tfcards.labs.supervision import events, telemetry
from tfcards.labs.supervision.events import FILE_NAME, Console, EventLog
from tfcards.labs.supervision.posix import PolledOutlet
from tfcards.labs.supervision.telemetry import LEFT_OUT, MOST_BYTES, Telemetry, figure
from tfcards.sessions.lab_run import MOST_SERIES, LabRun

HUGE = 10**400  # larger than any float
ODD = [
    '{"ev": ["metric"]}',
    '{"ev": {"a": 1}}',
    '{"ev": "phase", "phase": ["run"]}',
    '{"ev": "phase", "phase": "wait"}',
    '{"ev": "check", "id": "report", "status": "passed", "score": 9}',
    '{"ev": "metric", "step": 1}',
    '{"ev": "metric", "step": 1, "values": [1]}',
    json.dumps({"ev": "metric", "step": 1, "values": {"a": HUGE, "b": math.nan, "c": "x"}}),
    "[1, 2]",
    "null",
    "[" * 20_000,
    '{"ev": "metric", "values": {"loss": ' + "1" * 5000 + "}}",
    '\udcff{"ev"',
]


class Told:
    """A log with the process's telemetry, and what came of it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE_NAME
        self._nothing = os.open(os.devnull, os.O_WRONLY)
        self.log = EventLog(folder, PolledOutlet(self._nothing))
        self.phases = 0
        self.telemetry = Telemetry(self.log, self._count)

    def _count(self) -> None:
        self.phases += 1

    def say(self, **form: Any) -> None:
        self.telemetry.take(json.dumps(form).encode())

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._file.read_text("utf-8").splitlines()]

    def close(self) -> None:
        self.log.close()
        os.close(self._nothing)


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    one = Told(tmp_path)
    yield one
    one.close()


@pytest.mark.parametrize("line", ODD)
def test_an_odd_line_is_dropped(told: Told, line: str) -> None:
    told.telemetry.take(line.encode("utf-8", "surrogateescape"))
    assert told.events() == []
    assert told.phases == 0


def test_what_is_odd_within_a_line_is_dropped(told: Told) -> None:
    values = {"loss": 1, "b": HUGE}
    told.say(ev="metric", scope=[1], step=HUGE, epoch={"a": []}, values=values)
    [event] = told.events()
    assert event["values"] == {"loss": 1}
    assert not {"scope", "step", "epoch"} & set(event)
    assert told.telemetry.last_metric == "epoch ?, step ?"


def test_half_characters_can_be_shown(told: Told) -> None:
    told.say(ev="phase", phase="run", versions={"\ud800": "\udfff", "long": "x" * 1000})
    told.say(ev="metric", step=1, values={"\ud800": 1})
    assert told.telemetry.versions == {"?": "?", "long": "x" * 40}
    assert told.events()[1]["values"] == {"?": 1}


def test_numbers_are_those_that_can_be_drawn() -> None:
    assert [figure(value) for value in (1, 2.5, "1", None, math.inf, HUGE)] == [
        1.0,
        2.5,
        None,
        None,
        None,
        None,
    ]


def test_phases_come_once_and_in_order(told: Told) -> None:
    for phase in ("import", "run", "run", "import", "ran", "run", "ran"):
        told.say(ev="phase", phase=phase)
    assert [event["phase"] for event in told.events()] == ["import", "run", "ran"]
    assert told.phases == 3


def test_a_long_curve_goes_on_to_its_end(told: Told) -> None:
    count = 20 * telemetry.DENSE
    told.say(ev="phase", phase="run")
    for step in range(count):
        told.say(ev="metric", step=step, values={"loss": 1.0})
        if step % 100 == 0:  # its points stand among many others, and none of them is lost
            told.say(ev="metric", scope="epoch", step=step, values={"val_loss": 2.0})
    assert told.telemetry.step == count - 1
    told.say(ev="phase", phase="ran", code=0)
    found = told.events()
    steps = [event["step"] for event in found if "loss" in event.get("values", {})]
    epochs = [event["step"] for event in found if "val_loss" in event.get("values", {})]
    assert steps == sorted(set(steps))
    assert steps[-1] == count - 1
    assert max(after - before for before, after in pairwise(steps)) <= 16
    assert len(steps) < 6 * telemetry.DENSE
    assert epochs == list(range(0, count, 100))
    assert found[-1]["phase"] == "ran"


def test_a_flood_ends_with_one_word_and_phases_get_through(told: Told) -> None:
    told.telemetry = Telemetry(told.log, lambda: None, share=0.1)
    told.say(ev="phase", phase="run")
    for number in range(300):
        names = (f"{number}-{'x' * 200}-{one}" for one in range(150))
        told.say(ev="metric", step=number, values=dict.fromkeys(names, 1.0))
    told.say(ev="phase", phase="ran")
    found = told.events()
    assert [event["text"] for event in found if event["ev"] == "log"] == [LEFT_OUT]
    assert found[-1]["phase"] == "ran"
    assert sum(len(json.dumps(event)) for event in found) < 0.1 * MOST_BYTES + 2**17


def test_many_small_prints_end_with_one_word(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST_LOGS", 10)
    console = Console(told.log, "stdout", 10_000)
    for _ in range(100):
        console.feed(b"x\n")
    texts = [event["text"] for event in told.events()]
    assert texts == ["x\n"] * 10 + ["… more output is not shown\n"]


def test_a_progress_bar_costs_little_and_is_seen_on_the_way(told: Told) -> None:
    console = Console(told.log, "stderr", 100_000)  # an eighth of what is printed
    console.feed(b"Epoch 1\n")
    for step in range(20_000):
        console.feed(b"\b" * 20 + b"\r%05d of 20000 ====" % step)
    console.feed(b"\nafter\n")
    texts = [event["text"] for event in told.events()]
    assert texts[0] == "Epoch 1\n"
    assert texts[1].endswith("00000 of 20000 ====" + "\b" * 20 + "\r")  # before its line ended
    shown = LabRun(tiny())
    for text in texts:
        shown.feed(json.dumps({"ev": "log", "stream": "stderr", "text": text}))
    assert shown.said == ["Epoch 1\n", "19999 of 20000 ====\n", "after\n"]
    assert console.last_line == "after"


def test_what_sticks_out_of_a_later_text_is_kept(told: Told) -> None:
    console = Console(told.log, "stdout", 1000)
    console.feed(b"abcdef\r1234\rxy\n\r\n")
    assert [event["text"] for event in told.events()] == ["abcdef\r1234\rxy\n\r\n"]


def test_the_window_drops_odd_events_too() -> None:
    shown = LabRun(tiny())
    check = tiny().checks[0].id
    for line in (
        *ODD[:-1],
        json.dumps({"ev": "metric", "step": HUGE, "values": {"loss": 1}}),
        json.dumps({"ev": "usage", "cpu": HUGE, "memory_mb": 1}),
        json.dumps({"ev": "check", "id": check, "score": "many"}),
    ):
        shown.feed(line)
    assert shown.series == {}
    assert shown.usage == []
    assert shown.checks[0].score == 0
    for number in range(MOST_SERIES + 5):
        shown.feed(json.dumps({"ev": "metric", "step": 1, "values": {str(number): 1}}))
    assert len(shown.series) == MOST_SERIES


def test_a_run_that_says_odd_things_is_graded(tmp_path: Path) -> None:
    lines = "\n".join(ODD[:8]) + "\n"
    code = f"""
if __name__ == "__main__":
    import os, socket
    end = socket.socket(fileno=os.dup(int(os.environ["TFCARDS_EVENTS"])))
    end.sendall({lines!r}.encode())
"""
    result = running.run(tiny(), solution(code), tmp_path / "run", seed=1)
    assert result.outcome is Outcome.PASSED
