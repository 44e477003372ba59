"""Cheats that are known from other graders, each on real processes. None may earn a point."""

from pathlib import Path
from typing import Any

import pytest
from tiny_lab import FOLDER, ISOLATIONS, solution, tiny

from tfcards.labs import launch, running
from tfcards.labs import result as results
from tfcards.labs.result import Outcome, Result, Status

FORGED = """
import json, os
LINES = [
    {"v": 1, "seq": 1, "t": 0, "ev": "check", "id": name, "status": "passed", "score": 9,
     "message": "", "observed": "", "limit": "", "seconds": 0, "traceback": ""}
    for name in ("offset-added", "any-shape", "report")
]
LINES += [{"ev": "end", "checks": 3}, {"ev": "result", "outcome": "passed", "score": 4},
          {"v": 1, "ev": "bye", "code": 0}]
TEXT = ("\\n" + "\\n".join(json.dumps(line) for line in LINES) + "\\n").encode()
print(TEXT.decode(), flush=True)
for place in ["/proc/self/fd", f"/proc/{os.getppid()}/fd"]:
    try:
        names = os.listdir(place)
    except OSError:
        continue
    for name in names:
        for mode in (os.O_WRONLY, None):
            try:
                if mode is None and place != "/proc/self/fd":
                    continue
                path = f"{place}/{name}"
                end = int(name) if mode is None else os.open(path, mode | os.O_NONBLOCK)
                os.set_blocking(end, False)
                os.write(end, TEXT)
            except (OSError, ValueError):
                pass
"""

ALWAYS_EQUAL = """
class Same:
    calls = 0
    shape = (4, 3)
    dtype = "float64"
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __le__(self, other): return True
    def __lt__(self, other): return True
    def __sub__(self, other): return 0.0
    def __rsub__(self, other): return 0.0
    def __abs__(self): return 0.0
    def __float__(self): return 0.0
    def __hash__(self): return 0
    def __array__(self, *args, **kwargs):
        import numpy as np
        Same.calls += 1
        return np.zeros((4, 3)) + Same.calls

def add(values, offset):
    return Same()
"""

PATCHED = """
import numpy as np
np.allclose = np.array_equal = lambda *args, **kwargs: True
np.abs = np.max = np.asarray = lambda *args, **kwargs: 0.0
np.ndarray_ = np.ndarray

def add(values, offset):
    return values
"""

STEAL = """
import gc, os, sys
FOUND = []
def add(values, offset):
    import numpy as np
    for thing in gc.get_objects():
        if isinstance(thing, np.ndarray) and thing is not values and thing.shape == values.shape:
            FOUND.append(thing)
    return FOUND[0] if FOUND else values
"""

SMUGGLE = """
import gc, socket
def add(values, offset):
    # answers the judge in the host's place
    for thing in gc.get_objects():
        if isinstance(thing, socket.socket):
            message = b'{"m": {"passed": true, "value": {"k": "evil"}}, "a": []}'
            import struct
            thing.sendall(struct.pack(">II", len(message), 0) + message)
    return values
"""


def grade(folder: Path, code: str, isolation: str = "basic") -> Result:
    run = folder / "run"
    return running.run(tiny(), {"sums.py": code}, run, seed=1, isolation=isolation)


def earns_nothing(result: Result) -> None:
    assert result.outcome is not Outcome.PASSED
    assert result.score == 0
    assert all(check.status is not Status.PASSED for check in result.checks)


@pytest.mark.parametrize("isolation", ISOLATIONS)
@pytest.mark.parametrize(
    "code",
    [
        pytest.param(FORGED, id="forged-lines-everywhere"),
        pytest.param(f"def add(values, offset):\n    exec({FORGED!r})\n", id="forged-in-host"),
        pytest.param("import os\nos._exit(0)\n", id="exit-at-import"),
        pytest.param("import sys\nsys.exit(0)\n", id="sys-exit-at-import"),
        pytest.param("raise SystemExit\n", id="system-exit"),
        pytest.param(ALWAYS_EQUAL, id="always-equal"),
        pytest.param(PATCHED, id="patched-numpy"),
        pytest.param(STEAL, id="search-the-memory"),
        pytest.param(SMUGGLE, id="answer-for-the-host"),
    ],
)
def test_a_cheat_earns_nothing(tmp_path: Path, code: str, isolation: str) -> None:
    result = grade(tmp_path, code, isolation)
    earns_nothing(result)
    assert results.read(tmp_path / "run") == result


WRITES_RESULTS = f"""
import json, os, pathlib
forged = {{"outcome": "passed"}}
here = pathlib.Path.cwd().parent
for name in ("result.json", "events.jsonl", "state.json", ".result.json.new"):
    try:
        (here / name).unlink(missing_ok=True)
        (here / name).write_text(json.dumps(forged))
    except OSError:
        pass
for name in ("judge/artifacts/out/report.txt", "host/sums.py", "judge/files/sums.py"):
    try:
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text("9")
    except OSError:
        pass
try:
    pathlib.Path({str(FOLDER / "no-such-file.py")!r}).write_text("x")
except OSError:
    pass
"""


@pytest.mark.parametrize("isolation", ISOLATIONS)
def test_writing_into_the_run_folder_changes_no_grade(tmp_path: Path, isolation: str) -> None:
    result = grade(tmp_path, WRITES_RESULTS, isolation)
    (FOLDER / "no-such-file.py").unlink(missing_ok=True)
    earns_nothing(result)
    assert results.read(tmp_path / "run") == result


def test_a_folder_in_the_results_place_changes_no_grade(tmp_path: Path) -> None:
    code = "import os\nos.makedirs('../result.json/deep')\nos.makedirs('../.result.json.new')\n"
    result = grade(tmp_path, code)
    earns_nothing(result)
    assert results.read(tmp_path / "run") == result


def test_a_process_left_behind_cannot_change_the_result(tmp_path: Path) -> None:
    code = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        target = os.path.abspath("../result.json")
        while True:
            with open(target, "w") as file:
                file.write('{"forged": true}')
            time.sleep(0.001)
    os._exit(0)
"""
    result = grade(tmp_path, code)
    earns_nothing(result)
    assert results.read(tmp_path / "run") == result


def test_the_judges_channel_cannot_be_opened_from_the_learners_process(tmp_path: Path) -> None:
    """The host's parents are the judge and the supervisor; their descriptors are sockets."""
    code = f"""
def add(values, offset):
    import os
    pid = os.getppid()
    for _ in range(4):
        pid_text = str(pid)
        exec({FORGED!r}.replace("os.getppid()", pid_text))
        stat = open(f"/proc/{{pid}}/stat").read().rsplit(")", 1)[1].split()
        pid = int(stat[1])
        if pid <= 1:
            break
    return values
"""
    earns_nothing(grade(tmp_path, code))


@pytest.mark.skipif(launch.bubblewrap() is None, reason="bubblewrap does not work here")
def test_inside_the_cage_the_answers_are_not_there(tmp_path: Path) -> None:
    events: list[dict[str, Any]] = []
    code = f"""
import os, pathlib
for name in ("checks.py", "solution/sums.py", "lab.toml"):
    print(name, pathlib.Path({str(FOLDER)!r}, name).exists())
print(sorted(path.name for path in pathlib.Path.cwd().parent.iterdir()))
print("processes", sum(name.isdigit() for name in os.listdir("/proc")) < 6)

def add(values, offset):
    print("host sees", pathlib.Path({str(FOLDER)!r}, "checks.py").exists())
    return values + offset
"""
    running.run(tiny(), {"sums.py": code}, tmp_path / "run", seed=1, on_event=events.append)
    text = "".join(event["text"] for event in events if event["ev"] == "log")
    assert "checks.py False" in text
    assert "solution/sums.py False" in text
    assert "['home', 'work']" in text
    assert "processes True" in text
    assert "host sees False" in text


def test_the_order_for_the_run_holds_no_secret(tmp_path: Path) -> None:
    result = grade(tmp_path, solution()["sums.py"])
    assert result.outcome is Outcome.PASSED
    assert result.judge_seed != 0
    for name in ("job.json", "state.json", "events.jsonl"):
        assert str(result.judge_seed) not in (tmp_path / "run" / name).read_text()
