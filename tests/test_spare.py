"""Spare processes: given out once, marked, let go; a whole run; the way of other systems."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from test_supervisor import FAMILY, LIMITS, alive, gone, grown, wait_for
from tiny_lab import FENCES, solution, tiny

from tfcards.labs import launch, processes, running, warm
from tfcards.labs import result as results
from tfcards.labs.job import Limits
from tfcards.labs.result import Outcome
from tfcards.warm.client import SPARES_VARIABLE, Streams, connect, listen
from tfcards.warm.order import Refused

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="spares need Unix sockets")

JSON = "json.tool"  # a small module with a main(): reads standard input, writes standard output
RUN = "tfcards.labkit.run"

# The package as macOS would import it: what the modules need of the system is loaded before.
FOREIGN = """
import ctypes, importlib, os, resource, select, signal, socket, struct, subprocess, tempfile
import psutil, runpy, sys, threading, time
sys.platform = "darwin"
root = sys.argv.pop(1)
sys.path.insert(0, root)
"""
ELSEWHERE = FOREIGN + "runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"
ASKS = f"""{FOREIGN}
from pathlib import Path
from tfcards.warm.client import Streams, connect
door = connect(sys.argv[1])
asked = door.start(sys.argv[2:], Path.cwd(), dict(os.environ), Streams(0, 1, 2))
sys.exit(asked.wait())
"""
LISTENS = f"""{FOREIGN}
from tfcards.warm.client import listen
listener = listen(sys.argv[1])
command = [sys.executable, "-I", "-c", {ELSEWHERE!r}, root, "tfcards.warm.keeper"]
command += [str(listener.fileno()), sys.argv[1], "json.tool"]
sys.exit(subprocess.run(command, pass_fds=(listener.fileno(),)).returncode)
"""


@pytest.fixture
def name(request: pytest.FixtureRequest) -> Iterator[str]:
    """A keeper whose spares have imported the module that the test names, json.tool unless."""
    module = getattr(request, "param", JSON)
    name = f"spare-{os.getpid()}"
    listener = listen(name)
    command = launch.python("tfcards.warm.keeper", str(listener.fileno()), name, module)
    ends = (listener.fileno(),)
    variables = launch.environment(Path(tempfile.gettempdir()), 0, warm.NO_TOKEN)
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=variables, pass_fds=ends) as keeper:
        listener.close()
        yield name
        assert keeper.stdin is not None
        keeper.stdin.close()
        try:
            assert keeper.wait(10) in {0, -signal.SIGKILL}
        finally:
            keeper.kill()


def ask(name: str, text: str, folder: Path) -> tuple[int, int, str]:
    """What json.tool in a spare makes of a text: its process, exit code and output."""
    asked, told = os.pipe(), os.pipe()
    os.write(asked[1], text.encode())
    os.close(asked[1])
    door = connect(name)
    process = door.start(launch.python(JSON), folder, {}, Streams(asked[0], told[1], told[1]))
    for end in (asked[0], told[1]):
        os.close(end)
    door.close()
    with os.fdopen(told[0]) as said:
        return process.pid, process.wait(10), said.read()


def test_each_order_gets_a_spare_of_its_own(name: str, tmp_path: Path) -> None:
    first, code, said = ask(name, "[1]", tmp_path)
    assert (code, said) == (0, "[\n    1\n]\n")
    second, code, said = ask(name, "[", tmp_path)
    assert code == 1
    assert "Expecting" in said
    assert first != second


def test_a_spare_is_found_by_its_mark_and_dies_when_it_is_let_go(name: str, tmp_path: Path) -> None:
    held = os.pipe()
    door = connect(name)
    process = door.start(launch.python(JSON), tmp_path, {}, Streams(held[0], 1, 2))
    door.close()
    assert [one.pid for one in alive(process.mark)] == [process.pid]
    process._control.close()
    assert gone(process.mark)
    for end in held:
        os.close(end)


def test_only_what_was_imported_is_given_out(name: str, tmp_path: Path) -> None:
    door = connect(name)
    with pytest.raises(Refused, match=RUN):
        door.start(launch.python(RUN), tmp_path, {}, Streams(0, 1, 2))
    door.close()


@pytest.mark.parametrize("name", ["no_such_module"], indirect=True)
def test_what_cannot_be_imported_is_not_waited_for(name: str, tmp_path: Path) -> None:
    try:
        door = connect(name)
    except Refused:  # it has found out already
        return
    with pytest.raises(Refused):
        door.start(launch.python("no_such_module"), tmp_path, {}, Streams(0, 1, 2))
    door.close()


@pytest.mark.parametrize("name", [RUN], indirect=True)
@pytest.mark.parametrize("isolation", ["basic", *FENCES])
def test_a_run_from_a_spare_is_the_same_run(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, isolation: str
) -> None:
    monkeypatch.setenv(SPARES_VARIABLE, f"none:{name}")
    show = "import os, sys\nprint(sorted(os.environ), sys.argv, os.getppid(), os.getcwd())\n"
    events: list[dict[str, object]] = []
    result = running.run(
        tiny(),
        solution(show),
        tmp_path / "run",
        seed=1,
        isolation=isolation,
        on_event=events.append,
    )
    assert (result.outcome, result.isolation) == (Outcome.PASSED, isolation)
    said = "".join(str(event["text"]) for event in events if event["ev"] == "log")
    keeper = [
        one.pid for one in psutil.Process().children() if "tfcards.warm.keeper" in one.cmdline()
    ]
    assert f" {keeper[0]} {(tmp_path / 'run' / 'work').resolve()}\n" in said
    assert "sums.py'] " in said
    assert SPARES_VARIABLE not in said


@pytest.mark.parametrize("name", [RUN], indirect=True)
@pytest.mark.parametrize("victim", ["nobody", "guard", "worker"])
def test_a_run_from_a_spare_leaves_nothing_behind(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, victim: str
) -> None:
    monkeypatch.setenv(SPARES_VARIABLE, f"none:{name}")
    run = tmp_path / "run"
    order = running.prepare(tiny(), {"sums.py": FAMILY}, run, seed=1, isolation="basic")
    with subprocess.Popen(
        running.command_for(run), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as supervisor:
        wait_for(supervisor, "started")
        assert grown(order.token, 4)
        if victim == "nobody":
            supervisor.communicate('{"stop": true}\n', timeout=15)
            found = results.read(run)
            assert found is not None
            assert found.outcome is Outcome.CANCELLED
        elif victim == "guard":
            supervisor.kill()
        else:
            psutil.Process(supervisor.pid).children()[0].kill()
        assert gone(order.token)


@pytest.mark.parametrize("name", [RUN], indirect=True)
def test_a_run_from_a_spare_is_held_to_its_memory(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SPARES_VARIABLE, f"none:{name}")
    code = "hog = []\nwhile True:\n    hog.append(b'x' * 2**24)\n"
    lab = replace(tiny(), limits=LIMITS)
    result = running.run(lab, {"sums.py": code}, tmp_path / "run", seed=1, isolation="basic")
    assert result.outcome is Outcome.OUT_OF_MEMORY


@pytest.mark.tensorflow
@pytest.mark.skipif(
    bool(warm.hindrance("spare")), reason="spares need TensorFlow and memory to spare"
)
def test_a_spare_has_tensorflow_when_the_run_begins(tmp_path: Path) -> None:
    ask_it = "import sys\nprint('loaded', 'tensorflow' in sys.modules)\n"
    events: list[dict[str, object]] = []
    lab = replace(tiny(), framework="tensorflow", limits=Limits())
    with warm.served("spare"):
        result = running.run(
            lab,
            solution(before=ask_it),
            tmp_path / "run",
            seed=1,
            isolation="basic",
            on_event=events.append,
        )
    assert result.counts, result.message
    said = "".join(str(event["text"]) for event in events if event["ev"] == "log")
    assert "loaded True" in said


# ---- as another system does it


def test_spares_are_given_out_where_addresses_are_files(tmp_path: Path) -> None:
    root = str(Path(launch.__file__).parents[2])
    address = tmp_path / "tfcards-elsewhere"
    variables = os.environ | {"TMPDIR": str(tmp_path)}
    command = [sys.executable, "-I", "-c", LISTENS, root, "elsewhere"]
    with subprocess.Popen(command, env=variables, stdin=subprocess.PIPE) as keeper:
        wait_until(address.exists)
        done = subprocess.run(
            [sys.executable, "-I", "-c", ASKS, root, "elsewhere", *launch.python(JSON)],
            env=variables,
            input="[2]",
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == "[\n    2\n]\n"
        assert done.stderr == ""
        assert keeper.stdin is not None
        keeper.stdin.close()
        assert keeper.wait(10) == 0
    assert not address.exists()


def test_the_end_of_a_parent_is_seen_without_the_kernel(tmp_path: Path) -> None:
    root = str(Path(launch.__file__).parents[2])
    told = tmp_path / "told"
    child = (
        f"import sys, time; sys.path.insert(0, {root!r}); from pathlib import Path\n"
        "from tfcards.warm import system\n"
        f"system.at_end_of_parent(lambda: Path({str(told)!r}).write_text('gone'))\n"
        "print('ready', flush=True)\n"
        f"while not Path({str(told)!r}).exists(): time.sleep(0.05)\n"
    )
    parent = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {child!r}]).wait()"
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == b"ready\n"
        assert not told.exists()
        started.kill()
        started.stdout.read()  # until the child has ended too
    assert told.read_text() == "gone"


def test_a_marked_process_is_swept_wherever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    token = "c4" * 16
    monkeypatch.setenv(processes.SOUGHT, "")
    sleeps = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)"]
    parent = (
        "import subprocess as s\n"
        f"print(s.Popen({sleeps!r}, stdout=s.DEVNULL, start_new_session=True).pid)"
    )
    variables = os.environ | {launch.MARK: token}
    done = subprocess.run(
        [sys.executable, "-c", parent], env=variables, stdout=subprocess.PIPE, check=True
    )
    orphan = int(done.stdout)
    others = {one.pid for one in processes.descendants()}
    assert orphan not in others
    processes.seek(token)
    assert orphan in {one.pid for one in processes.descendants()}
    assert processes.sweep(spared=others)
    assert gone(token)


def wait_until(seen: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if seen():
            return
        time.sleep(0.02)
    pytest.fail("it never came")


FEW = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
from tfcards.warm.become import ABOVE, moved
print(moved([os.open(os.devnull, os.O_RDONLY) for _ in range(4)], ABOVE))
"""


def test_descriptors_are_put_out_of_the_way_where_few_are_allowed_at_first() -> None:
    done = subprocess.run([sys.executable, "-c", FEW], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[512, 513, 514, 515]\n", "")


TOO_LONG = f"""{FOREIGN}
import json.tool, tempfile
tempfile.tempdir = sys.argv.pop(1)
from tfcards.labs.warm import WarmServer
variables = {{}}
print(WarmServer(variables).wake(), variables)
"""


def test_no_server_is_kept_where_its_address_would_be_too_long(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100)
    deep.mkdir()
    root = str(Path(launch.python("x")[-2]))
    command = [sys.executable, "-W", "error", "-c", TOO_LONG, root, str(deep)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("False {}\n", "")
