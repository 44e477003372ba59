"""What Landlock holds: no answers read, nothing written outside, no process reached, no way out."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
from test_grading_attacks import earns_nothing
from test_walls import LOOKS
from tiny_lab import copy, solution, tiny

import tfcards
from tfcards.labs import running, warm
from tfcards.labs.content.manifest import Lab, load
from tfcards.labs.result import Outcome, Result
from tfcards.warm import fence
from tfcards.warm.client import listen

pytestmark = pytest.mark.skipif(
    fence.version() < fence.LEAST, reason="this kernel has no Landlock, or one too old"
)
SCOPED = pytest.mark.skipif(
    fence.version() < 6, reason="this kernel's Landlock holds no signals and no sockets"
)

START = """
import sys
sys.path.insert(0, {root!r})
from tfcards.warm import fence
{before}
fence.put_up(sys.argv)
def told(act):
    try:
        print("done", act() or "")
    except OSError as error:
        print(error.strerror)
{code}
"""


@pytest.fixture
def places(tmp_path: Path) -> Path:
    """A run's folder with a file of ours in it, and one beside."""
    for name in ("run/work", "run/home", "beside"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "run" / "job.json").write_text("order")
    (tmp_path / "beside" / "text").write_text("plain")
    return tmp_path


def fenced(places: Path, code: str, before: str = "") -> "subprocess.CompletedProcess[str]":
    run = places / "run"
    asked = fence.asked((run / "work", run / "home"), (run,))
    root = str(Path(tfcards.__file__).parents[1])
    text = START.format(root=root, before=before, code=code)
    return subprocess.run(
        [sys.executable, "-I", "-c", text, "given", *asked],
        cwd=run / "work",
        capture_output=True,
        text=True,
        check=False,
    )


def lines(places: Path, code: str) -> list[str]:
    done = fenced(places, code)
    assert done.returncode == 0, done.stderr
    return [line.strip() for line in done.stdout.splitlines()]


# ---- the fence itself


def test_what_is_hidden_cannot_be_read_and_all_else_can(places: Path) -> None:
    (places / "link").symlink_to(places)
    code = f"""
import os
here = {str(places)!r}
told(lambda: open("../job.json").read())
told(lambda: open(here + "/link/run/job.json").read())
told(lambda: os.link("../job.json", "linked"))
told(lambda: os.rename("../job.json", "moved"))
told(lambda: open(here + "/beside/text").read())
told(lambda: sorted(os.listdir("..")))
told(lambda: bool(open("/dev/urandom", "rb").read(1)))
print(sys.argv[1:])
"""
    denied = "Permission denied"
    said = lines(places, code)
    assert said[:2] == [denied, denied]
    assert said[2] in {denied, "Invalid cross-device link"}
    assert said[3] == denied
    assert said[4:6] == ["done plain", "done ['home', 'job.json', 'work']"]
    assert said[6:] == ["done True", "['given']"]


def test_nothing_is_written_but_in_its_folders(places: Path) -> None:
    code = f"""
import multiprocessing, os, pathlib, tempfile
beside = pathlib.Path({str(places / "beside")!r})
told(lambda: (beside / "text").write_text("other"))
told(lambda: (beside / "new").write_text("new"))
told(lambda: (beside / "new").mkdir())
told(lambda: (beside / "text").unlink())
told(lambda: os.rename("../work", "../away"))
told(lambda: os.mknod("disk", 0o600 | 0o060000, os.makedev(7, 0)))
pathlib.Path("a/b").mkdir(parents=True)
pathlib.Path("a/b/file").write_text("mine")
os.rename("a/b/file", "../home/file")
os.mkfifo("pipe")
os.symlink("../home/file", "link")
pathlib.Path("/dev/null").write_text("nothing")
multiprocessing.Lock()
print(pathlib.Path("link").read_text())
"""
    *denied, written = lines(places, code)
    refused = {"Permission denied", "Operation not permitted"}  # the second to a user without root
    assert len(denied) == 6
    assert set(denied) <= refused
    assert written == "mine"
    assert (places / "beside" / "text").read_text() == "plain"


@pytest.mark.skipif(fence.version() < 3, reason="this kernel's Landlock lets files be cut")
def test_nothing_is_cut_short_outside(places: Path) -> None:
    code = f"import os\ntold(lambda: os.truncate({str(places / 'beside' / 'text')!r}, 0))"
    assert lines(places, code) == ["Permission denied"]


def test_what_it_starts_is_behind_the_same_fence(places: Path) -> None:
    code = """
import os, subprocess
if os.fork() == 0:
    os.setsid()
    told(lambda: open("../job.json").read())
    sys.stdout.flush()
    os._exit(0)
os.wait()
subprocess.run([sys.executable, "-I", "-c", "open('../job.json')"], stderr=subprocess.STDOUT)
"""
    done = fenced(places, code)
    assert done.stdout.startswith("Permission denied\n")
    assert "PermissionError" in done.stdout


def test_no_process_outside_can_be_looked_into(places: Path) -> None:
    code = """
import os
for name in ("mem", "environ", "maps", "fd/0", "root/etc/passwd"):
    told(lambda: open(f"/proc/{os.getppid()}/{name}", "rb").close())
told(lambda: open("/proc/self/mem", "rb").close())
"""
    assert lines(places, code) == ["Permission denied"] * 5 + ["done"]


@pytest.mark.parametrize("version", [2, 3, 5])
def test_rules_of_older_kernels_hold_what_they_can(places: Path, version: int) -> None:
    code = f"""
import os
told(lambda: open("../job.json").read())
told(lambda: open({str(places / "beside" / "text")!r}, "a").close())
open("file", "w").write("mine")
os.rename("file", "../home/file")
os.truncate("../home/file", 2)
print(open("../home/file").read())
"""
    done = fenced(places, code, f"fence.version = lambda: {version}")
    assert done.stdout.splitlines() == ["Permission denied"] * 2 + ["mi"], done.stderr


@SCOPED
def test_no_process_outside_can_be_called_or_signalled(places: Path) -> None:
    name = f"test-fence-{os.getpid()}"
    with listen(name):
        code = f"""
import os, socket
told(lambda: os.kill(os.getppid(), 0))
told(lambda: socket.socket(socket.AF_UNIX).connect("\\0tfcards-{name}"))
"""
        assert lines(places, code) == ["Operation not permitted"] * 2


def test_a_process_that_cannot_be_fenced_in_ends(places: Path) -> None:
    threads = """
import threading
threading.Thread(target=threading.Event().wait, daemon=True).start()
"""
    done = fenced(places, "print('went on')", threads)
    assert (done.returncode, done.stdout) == (fence.UNFENCED, "")
    assert "could not be fenced in: it has 2 threads" in done.stderr


def test_as_little_as_can_be_is_left_out(places: Path) -> None:
    hidden = [str(places / "run"), str(places / "run" / "work")]
    assert list(fence.outside(hidden, str(places))) == [str(places / "beside")]
    assert list(fence.outside(hidden, hidden[0])) == []
    assert list(fence.outside([], "/")) == ["/"]
    top = list(fence.outside(hidden))
    assert str(places) not in top
    assert "/" not in top
    assert not [path for path in top if hidden[0].startswith(f"{path}/")]


# ---- runs

STEALS = """
import json, pathlib
try:
    lab = pathlib.Path(json.loads(pathlib.Path("../job.json").read_text())["lab_folder"])
except OSError as error:
    print("order:", error.strerror)
    lab = pathlib.Path(LAB)
def run(name):
    names = {"__name__": name}
    exec((lab / "solution" / "sums.py").read_text(), names)
    return names
def add(values, offset):
    return run("theirs")["add"](values, offset)
if __name__ == "__main__":
    run("__main__")
"""
FORGED = """
from tfcards.labkit import check
for name in ("offset-added", "any-shape", "report"):
    globals()[name] = check(name, title=name)(lambda lab: lab.passed("forged"))
"""
COMPILES = f"""
import importlib._bootstrap_external as external, importlib.util, pathlib
checks = pathlib.Path(LAB, "checks.py")
forged = external._code_to_hash_pyc(compile({FORGED!r}, str(checks), "exec"), bytes(8), False)
cached = pathlib.Path(importlib.util.cache_from_source(str(checks)))
def add(values, offset):
    write()
    return values
def write():
    cached.parent.mkdir(exist_ok=True)
    cached.write_bytes(forged)
if __name__ == "__main__":
    write()
"""
OVERWRITES = f"""
import pathlib
def add(values, offset):
    pathlib.Path(LAB, "checks.py").write_text({FORGED!r})
    return values
"""
OPENS_OURS = """
import pathlib, sys
import tfcards.labkit.api
for module in list(sys.modules.values()):
    path = getattr(module, "__file__", None) or ""
    if "tfcards" in path or "numpy" in path:
        try:
            open(path, "r+b").close()
        except PermissionError:
            continue
        print("opened", path)
print("looked at", tfcards.labkit.api.__file__)
def add(values, offset):
    return values
"""


def against(folder: Path, code: str) -> dict[str, str]:
    """Code that knows where its lab is."""
    return {"sums.py": f"LAB = {str(folder)!r}\n{code}"}


def grade(
    folder: Path, lab: Lab, code: dict[str, str], **more: Any
) -> tuple[Result, list[dict[str, Any]]]:
    events: list[dict[str, Any]] = []
    result = running.run(
        lab, code, folder / "run", seed=1, isolation="landlock", on_event=events.append, **more
    )
    return result, events


def said(events: list[dict[str, Any]]) -> str:
    return "".join(event["text"] for event in events if event["ev"] == "log")


@pytest.mark.parametrize("means", ["auto", "portable"])
def test_a_fenced_run_is_the_same_run(tmp_path: Path, means: str) -> None:
    show = "print(open('/proc/self/status').read().partition('NoNewPrivs:')[2].split()[0])"
    result, events = grade(tmp_path, tiny(), solution(show), means=means)
    assert result.outcome is Outcome.PASSED, result
    assert result.isolation == events[0]["isolation"] == "landlock"
    assert said(events).split()[-2:] == ["1", "1"]  # the run, then the host


def test_the_solution_is_out_of_reach(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    code = against(folder, STEALS)
    result, events = grade(tmp_path, load(folder), code)
    earns_nothing(result)
    assert said(events).startswith("order: Permission denied\n")
    assert "Permission denied" in result.checks[0].message
    free = running.run(load(folder), code, tmp_path / "free", seed=1, isolation="basic")
    assert free.outcome is Outcome.PASSED  # without a fence it is there to be read


@pytest.mark.parametrize(
    "code", [pytest.param(COMPILES, id="compiled"), pytest.param(OVERWRITES, id="rewritten")]
)
def test_the_checks_cannot_be_changed(tmp_path: Path, code: str) -> None:
    folder = copy(tmp_path)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    result, _ = grade(tmp_path, load(folder), against(folder, code))
    earns_nothing(result)
    assert "Permission denied" in result.checks[0].message
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_what_judges_cannot_be_changed(tmp_path: Path) -> None:
    result, events = grade(tmp_path, tiny(), {"sums.py": OPENS_OURS})
    earns_nothing(result)
    assert f"looked at {Path(tfcards.__file__).parent}" in said(events)
    assert "opened" not in said(events)


def test_a_run_looks_into_no_process_above_it(tmp_path: Path) -> None:
    _, events = grade(tmp_path, tiny(), {"sums.py": LOOKS})
    found = [line for line in said(events).splitlines() if line.startswith("open")]
    assert found
    assert set(found) == {"open"}


NESTED = """
import ctypes, struct, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tiny_lab import solution, tiny
from tfcards.labs import running
library = ctypes.CDLL(None)
library.prctl(38, 1, 0, 0, 0)
for _ in range(16):  # as many as the kernel lets be around a process
    ruleset = library.syscall(444, struct.pack("=Q", 1 << 11), 8, 0)
    assert library.syscall(446, ruleset, 0) == 0
running.run(tiny(), solution("print('ran')"), Path(sys.argv[2]), seed=1, isolation="landlock")
"""


def test_a_run_that_cannot_be_fenced_in_does_not_begin(tmp_path: Path) -> None:
    run = tmp_path / "run"
    command = [sys.executable, "-c", NESTED, str(Path(__file__).parent), str(run)]
    subprocess.run(command, check=True)
    result = json.loads((run / "result.json").read_text())
    ours = result["extra_data"]["tfcards"]
    assert (ours["outcome"], ours["isolation"]) == ("grader_error", "landlock")
    assert (
        "Your code was not run. This process could not be fenced in: Landlock" in result["output"]
    )
    assert not list((run / "work").glob("out"))
    assert '"ran\\n"' not in (run / "events.jsonl").read_text()


@pytest.mark.tensorflow
@pytest.mark.skipif(
    psutil.virtual_memory().available < warm.LEAST_FREE, reason="no memory for a warm start"
)
def test_warm_runs_are_fenced_too(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    with warm.served():
        result, events = grade(tmp_path / "good", load(folder), solution())
        cheat, _ = grade(tmp_path / "bad", load(folder), against(folder, STEALS))
    assert events[0]["warm"]
    assert (result.outcome, result.isolation) == (Outcome.PASSED, "landlock")
    earns_nothing(cheat)
