"""Runs held by the means that every system has: threads, loopback, a guard that is started anew."""

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
from test_grading_attacks import FORGED
from test_supervisor import FAMILY, LIMITS, alive, gone, grown, supervised, wait_for
from tiny_lab import copy, solution, starter, tiny

from tfcards.labs import result as results
from tfcards.labs import running
from tfcards.labs.content.manifest import load
from tfcards.labs.result import Outcome, Result, Status
from tfcards.labs.supervision.portable import PIECE, ThreadOutlet, ThreadPumps
from tfcards.labs.supervision.turn import Turn

# Looks for a way to the verdicts: ports that still listen, tokens left about, the standard input.
SEARCH = """
import os, sys, psutil
ports = set()
for one in psutil.Process().parents():
    try:
        found = one.net_connections("tcp")
    except psutil.AccessDenied:
        found = []
    ports |= {end.laddr.port for end in found if end.status == psutil.CONN_LISTEN}
said = [part for one in psutil.Process().parents()[:2] for part in one.cmdline()]
about = [text for text in (*os.environ.values(), *sys.argv, *said) if "token" in text]
print("found", sorted(ports & OURS), about, repr(sys.stdin.read()), flush=True)
"""
# Not every port of this machine: the shell that runs the tests may listen somewhere.
OURS = """
OURS = set()
for one in psutil.Process().parents():
    if any("tfcards.labs.supervision.supervisor" in part or "tfcards.labkit.judge" in part
           for part in one.cmdline()):
        OURS |= {end.laddr.port for end in one.net_connections("tcp")}
"""


def run(folder: Path, files: dict[str, str], **changed: Any) -> tuple[Result, list[dict[str, Any]]]:
    lab = replace(tiny(), limits=replace(LIMITS, **changed))
    result = running.run(lab, files, folder / "run", seed=1, means="portable")
    lines = (folder / "run" / "events.jsonl").read_text("utf-8").splitlines()
    return result, [json.loads(line) for line in lines]


def said(events: list[dict[str, Any]], stream: str) -> str:
    return "".join(event["text"] for event in events if event.get("stream") == stream)


def test_a_run_is_graded_in_no_cage(tmp_path: Path) -> None:
    more = "from tfcards.labkit import report\nreport(step=3, loss=0.5)\nprint('äö')"
    result, events = run(tmp_path, solution(more))
    assert result.outcome is Outcome.PASSED
    assert result.isolation == "basic"
    assert result.versions["python"]
    assert "äö" in said(events, "stdout")
    assert "äö" in said(events, "host")
    (metric,) = [event for event in events if event["ev"] == "metric"]
    assert (metric["step"], metric["values"]) == (3, {"loss": 0.5})


def test_what_a_check_prints_goes_to_the_diagnostics(tmp_path: Path) -> None:
    checks = (tiny().folder / "checks.py").read_text("utf-8") + "\nprint('of the grader')\n"
    lab = load(copy(tmp_path, checks_py=checks))
    result = running.run(lab, solution(), tmp_path / "run", seed=1, means="portable")
    assert "of the grader" in result.diagnostics
    assert "of the grader" not in (tmp_path / "run" / "events.jsonl").read_text("utf-8")


def test_forged_events_earn_nothing(tmp_path: Path) -> None:
    files = {"sums.py": FORGED + starter()["sums.py"]}
    result = running.run(tiny(), files, tmp_path / "run", seed=1, means="portable")
    assert result.outcome is not Outcome.PASSED
    assert not any(check.status is Status.PASSED for check in result.checks)


def test_nothing_leads_the_learners_processes_to_the_verdicts(tmp_path: Path) -> None:
    search = SEARCH.replace("said =", f"{OURS}\nsaid =")
    result, events = run(tmp_path, solution(search))
    assert said(events, "stdout").splitlines()[-1] == "found [] [] ''"
    assert said(events, "host").splitlines()[-1] == "found [] [] ''"
    assert result.outcome is Outcome.PASSED


def test_a_host_that_blocks_is_replaced(tmp_path: Path) -> None:
    code = "import os\ndef add(values, offset):\n    os._exit(7)\n"
    result, _ = run(tmp_path, {"sums.py": code})
    assert result.outcome is Outcome.FAILED
    assert "exit code 7" in result.checks[0].message


def test_stop_ends_children_grandchildren_and_escapees(tmp_path: Path) -> None:
    with supervised(tmp_path, FAMILY, means="portable") as (supervisor, token):
        wait_for(supervisor, "started")
        assert grown(token, 4)
        assert supervisor.stdin is not None
        supervisor.stdin.write('{"stop": true}\n')
        supervisor.stdin.flush()
        assert supervisor.wait(10) == 0
        assert alive(token) == []
    result = results.read(tmp_path / "run")
    assert result is not None
    assert result.outcome is Outcome.CANCELLED


def test_another_window_can_stop_it(tmp_path: Path) -> None:
    with supervised(tmp_path, FAMILY, means="portable") as (supervisor, token):
        wait_for(supervisor, "started")
        running.stop(tmp_path / "run")
        assert supervisor.wait(10) == 0
        assert alive(token) == []
    result = results.read(tmp_path / "run")
    assert result is not None
    assert result.outcome is Outcome.CANCELLED


def test_killing_either_of_the_two_leaves_no_orphan(tmp_path: Path) -> None:
    with supervised(tmp_path / "1", FAMILY, means="portable") as (supervisor, token):
        wait_for(supervisor, "started")
        os.kill(supervisor.pid, signal.SIGKILL)
        assert gone(token)
    with supervised(tmp_path / "2", FAMILY, means="portable") as (supervisor, token):
        wait_for(supervisor, "started")
        psutil.Process(supervisor.pid).children()[0].kill()
        assert supervisor.wait(5) != 0
        assert gone(token)


def test_when_the_window_is_gone_the_run_finishes(tmp_path: Path) -> None:
    code = "import time; time.sleep(0.5)"
    with supervised(tmp_path, code, means="portable") as (supervisor, _):
        assert supervisor.stdin is not None
        supervisor.stdin.close()
        assert supervisor.wait(20) == 0
    result = results.read(tmp_path / "run")
    assert result is not None
    assert result.outcome is Outcome.FAILED


def test_limits_of_time_memory_and_output_hold(tmp_path: Path) -> None:
    late, _ = run(tmp_path / "1", {"sums.py": "while True: pass"}, seconds=0.5)
    assert late.outcome is Outcome.TIMEOUT
    silent, _ = run(tmp_path / "0", {"sums.py": "print(1)"}, import_seconds=0.01)
    assert silent.outcome is Outcome.TIMEOUT  # it may not even have called
    large = "import time\nx = bytearray(400 * 2**20)\ntime.sleep(600)"
    full, _ = run(tmp_path / "2", {"sums.py": large}, memory_mb=300)
    assert full.outcome is Outcome.OUT_OF_MEMORY
    loud = "for number in range(100000):\n    print('0123456789')\n"
    _, events = run(tmp_path / "3", {"sums.py": loud}, output_kb=5)
    assert len(said(events, "stdout")) < 6000
    assert "not shown" in said(events, "stdout")


def test_a_reader_that_does_not_read_stops_nothing(tmp_path: Path) -> None:
    code = "for number in range(20000):\n    print('x' * 200)\n"
    limits = replace(LIMITS, output_kb=6000)
    with supervised(tmp_path, code, limits=limits, means="portable") as (supervisor, _):
        assert supervisor.wait(30) == 0
    assert results.read(tmp_path / "run") is not None


def test_pumps_carry_everything_from_several_processes_in_order() -> None:
    code = "import sys; [print(number, flush=number % 999 == 0) for number in range(50000)]"
    pumps = ThreadPumps()
    processes, taken = [], [bytearray() for _ in range(3)]
    for one in taken:
        theirs, ours = os.pipe()
        processes.append(subprocess.Popen([sys.executable, "-c", code], stdout=ours))
        os.close(ours)
        pumps.read(theirs, one.extend)
    while any(process.poll() is None for process in processes):
        pumps.pump(0.05)
    pumps.drain()
    pumps.close()
    expected = "".join(f"{number}\n" for number in range(50000)).encode()
    assert taken == [expected] * 3


def test_an_outlet_keeps_what_nobody_takes_yet() -> None:
    theirs, ours = os.pipe()
    outlet = ThreadOutlet(ours)
    content = bytes(range(256)) * (4 * PIECE // 256)  # more than a pipe holds
    outlet.put(content)
    outlet.finish(0.0)
    with os.fdopen(theirs, "rb") as reader:
        assert reader.read(len(content)) == content


def test_an_outlet_gives_a_reader_up_that_is_gone() -> None:
    theirs, ours = os.pipe()
    outlet = ThreadOutlet(ours)
    os.close(theirs)
    outlet.put(b"a line\n")
    finished = threading.Thread(target=outlet.finish, args=(600.0,))
    finished.start()
    finished.join(60)
    assert not finished.is_alive()
    os.close(ours)


def test_whoever_has_the_turn_has_it_however_often_they_ask(tmp_path: Path) -> None:
    first, second = Turn(tmp_path / "queue"), Turn(tmp_path / "queue")
    assert [first.has_come(), first.has_come(), second.has_come()] == [True, True, False]
    first.leave()
    assert second.has_come()
    second.leave()
