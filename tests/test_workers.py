"""Labs with several workers: they meet, end together, die as planned, and leave nothing behind."""

import json
import subprocess
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tiny_lab import copy, solution, tiny

from tfcards.labs import job, launch, processes, result, running, warm
from tfcards.labs.content.manifest import Lab, load
from tfcards.labs.job import Kill, Limits, Workers
from tfcards.labs.result import Outcome, Result
from tfcards.labs.run_process import STOP
from tfcards.sessions.lab_run import LabRun

ISOLATIONS = ["basic", "auto"]
LIMITS = Limits(seconds=20, import_seconds=20, memory_mb=500, output_kb=40)

# Worker 0 waits at its address; worker 1 goes there. Both know who they are.
MEET = """
import json, os, socket, time
from tfcards.labkit import report
config = json.loads(os.environ["TF_CONFIG"])
index = config["task"]["index"]
hosts = [host.rpartition(":") for host in config["cluster"]["worker"]]
if index == 0:
    with socket.create_server((hosts[0][0], int(hosts[0][2]))) as server:
        print("heard", server.accept()[0].recv(9).decode())
else:
    for _ in range(1000):
        try:
            with socket.create_connection((hosts[0][0], int(hosts[0][2]))) as end:
                end.send(b"a greeting")
            break
        except ConnectionRefusedError:
            time.sleep(0.01)
report(step=1, index=index)
"""

# Worker 1 counts to 9 and keeps what it reached; worker 0 waits for 4 and fails, then for 9.
COUNT = """
import json, os, pathlib, time
from tfcards.labkit import report
index = json.loads(os.environ["TF_CONFIG"])["task"]["index"]
file = pathlib.Path("reached")
print("seed", os.environ["TFCARDS_START_SEED"])
again = pathlib.Path("again")
goal = "9" if again.exists() else "4"
while index == 0 and not (file.exists() and file.read_text() == goal):
    time.sleep(0.01)
if index == 0 and goal == "4":
    again.touch()
    raise ConnectionError("worker 1 is gone")
for step in range(int(file.read_text()) + 1 if file.exists() else 0, 10 if index else 0):
    file.write_text(str(step))
    print("step", step)
    report(step=step)
"""


def crew(lab: Lab | None = None, *kills: Kill, count: int = 2, limits: Limits = LIMITS) -> Lab:
    return replace(lab or tiny(), workers=Workers(count, kills), limits=limits)


def run(
    lab: Lab, code: str, folder: Path, isolation: str = "basic"
) -> tuple[Result, list[dict[str, Any]]]:
    events: list[dict[str, Any]] = []
    only_run = f'if __name__ == "__main__":\n{textwrap.indent(code, "    ")}'
    graded = running.run(
        lab, solution(only_run), folder / "run", seed=1, on_event=events.append, isolation=isolation
    )
    assert processes.marked({job.read(folder / "run").token}) == []
    return graded, events


def said(events: list[dict[str, Any]], worker: int | None) -> str:
    """What one worker printed, or what belongs to none of them."""
    logs = [one for one in events if one["ev"] == "log" and one.get("worker") == worker]
    text = "".join(str(one["text"]) for one in logs)
    return text.replace("report written\n", "")  # by the solution that goes before the tests' code


@pytest.mark.parametrize("isolation", ISOLATIONS)
def test_workers_meet_and_speak_in_lanes(tmp_path: Path, isolation: str) -> None:
    graded, events = run(crew(), MEET, tmp_path, isolation)
    assert graded.outcome is Outcome.PASSED, graded.message
    assert said(events, 0) == "heard a greetin\n"
    assert said(events, 1) == ""
    metrics = {(one["worker"], one["values"]["index"]) for one in events if one["ev"] == "metric"}
    assert metrics == {(0, 0), (1, 1)}
    assert said(events, None) == ""


@pytest.mark.parametrize("isolation", ISOLATIONS)
def test_a_planned_kill_starts_all_workers_again(tmp_path: Path, isolation: str) -> None:
    folder = copy(
        tmp_path,
        checks_py="""
from tfcards.labkit import check

@check("starts", title="It was started again")
def starts(lab):
    return lab.equal([one.is_killed for one in lab.starts], [True, False])

@check("seeds", title="Each start has a seed of its own")
def seeds(lab):
    first, second = lab.starts
    return lab.failed("the same") if first.seed == second.seed else lab.passed("another")
""",
    )
    lab = replace(load_without_wrong(folder), workers=Workers(2, (Kill(1, 4),)), limits=LIMITS)
    graded, events = run(lab, COUNT, tmp_path, isolation)
    assert graded.outcome is Outcome.PASSED, graded
    steps = [line for line in said(events, 1).splitlines() if line.startswith("step")]
    assert steps == [f"step {number}" for number in range(10)]
    assert said(events, None) == "Worker 1 was killed at step 4. All workers start again.\n"
    seeds = [line for line in said(events, 0).splitlines() if line.startswith("seed")]
    assert len(set(seeds)) == 2


def load_without_wrong(folder: Path) -> Lab:
    text = (folder / "lab.toml").read_text("utf-8").partition("[[wrong]]")[0]
    (folder / "lab.toml").write_text(text, "utf-8")
    return load(folder)


def test_a_step_that_is_never_reported_kills_nobody(tmp_path: Path) -> None:
    code = "from tfcards.labkit import report\nfor step in range(10):\n    report(step=step)\n"
    graded, events = run(crew(None, Kill(1, 10)), f"{code}print('started')", tmp_path)
    assert graded.outcome is Outcome.PASSED
    assert said(events, 0) == "started\n"


def test_a_death_that_was_not_planned_is_a_crash(tmp_path: Path) -> None:
    code = 'import json, os\nif json.loads(os.environ["TF_CONFIG"])["task"]["index"]:\n'
    code += "    os.kill(os.getpid(), 9)\n"
    graded, _ = run(crew(), code, tmp_path)
    assert graded.outcome is Outcome.CRASHED
    assert "SIGKILL" in graded.message


def test_one_that_fails_takes_the_others_with_it(tmp_path: Path) -> None:
    code = 'import json, os, time\nif json.loads(os.environ["TF_CONFIG"])["task"]["index"] == 1:\n'
    code += '    raise ValueError("no such layer")\ntime.sleep(600)\n'
    graded, _ = run(crew(), code, tmp_path, "auto")
    assert graded.outcome is Outcome.ERROR
    assert graded.message.endswith("It stopped with: ValueError: no such layer (worker 1)")
    assert graded.seconds < LIMITS.seconds


@contextmanager
def started(folder: Path, isolation: str) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    """A supervisor whose two workers both run, and the mark of its processes."""
    code = "import time\nprint('started', flush=True)\ntime.sleep(600)\n"
    files = {"sums.py": code}
    order = running.prepare(crew(), files, folder / "run", seed=1, isolation=isolation)
    with subprocess.Popen(
        launch.python("tfcards.labs.supervision.supervisor", str(folder / "run")),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as supervisor:
        assert supervisor.stdout is not None
        lanes: set[object] = set()
        try:
            while lanes != {0, 1}:
                event = json.loads(supervisor.stdout.readline())
                lanes |= {event["worker"]} if event.get("text") == "started\n" else set()
            yield supervisor, order.token
        finally:
            supervisor.kill()


@pytest.mark.parametrize("isolation", ISOLATIONS)
def test_a_stop_ends_all_of_them(tmp_path: Path, isolation: str) -> None:
    with started(tmp_path, isolation) as (supervisor, token):
        supervisor.communicate(STOP, timeout=20)
        assert processes.marked({token}) == []
    found = result.read(tmp_path / "run")
    assert found is not None
    assert found.outcome is Outcome.CANCELLED


@pytest.mark.parametrize("isolation", ISOLATIONS)
def test_killing_the_supervisor_leaves_no_worker(tmp_path: Path, isolation: str) -> None:
    with started(tmp_path, isolation) as (supervisor, token):
        assert len(processes.marked({token})) >= 2
        supervisor.kill()
        for _ in range(200):
            if not [one for one in processes.marked({token}) if one.is_running()]:
                return
            time.sleep(0.05)
    pytest.fail("a process is left")


def test_limits_hold_for_all_of_them(tmp_path: Path) -> None:
    code = "import time\nx = bytearray(200 * 2**20)\ntime.sleep(600)\n"
    graded, _ = run(crew(limits=replace(LIMITS, memory_mb=300)), code, tmp_path / "memory")
    assert graded.outcome is Outcome.OUT_OF_MEMORY
    code = "def wait_for_ever():\n    import time\n    time.sleep(600)\nwait_for_ever()\n"
    graded, events = run(crew(limits=replace(LIMITS, seconds=0.5)), code, tmp_path / "time")
    assert graded.outcome is Outcome.TIMEOUT
    assert all("wait_for_ever" in said(events, worker) for worker in (0, 1))
    code = "for number in range(20000):\n    print('0123456789')\n"
    _, events = run(crew(), code, tmp_path / "output")
    assert sum(len(said(events, worker)) for worker in (0, 1)) < 45 * 1024


def test_a_worker_that_writes_its_own_lane_stays_in_its_own(tmp_path: Path) -> None:
    code = 'import json, os\nline = {"ev": "metric", "step": 1, "values": {"a": 1}, "worker": 7}\n'
    code += 'line |= {"self": 1, "event": "log", "fields": 2}\n'
    code += 'os.write(int(os.environ["TFCARDS_EVENTS"]), (json.dumps(line) + "\\n").encode())\n'
    code += 'line["ev"] = "progress"\n'
    code += 'os.write(int(os.environ["TFCARDS_EVENTS"]), (json.dumps(line) + "\\n").encode())\n'
    graded, events = run(crew(), code, tmp_path)
    assert graded.outcome is Outcome.PASSED
    assert {one.get("worker") for one in events if one["ev"] in {"metric", "progress"}} == {0, 1}


def test_curves_and_console_have_a_lane_for_each_worker() -> None:
    shown = LabRun(tiny())
    for worker in (0, 1):
        log = {"ev": "log", "stream": "stdout", "text": "one\ntwo\n", "worker": worker}
        metric = {"ev": "metric", "step": 3, "values": {"loss": worker + 0.5}, "worker": worker}
        assert shown.feed(json.dumps(log))
        assert shown.feed(json.dumps(metric))
    assert shown.series == {"worker-0/loss": [(3.0, 0.5)], "worker-1/loss": [(3.0, 1.5)]}
    text = "".join(text for _, text in shown.console)
    assert text == "0 │ one\n0 │ two\n1 │ one\n1 │ two\n"
    noise = {"ev": "log", "stream": "framework", "text": "noise\n", "worker": 1}
    again = {"ev": "log", "stream": "run", "text": "All workers start again.\n"}
    for event in (again, noise, log):
        shown.feed(json.dumps(event))
    assert ("framework", "1 │ noise\n") in shown.console
    assert shown.said == ["All workers start again.\n", "1 │ noise\n", "one\n", "two\n"]


@pytest.fixture(scope="module")
def served() -> Iterator[None]:
    with warm.served():
        yield


@pytest.mark.tensorflow
@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("isolation", ISOLATIONS)
def test_warm_workers_are_the_same(tmp_path: Path, isolation: str) -> None:
    graded, events = run(crew(), MEET, tmp_path, isolation)
    assert events[0]["warm"]
    assert graded.outcome is Outcome.PASSED, graded.message
    assert said(events, 0) == "heard a greetin\n"


def test_a_kill_of_a_worker_that_is_not_there_is_told(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    text = (folder / "lab.toml").read_text("utf-8")
    text += "\n[workers]\ncount = 2\nkills = [{ worker = 2, step = 5 }]\n"
    (folder / "lab.toml").write_text(text, "utf-8")
    with pytest.raises(Exception, match="numbered from 0"):
        load(folder)
