"""The ways that Windows and macOS alone go, gone on Linux to their end: see tests/elsewhere.py."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from test_supervisor import FAMILY, LIMITS, gone, grown, wait_for
from tiny_lab import tiny

import tfcards
from tfcards.labs import job, launch, processes, running

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the other systems are imitated")

TESTS = Path(__file__).parent
BEGIN = f"""
import json, subprocess, sys, threading, time
sys.path[:0] = [{str(Path(tfcards.__file__).parents[1])!r}, {str(TESTS)!r}]
from dataclasses import replace
from pathlib import Path
from tiny_lab import solution, tiny
from tfcards.labs import running
from tfcards.labs.supervision.means import means_of
folder = Path(sys.argv[1])

def run(code, **limits):
    lab = tiny()
    lab = replace(lab, limits=replace(lab.limits, **limits))
    return running.run(lab, solution(code), folder / "run", seed=1)

def said():
    lines = (folder / "run" / "events.jsonl").read_bytes().splitlines()
    return "".join(json.loads(line).get("text", "") for line in lines)

def tell(**found):
    print(json.dumps(found))
"""


def python(platform: str, folder: Path) -> Path:
    """A Python that takes itself to be on another system."""
    program = folder / "python"
    command = [sys.executable, "-I", "-B", "-u", "-X", "utf8", str(TESTS / "elsewhere.py")]
    start = shlex.join((*command, platform, str(program)))
    program.write_text(f'#!/bin/sh\nexec {start} "$@"\n')
    program.chmod(0o755)
    return program


def variables(folder: Path) -> dict[str, str]:
    """An environment with no other program on its path, and so without a cage."""
    return os.environ | {"PATH": str(folder / "nowhere")}


@pytest.fixture(params=["win32", "darwin"])
def there(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Any]:
    """Runs code on another system and gives back what it tells."""
    program = python(request.param, tmp_path)

    def run(code: str) -> Any:
        done = subprocess.run(
            [program, "-c", BEGIN + code, str(tmp_path)],
            env=variables(tmp_path),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout) | {"platform": request.param}

    return run


GRADED = """
left = '''
import subprocess, sys
if __name__ == "__main__":
    flags = {"creationflags": 0x200} if sys.platform == "win32" else {}
    sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
    subprocess.Popen(sleep, start_new_session=True, **flags)
'''
result = run(left)
from tfcards.errors import UnavailableError
from tfcards.labs.left.contents import ContentsTask
from tfcards.labs.linkless import open_file
from tfcards.labs.left.produced import produced
work = folder / "run" / "work"
[report] = [one for one in produced(work) if one.path == "out/report.txt"]
(work / "link.txt").symlink_to(folder / "run" / "job.json")
try:
    open_file(work, "link.txt")
    refused = ""
except UnavailableError as error:
    refused = str(error)
means = type(means_of("auto")).__name__
text = ContentsTask(work, report).run().text
tell(result=[result.outcome, result.isolation], means=means, text=text, refused=refused)
"""


def test_a_lab_is_graded_what_it_left_can_be_read_and_nothing_lives_on(
    there: Callable[[str], Any], tmp_path: Path
) -> None:
    found = there(GRADED)
    assert found["result"] == ["passed", "basic"]
    assert found["means"] == ("Portable" if found["platform"] == "win32" else "Posix")
    assert found["text"] == "9"
    assert "cannot be opened" in found["refused"]
    left = processes.marked({job.read(tmp_path / "run").token})
    assert [one for one in left if one.status() != "zombie"] == []


LATE = """
late = '''
if __name__ == "__main__":
    try:
        while True:
            pass
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        raise
'''
result = run(late, seconds=0.5)
tell(outcome=result.outcome, said=said())
"""


def test_a_run_that_takes_too_long_is_interrupted(there: Callable[[str], Any]) -> None:
    found = there(LATE)
    assert found["outcome"] == "timeout"
    assert "interrupted" in found["said"]


STOPPED = """
wait = '''
if __name__ == "__main__":
    import time
    print("started", flush=True)
    time.sleep(600)
'''
results = []
thread = threading.Thread(target=lambda: results.append(run(wait)))
thread.start()
while not (folder / "run" / "events.jsonl").exists() or "started" not in said():
    time.sleep(0.05)
running.stop(folder / "run")
thread.join()
tell(outcome=results[0].outcome, is_alive=running.is_alive(folder / "run"))
"""


def test_another_window_can_stop_a_run(there: Callable[[str], Any]) -> None:
    found = there(STOPPED)
    assert (found["outcome"], found["is_alive"]) == ("cancelled", False)


SNIPPETS = """
from tfcards.errors import UnavailableError
from tfcards.labs.card_code.snippets import Block, SnippetJob, run as run_snippets
from tfcards.labs.supervision.turn import Turn
from tfcards.store.lock import FolderLock
codes = {"sum": "print(1 + 2)", "slow": "import time; time.sleep(600)", "after": "print('alive')"}
jobs = [SnippetJob(name, (Block(code),), framework="none") for name, code in codes.items()]
done = {one.id: one.output or one.message for one in run_snippets(jobs, seconds=2)}
lock = FolderLock(folder / "data")
try:
    FolderLock(folder / "data")
    refused = ""
except UnavailableError as error:
    refused = str(error)
lock.release()
FolderLock(folder / "data").release()
turns = Turn(folder / "queue"), Turn(folder / "queue")
tell(done=done, refused=refused, turns=[one.has_come() for one in turns])
"""


def test_code_of_cards_runs_and_locks_keep_others_out(there: Callable[[str], Any]) -> None:
    found = there(SNIPPETS)
    slow = "It took longer than 2 seconds."
    assert found["done"] == {"sum": "3\n", "slow": slow, "after": "alive\n"}
    assert "Another tfcards has the collection" in found["refused"]
    assert found["turns"] == [True, False]


COMMANDS = """
import contextlib, io
from tfcards.cli import app
from tfcards.errors import TfcardsError
def say(*command):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        app(["--data", str(folder / "data"), *command], standalone_mode=False)
    return said.getvalue()
due = json.loads(say("due", "--json"))
say("backup")
tell(due=due, labs=len(json.loads(say("lab", "list", "--json"))) > 0)
"""


def test_the_commands_work(there: Callable[[str], Any]) -> None:
    found = there(COMMANDS)
    assert found["due"]
    assert found["labs"]


CONSOLE = """
import psutil, shutil
from tfcards.labs import processes
sleep = Path(shutil.copy("/bin/sleep", folder / "conhost.exe")), Path("/bin/sleep")
started = [subprocess.Popen([name, "600"]) for name in sleep]
below = [one.pid for one in processes.descendants()]
for one in started:
    one.kill()
    one.wait()
tell(below=[one.pid in below for one in started])
"""


def test_what_holds_its_own_console_is_none_of_a_runs_processes(
    there: Callable[[str], Any],
) -> None:
    found = there(CONSOLE)
    assert found["below"] == [found["platform"] != "win32", True]


@pytest.mark.parametrize("is_guard", [True, False])
def test_where_the_kernel_tells_nothing_killing_either_of_the_two_leaves_no_orphan(
    tmp_path: Path, is_guard: bool
) -> None:
    """On macOS, that is; on Windows a job does it, and none is imitated."""
    lab, files = replace(tiny(), limits=LIMITS), {"sums.py": FAMILY}
    token = running.prepare(lab, files, tmp_path / "run", seed=1).token
    command = [python("darwin", tmp_path)]
    command += launch.python("tfcards.labs.supervision.supervisor", str(tmp_path / "run"))[1:]
    ends = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=variables(tmp_path), **ends) as supervisor:
        try:
            wait_for(supervisor, "started")
            assert grown(token, 4)
            guard = psutil.Process(supervisor.pid)
            (guard if is_guard else guard.children()[0]).kill()
            assert gone(token)
        finally:
            supervisor.kill()
