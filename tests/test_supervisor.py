"""A run ends when it must and leaves nothing behind: stop, limits, kill -9, escapees."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from tiny_lab import tiny

from tfcards.labs import launch, processes, running
from tfcards.labs import result as results
from tfcards.labs.job import Limits
from tfcards.labs.result import Outcome, Result
from tfcards.labs.supervision import grading
from tfcards.labs.supervision.stage import Ending

LIMITS = Limits(seconds=10, import_seconds=10, memory_mb=500, output_kb=20)
ISOLATIONS = ["basic", "auto"]

# Starts a child, a grandchild, and one that leaves the session and its parent, then waits.
FAMILY = """
import os, subprocess, sys, time
SLEEP = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)"]
subprocess.Popen(SLEEP)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        subprocess.Popen(SLEEP, start_new_session=True)
        time.sleep(600)
    os._exit(0)
print("started", flush=True)
time.sleep(600)
"""


@contextmanager
def supervised(
    folder: Path,
    code: str,
    isolation: str = "basic",
    limits: Limits = LIMITS,
    means: str = "auto",
) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A supervisor at work on the code, and the mark that its processes carry."""
    run = folder / "run"
    lab = replace(tiny(), limits=limits)
    order = running.prepare(lab, {"sums.py": code}, run, seed=1, isolation=isolation, means=means)
    with subprocess.Popen(
        launch.python("tfcards.labs.supervision.supervisor", str(run)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as supervisor:
        try:
            yield supervisor, order.token
        finally:
            supervisor.kill()
            gone(order.token)


def gone(token: str, within: float = 5.0) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if not alive(token):
            return True
        time.sleep(0.05)
    return False


def grown(token: str, count: int) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if len(alive(token)) >= count:
            return True
        time.sleep(0.05)
    return False


def alive(token: str) -> list[psutil.Process]:
    return [one for one in processes.marked({token}) if is_alive(one)]


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # since it was found
        return False


def wait_for(supervisor: "subprocess.Popen[str]", text: str) -> None:
    assert supervisor.stdout is not None
    for line in supervisor.stdout:
        if text in line:
            return
    pytest.fail(f"no event with {text!r}")


def run(folder: Path, code: str, limits: Limits, isolation: str = "basic") -> Result:
    lab = replace(tiny(), limits=limits)
    return running.run(lab, {"sums.py": code}, folder / "run", seed=1, isolation=isolation)


@pytest.mark.parametrize("isolation", ISOLATIONS)
def test_stop_ends_children_grandchildren_and_escapees(tmp_path: Path, isolation: str) -> None:
    with supervised(tmp_path, FAMILY, isolation) as (supervisor, token):
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
    assert not result.counts


def test_a_program_that_ignores_signals_is_stopped_all_the_same(tmp_path: Path) -> None:
    code = "import signal, time\n"
    code += "for name in ('SIGINT', 'SIGTERM', 'SIGUSR1'):\n"
    code += "    signal.signal(getattr(signal, name), signal.SIG_IGN)\n"
    code += "print('started', flush=True)\ntime.sleep(600)\n"
    with supervised(tmp_path, code) as (supervisor, token):
        wait_for(supervisor, "started")
        began = time.monotonic()
        supervisor.communicate('{"stop": true}\n', timeout=15)
        assert time.monotonic() - began < 8
        assert alive(token) == []


@pytest.mark.parametrize("isolation", ISOLATIONS)
def test_killing_the_supervisor_leaves_no_orphan(tmp_path: Path, isolation: str) -> None:
    with supervised(tmp_path, FAMILY, isolation) as (supervisor, token):
        wait_for(supervisor, "started")
        os.kill(supervisor.pid, signal.SIGKILL)
        assert gone(token)
        # It was not stopped by anybody, so it counts as what it is.
        deadline = time.monotonic() + 10
        while (result := results.read(tmp_path / "run")) is None and time.monotonic() < deadline:
            time.sleep(0.05)
    assert result is not None
    assert result.outcome is Outcome.CRASHED
    assert result.message == grading.CUT_OFF


@pytest.mark.parametrize("isolation", ISOLATIONS)
def test_killing_the_worker_of_the_supervisor_leaves_no_orphan(
    tmp_path: Path, isolation: str
) -> None:
    with supervised(tmp_path, FAMILY, isolation) as (supervisor, token):
        wait_for(supervisor, "started")
        worker = psutil.Process(supervisor.pid).children()[0]
        worker.kill()
        assert supervisor.wait(5) != 0
        assert gone(token)
    assert results.read(tmp_path / "run") is None


def test_a_run_that_was_cut_off_is_closed_as_crashed(tmp_path: Path) -> None:
    with supervised(tmp_path, FAMILY) as (supervisor, token):
        wait_for(supervisor, "started")
        assert running.recover(tmp_path) == []  # it still lives
        worker = psutil.Process(supervisor.pid).children()[0]
        worker.suspend()  # so that neither can clean up
        os.kill(supervisor.pid, signal.SIGKILL)
        worker.kill()
        supervisor.wait()
        closed = running.recover(tmp_path)
        assert [one.outcome for one in closed] == [Outcome.CRASHED]
        assert gone(token)
    assert results.read(tmp_path / "run") == closed[0]
    assert running.recover(tmp_path) == []


def test_when_the_window_is_gone_the_run_finishes(tmp_path: Path) -> None:
    with supervised(tmp_path, "import time; time.sleep(0.5)") as (supervisor, _):
        assert supervisor.stdin is not None
        supervisor.stdin.close()
        assert supervisor.wait(20) == 0
    result = results.read(tmp_path / "run")
    assert result is not None
    assert result.outcome is Outcome.FAILED


def test_a_reader_that_does_not_read_stops_nothing(tmp_path: Path) -> None:
    code = "for number in range(20000):\n    print('x' * 200)\n"
    with supervised(tmp_path, code, limits=replace(LIMITS, output_kb=6000)) as (supervisor, _):
        assert supervisor.wait(30) == 0
    assert results.read(tmp_path / "run") is not None


def test_a_run_ends_at_its_time_limit_and_shows_where_it_hung(tmp_path: Path) -> None:
    code = "import time\n\ndef wait_for_ever():\n    time.sleep(600)\n\nwait_for_ever()\n"
    result = run(tmp_path, code, replace(LIMITS, seconds=0.5))
    assert result.outcome is Outcome.TIMEOUT
    assert result.seconds < 6
    events = (tmp_path / "run" / "events.jsonl").read_text()
    assert "wait_for_ever" in events


def test_the_import_has_a_limit_of_its_own(tmp_path: Path) -> None:
    result = run(tmp_path, "print(1)", replace(LIMITS, import_seconds=0.01))
    assert result.outcome is Outcome.TIMEOUT
    assert "import" in result.message


@pytest.mark.parametrize("isolation", ISOLATIONS)
def test_too_much_memory_in_a_child_ends_the_run(tmp_path: Path, isolation: str) -> None:
    code = "import subprocess, sys\n"
    code += "subprocess.run([sys.executable, '-c',"
    code += "'import time; x = bytearray(400 * 2**20); time.sleep(600)'])\n"
    result = run(tmp_path, code, replace(LIMITS, memory_mb=300), isolation)
    assert result.outcome is Outcome.OUT_OF_MEMORY
    assert result.peak_memory_mb >= 300
    assert "300 MB" in result.message


def test_output_beyond_the_cap_is_not_kept(tmp_path: Path) -> None:
    code = "for number in range(100000):\n    print('0123456789')\n"
    run(tmp_path, code, replace(LIMITS, output_kb=5))
    lines = (tmp_path / "run" / "events.jsonl").read_text().splitlines()
    logs = [event for event in map(json.loads, lines) if event.get("stream") == "stdout"]
    assert sum(len(event["text"]) for event in logs) < 6000
    assert "not shown" in logs[-1]["text"]


def test_a_crash_names_its_signal(tmp_path: Path) -> None:
    result = run(tmp_path, "import os; os.kill(os.getpid(), 11)", LIMITS)
    assert result.outcome is Outcome.CRASHED
    assert "SIGSEGV" in result.message


def test_background_processes_of_a_finished_run_are_ended(tmp_path: Path) -> None:
    run(tmp_path, FAMILY.rsplit("time.sleep", 1)[0], LIMITS)
    token = json.loads((tmp_path / "run" / "job.json").read_text())["token"]
    assert alive(token) == []


def test_nothing_of_the_learners_environment_reaches_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hush")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    code = "import os, sys\nprint(sorted(os.environ))\nprint(sys.stdin.read() == '')\n"
    run(tmp_path, code, LIMITS)
    events = (tmp_path / "run" / "events.jsonl").read_text()
    assert "TFCARDS_SEED" in events
    assert "True" in events
    assert "SECRET_TOKEN" not in events
    assert "PYTHONPATH" not in events


@pytest.mark.skipif(sys.platform == "win32", reason="Windows writes none")
def test_a_crash_leaves_no_image_of_its_memory(tmp_path: Path) -> None:
    code = """
import resource
def add(values, offset):
    print("host", resource.getrlimit(resource.RLIMIT_CORE))
    return values + offset
if __name__ == "__main__":
    print("run", resource.getrlimit(resource.RLIMIT_CORE))
"""
    run(tmp_path, code, LIMITS)
    events = (tmp_path / "run" / "events.jsonl").read_text()
    assert "run (0, 0)" in events
    assert "host (0, 0)" in events


# Each of them splits and ends, again and again, in sessions of their own and without the mark.
HYDRAS = """
import os, time
def hydra():
    end = time.monotonic() + 8
    while time.monotonic() < end:
        if os.fork() == 0:
            os.setsid()
        else:
            os._exit(0)
    os._exit(0)
if __name__ == "__main__":
    os.environ.clear()
    for _ in range(8):
        if os.fork() == 0:
            hydra()
    time.sleep(0.3)
def add(values, offset):
    return values + offset
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells at once who is below")
def test_what_splits_again_and_again_is_ended(tmp_path: Path) -> None:
    result = run(tmp_path, HYDRAS, LIMITS)
    assert result.outcome is Outcome.FAILED  # and not crashed: there was nothing left beside it
    assert working_below(tmp_path) == []


def working_below(folder: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.cwd().startswith(str(folder)):
                found.append(process)
    return found


def test_nothing_is_graded_beside_what_cannot_be_ended(tmp_path: Path) -> None:
    order = running.prepare(tiny(), {"sums.py": ""}, tmp_path, seed=1)
    told = grading.stopped(order, Ending(None, 0, 0, is_swept=False), "")
    assert told is not None
    assert told[0] is Outcome.CRASHED
    assert "could not be ended" in told[1]
