"""Warm starts: same run, same cage, same grade, nothing left behind, and never without need."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from test_grading_attacks import FORGED, SMUGGLE, STEAL, WRITES_RESULTS, earns_nothing
from test_supervisor import FAMILY, alive, gone, grown, wait_for
from tiny_lab import FOLDER, copy, solution, tiny

from tfcards.labs import job, launch, running, warm
from tfcards.labs import result as results
from tfcards.labs.content.manifest import load
from tfcards.labs.result import Outcome, Result
from tfcards.labs.run_process import RunProcess
from tfcards.labs.warm import WarmServer
from tfcards.warm.client import NAME_VARIABLE, Streams, connect, listen
from tfcards.warm.order import Refused

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or psutil.virtual_memory().available < warm.LEAST_FREE,
    reason="warm starts are for Linux, with memory to spare",
)

CAGED = "auto" if launch.bubblewrap() else "basic"
JSON = "json.tool"  # a small module with a main(): reads standard input, writes standard output


# ---- the server, without TensorFlow


@pytest.fixture
def name(request: pytest.FixtureRequest) -> Iterator[str]:
    """A server that has imported nothing; a test may ask for code to run in it first."""
    before = getattr(request, "param", "")
    name = f"test-{os.getpid()}"
    root = str(Path(launch.__file__).parents[2])
    code = f"import sys; sys.path.insert(0, {root!r})\n{before}\n"
    code += "from tfcards.warm import server; server.main()"
    listener = listen(name)
    command = [sys.executable, "-I", "-c", code, str(listener.fileno())]
    variables = {launch.MARK: warm.NO_TOKEN}
    ends = (listener.fileno(),)
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=variables, pass_fds=ends) as server:
        listener.close()
        yield name
        assert server.stdin is not None
        server.stdin.close()
        try:
            assert server.wait(10) in {0, -signal.SIGKILL}
        finally:
            server.kill()


def _ask(name: str, text: str, folder: Path, **variables: str) -> tuple[int, str]:
    """What json.tool, forked from the server, makes of a text: exit code and output."""
    asked, told = os.pipe(), os.pipe()
    os.write(asked[1], text.encode())
    os.close(asked[1])
    door = connect(name)
    streams = Streams(asked[0], told[1], told[1])
    process = door.start(launch.python(JSON), folder, variables, streams)
    for end in (asked[0], told[1]):
        os.close(end)
    door.close()
    with os.fdopen(told[0]) as said:
        return process.wait(10), said.read()


def test_what_is_forked_gets_its_descriptors_and_gives_its_exit_code(
    name: str, tmp_path: Path
) -> None:
    assert _ask(name, "[1]", tmp_path) == (0, "[\n    1\n]\n")
    code, said = _ask(name, "[", tmp_path)
    assert code == 1
    assert "Expecting" in said


def test_several_threads_may_wait_for_the_same_end(name: str, tmp_path: Path) -> None:
    door = connect(name)
    with ThreadPoolExecutor(4) as threads:
        for _ in range(30):
            asked, told = os.pipe(), os.pipe()
            streams = Streams(asked[0], told[1], told[1])
            process = door.start(launch.python(JSON), tmp_path, {}, streams)
            waits = [threads.submit(process.wait, 10) for _ in range(4)]
            process.kill()
            assert [each.result() for each in waits] == [-signal.SIGKILL] * 4
            for end in (*asked, *told):
                os.close(end)
    door.close()


def test_what_is_forked_carries_its_mark_and_dies_when_it_is_let_go(
    name: str, tmp_path: Path
) -> None:
    token = "a1" * 16
    ends = os.pipe()
    door = connect(name)
    process = door.start(
        launch.python(JSON), tmp_path, {launch.MARK: token}, Streams(ends[0], 1, 2)
    )
    door.close()
    assert [one.pid for one in alive(token)] == [process.pid]
    assert psutil.Process(process.pid).cwd() == str(tmp_path)
    process._control.close()
    assert gone(token)
    for end in ends:
        os.close(end)


ASKS = """
import sys
from pathlib import Path
from tfcards.warm.client import Streams, connect
from tfcards.warm.order import Refused
if __name__ == "__main__":
    try:
        command = [sys.executable, "-c", "", "", "json.tool"]
        door = connect({name!r})
        print("started", door.start(command, Path.cwd(), {{}}, Streams(0, 1, 2)).pid)
    except Refused as refusal:
        print("refused:", refusal)
"""


def test_what_runs_below_gets_no_process_of_its_own(name: str, tmp_path: Path) -> None:
    events: list[dict[str, Any]] = []
    files = {"sums.py": ASKS.format(name=name)}
    running.run(tiny(), files, tmp_path / "run", seed=1, on_event=events.append, isolation="basic")
    said = "".join(event["text"] for event in events if event["ev"] == "log")
    assert said.startswith("refused:")


@pytest.mark.parametrize(
    "name",
    ["import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()"],
    indirect=True,
)
def test_a_server_with_more_than_one_thread_refuses(name: str, tmp_path: Path) -> None:
    door = connect(name)
    with pytest.raises(Refused, match="2 threads"):
        door.start(launch.python(JSON), tmp_path, {}, Streams(0, 1, 2))
    door.close()


def test_without_a_server_a_run_starts_from_scratch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NAME_VARIABLE, "nobody")
    assert warm.door() is None
    events: list[dict[str, Any]] = []
    result = running.run(tiny(), solution(), tmp_path / "run", seed=1, on_event=events.append)
    assert result.outcome is Outcome.PASSED
    assert not events[0]["warm"]


SLOW = "import time; time.sleep(1.5)"


@pytest.mark.parametrize("name", [SLOW], indirect=True)
def test_an_order_that_was_withdrawn_is_not_carried_out(name: str, tmp_path: Path) -> None:
    asked, told = os.pipe(), os.pipe()
    door = connect(name)
    streams = Streams(asked[0], told[1], told[1])
    with ThreadPoolExecutor(1) as thread:
        order = (launch.python(JSON), tmp_path, {}, streams)
        waiting = thread.submit(door.start, *order, outlives_us=True)
        while not waiting.done():
            time.sleep(0.05)
            door.withdraw()
        assert isinstance(waiting.exception(), Refused)
    os.close(told[1])
    assert _ask(name, "[1]", tmp_path)[0] == 0  # by now the server has come to it
    assert os.read(told[0], 100) == b""  # nobody else holds the other end
    for end in (*asked, told[0]):
        os.close(end)
    door.close()


def test_what_outlives_who_ordered_it_is_not_killed_with_them(name: str, tmp_path: Path) -> None:
    asked, told = os.pipe(), os.pipe()
    door = connect(name)
    streams = Streams(asked[0], told[1], told[1])
    process = door.start(launch.python(JSON), tmp_path, {}, streams, outlives_us=True)
    process._control.close()
    assert _ask(name, "[1]", tmp_path)[0] == 0  # by now the server has seen that
    os.write(asked[1], b"[2]")
    for end in (*asked, told[1]):
        os.close(end)
    door.close()
    with os.fdopen(told[0]) as said:
        assert said.read() == "[\n    2\n]\n"


def test_no_server_is_started_when_memory_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    little = SimpleNamespace(available=3 * 2**30)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: little)
    server = WarmServer({})
    assert not server.wake()
    assert "3.0 GB" in warm.hindrance()
    server.close()


LOOKING = "from tfcards.warm import server; server.LOOK_SECONDS = 0.1"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(f"{LOOKING}; server.IDLE_SECONDS = 0.5", id="idle"),
        pytest.param(f"{LOOKING}; server.LEAST_FREE_KB = 2**60", id="short-of-memory"),
    ],
    indirect=True,
)
def test_a_server_gives_its_memory_back(name: str) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            connect(name).close()
        except Refused:
            return
        time.sleep(0.2)
    pytest.fail("the server still answers")


def test_a_keeper_of_spares_gives_its_memory_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "LOOK", 0.05)
    environment: dict[str, str] = {}
    server = WarmServer(environment, "spare")
    assert server.wake()
    monkeypatch.setattr(warm, "LEAST_FREE", 2**60)
    deadline = time.monotonic() + 20
    while server.is_running and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not server.is_running
    assert environment == {}


def test_what_cannot_fork_can_still_keep_a_spare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pidfd_open")
    assert "cannot fork" in warm.hindrance("fork")
    assert not WarmServer({}, "fork").wake()
    assert warm.hindrance("spare") == ""


# ---- runs


@pytest.fixture(scope="module")
def served() -> Iterator[None]:
    with warm.served():
        yield


def grade(folder: Path, code: str, isolation: str) -> tuple[Result, list[dict[str, Any]]]:
    events: list[dict[str, Any]] = []
    files = {"sums.py": code}
    result = running.run(
        tiny(), files, folder / "run", seed=1, on_event=events.append, isolation=isolation
    )
    assert events[0]["warm"]
    return result, events


@pytest.mark.tensorflow
@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("isolation", ["basic", "auto"])
def test_a_warm_run_is_the_same_run(tmp_path: Path, isolation: str) -> None:
    show = "import os, sys\nprint(sorted(os.environ), sys.argv, os.getcwd(), sys.stdin.read())\n"
    result, events = grade(tmp_path, solution(show)["sums.py"], isolation)
    assert result.outcome is Outcome.PASSED
    assert result.isolation == launch.isolation(isolation)
    said = "".join(event["text"] for event in events if event["ev"] == "log")
    assert "TFCARDS_SEED" in said
    assert NAME_VARIABLE not in said
    assert f"sums.py'] {tmp_path / 'run' / 'work'} \n" in said


@pytest.mark.tensorflow
@pytest.mark.usefixtures("served")
@pytest.mark.parametrize(
    "code",
    [
        pytest.param(f"def add(values, offset):\n    exec({FORGED!r})\n", id="forged-in-host"),
        pytest.param(STEAL, id="search-the-memory"),
        pytest.param(SMUGGLE, id="answer-for-the-host"),
        pytest.param(WRITES_RESULTS, id="write-results"),
        pytest.param("import os\nos._exit(0)\n", id="exit"),
    ],
)
def test_a_cheat_earns_nothing_warm(tmp_path: Path, code: str) -> None:
    result, _ = grade(tmp_path, code, "auto")
    earns_nothing(result)
    assert results.read(tmp_path / "run") == result


@pytest.mark.tensorflow
@pytest.mark.usefixtures("served")
def test_every_judge_draws_its_own_numbers(tmp_path: Path) -> None:
    checks = """
import numpy as np
from tfcards.labkit import Lab, Verdict, check

@check("draw", title="A number", task=1)
def draw(lab: Lab) -> Verdict:
    return lab.passed("Drawn.", observed=str(np.random.random()))
"""
    toml = (FOLDER / "lab.toml").read_text("utf-8")
    lab = load(copy(tmp_path, checks_py=checks, lab_toml=toml.partition("[[wrong]]")[0]))
    results = [
        running.run(lab, solution(), tmp_path / f"run-{number}", seed=1) for number in range(2)
    ]
    first, second = (result.checks[0].observed for result in results)
    assert first != second


@pytest.mark.tensorflow
@pytest.mark.usefixtures("served")
@pytest.mark.skipif(CAGED == "basic", reason="bubblewrap does not work here")
def test_a_warm_run_is_in_the_same_cage(tmp_path: Path) -> None:
    code = f"""
import os, pathlib, socket, sys
print("checks", pathlib.Path({str(FOLDER / "checks.py")!r}).exists())
print("beside", sorted(path.name for path in pathlib.Path.cwd().parent.iterdir()))
print("processes", sum(name.isdigit() for name in os.listdir("/proc")) < 6)
print("powers", open("/proc/self/status").read().split("CapEff:")[1].split()[0])
try:
    pathlib.Path(sys.prefix, "x").write_text("")
except OSError as error:
    print("written", error.strerror)
print("nets", [name for _, name in socket.if_nameindex()])
print("warm", [line for line in open("/proc/net/unix") if "tfcards" in line])
"""
    _, events = grade(tmp_path, code, "auto")
    said = "".join(event["text"] for event in events if event["ev"] == "log")
    assert "checks False" in said
    assert "beside ['home', 'work']" in said
    assert "processes True" in said
    assert "powers 0000000000000000" in said
    assert "written Read-only file system" in said
    assert "nets ['lo']" in said
    assert "warm []" in said


ASKS_FOR_A_RUN = f"""
import json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tiny_lab import tiny
from tfcards.labs import running
running.run(
    tiny(), {{"sums.py": {FAMILY!r}}}, Path(sys.argv[2]), seed=1, isolation=sys.argv[3],
    on_event=lambda event: print(json.dumps(event), flush=True),
)
"""


@pytest.mark.tensorflow
@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("isolation", dict.fromkeys(["basic", CAGED]))
@pytest.mark.parametrize("victim", ["supervisor", "its worker", "who asked for it"])
def test_a_warm_run_leaves_no_orphan(tmp_path: Path, isolation: str, victim: str) -> None:
    run = tmp_path / "run"
    command = [sys.executable, "-c", ASKS_FOR_A_RUN, str(Path(__file__).parent), str(run)]
    with subprocess.Popen([*command, isolation], stdout=subprocess.PIPE, text=True) as asking:
        wait_for(asking, "started")
        supervisor = psutil.Process(json.loads((run / "state.json").read_text())["pid"])
        assert supervisor.ppid() not in (asking.pid, os.getpid())
        order = job.read(run)
        assert grown(order.token, 4)
        killed = {
            "supervisor": supervisor,
            "its worker": supervisor.children()[0],
            "who asked for it": psutil.Process(asking.pid),
        }
        killed[victim].kill()
        assert gone(order.token)
        assert not psutil.wait_procs([supervisor], 10)[1]


DIES_BESIDE_A_RUN = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tiny_lab import solution, tiny
from tfcards.labs import running, warm
from tfcards.labs.run_process import RunProcess
run = Path(sys.argv[2])
with warm.served():
    code = solution("import time; print('started', flush=True); time.sleep(1)")
    running.prepare(tiny(), code, run, seed=1)
    with RunProcess(running.command_for(run), run) as supervisor:
        for line in supervisor.lines:
            print(line.decode(), flush=True)
"""


@pytest.mark.tensorflow
def test_a_warm_run_outlives_a_window_that_is_killed(tmp_path: Path) -> None:
    run = tmp_path / "run"
    command = [sys.executable, "-c", DIES_BESIDE_A_RUN, str(Path(__file__).parent), str(run)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as window:
        wait_for(window, "started")
        supervisor = psutil.Process(json.loads((run / "state.json").read_text())["pid"])
        assert supervisor.ppid() != window.pid
        window.kill()
    psutil.wait_procs([supervisor], 30)
    result = results.read(run)
    assert result is not None
    assert result.outcome is Outcome.PASSED
    assert gone(job.read(run).token)


def test_a_run_outlives_the_server_it_came_from(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NAME_VARIABLE, name)
    run = tmp_path / "run"
    code = solution("import time\nprint('started', flush=True)\ntime.sleep(1)")
    running.prepare(tiny(), code, run, seed=1, isolation="basic")
    with RunProcess(running.command_for(run), run) as asked:
        assert any(b"started" in line for line in asked.lines)
        supervisor = psutil.Process(json.loads((run / "state.json").read_text())["pid"])
        server = supervisor.parent()
        assert server is not None
        assert server.pid != os.getpid()
        server.send_signal(signal.SIGKILL)
        assert b'"bye"' in asked.lines.read()
    result = results.read(run)
    assert result is not None
    assert result.outcome is Outcome.PASSED
