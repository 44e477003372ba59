"""More cheats on real processes: odd values, patched modules, planted files, late hands."""

import json
from pathlib import Path

import pytest
from test_grading_attacks import earns_nothing, grade
from tiny_lab import FENCES, FOLDER, ISOLATIONS, copy, solution, tiny

from tfcards.labs import launch, running
from tfcards.labs import result as results
from tfcards.labs.content.manifest import load
from tfcards.labs.result import Outcome, Status

DYING = """
class Dying:
    def __init__(self, values):
        self.values = values
    def __del__(self):
        import os
        raise SystemExit(0)

def add(values, offset):
    return Dying(values)
"""

DYING_AT_THE_END = """
import os
class Dying:
    def __del__(self):
        os._exit(0)
KEPT = Dying()
def add(values, offset):
    global KEPT
    KEPT = None
    return values + offset
"""

STOPPED_CLOCK = """
import time, sys
time.monotonic = time.time = time.perf_counter = lambda: 0.0
time.sleep = lambda seconds: None
def add(values, offset):
    time.monotonic = lambda: -1e9
    return values
"""

PATCHED_PROXY = """
import sys
def add(values, offset):
    host = sys.modules["tfcards.labkit.host"]
    values_module = sys.modules["tfcards.labkit.values"]
    outputs = sys.modules["tfcards.labkit.outputs"]
    channel = sys.modules["tfcards.labkit.channel"]
    good = {"passed": True, "status": "passed", "score": 9, "value": {"k": "none"}}
    outputs.Outputs.capture = lambda self, value, arrays, depth=0: {"k": "object", "v": good}
    send = channel.Channel.send
    channel.Channel.send = lambda self, message, arrays, timeout=None: send(
        self, {**message, **good, "ev": "end", "checks": 3}, arrays, timeout)
    host.Host.answer = lambda self, request, received: (dict(good), [])
    api = sys.modules.get("tfcards.labkit.api")
    if api is not None:
        api.Verdict.__bool__ = lambda self: True
    return values
"""

READ_EVERYTHING = """
import os, pathlib
import numpy as np
def add(values, offset):
    import gc
    numbers = []
    for root in (pathlib.Path.cwd().parent, pathlib.Path(os.environ["HOME"]).parent):
        for path in root.rglob("*"):
            try:
                content = path.read_bytes()
                numbers.append(np.frombuffer(content[: values.nbytes], values.dtype))
            except (OSError, ValueError):
                pass
    pid = os.getppid()
    while pid > 1:
        for name in ("mem", "environ", "cmdline", "maps"):
            try:
                content = open(f"/proc/{pid}/{name}", "rb").read(100_000)
                numbers.append(np.frombuffer(content[: values.nbytes], values.dtype))
            except (OSError, ValueError):
                pass
        try:
            pid = int(open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[1])
        except OSError:
            break
    wanted = [one for one in numbers if one.size == values.size]
    return wanted[-1].reshape(values.shape) if wanted else values
"""

CACHED = """
from pathlib import Path
import numpy as np
PLACES = [Path("answer.npy"), Path.home() / "answer.npy", Path("/tmp/tfcards-test-answer.npy")]
def add(values, offset):
    for place in PLACES:
        if place.exists():
            return np.load(place)
    return np.zeros((4, 3))
if __name__ == "__main__":
    for place in PLACES[:2]:
        np.save(place, np.ones((4, 3)))
"""

PICKLED = """
class Evil:
    def __reduce__(self):
        import os
        return (os._exit, (0,))
def add(values, offset):
    import pickle
    return [Evil(), pickle.dumps(Evil()), {"x": Evil()}]
"""

SUBCLASS = """
import numpy as np
class Array(np.ndarray):
    def __sub__(self, other): return np.zeros(self.shape)
    def __eq__(self, other): return np.ones(self.shape, bool)
    def __array_ufunc__(self, *args, **kwargs): return np.zeros(self.shape)
    def tobytes(self, *args): return b"\\0" * self.nbytes
def add(values, offset):
    return values.view(Array)
"""

TOO_LONG = "def add(values, offset):\n    return ['x' * 1000] * 50_000\n"
TOO_MANY = "def add(values, offset):\n    return [[1] * 1000] * 5000\n"
TOO_LARGE = "import numpy as np\ndef add(values, offset):\n    return np.zeros(600 * 2**20, 'i1')\n"
ENDLESS = """
def add(values, offset):
    nest = []
    nest.append(nest)
    return nest
"""


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(DYING, id="exit-in-del"),
        pytest.param(STOPPED_CLOCK, id="stopped-clock"),
        pytest.param(PATCHED_PROXY, id="patched-proxy"),
        pytest.param(READ_EVERYTHING, id="read-everything"),
        pytest.param(CACHED, id="cached-answer"),
        pytest.param(PICKLED, id="pickled"),
        pytest.param(SUBCLASS, id="array-subclass"),
        pytest.param(TOO_LONG, id="too-long"),
        pytest.param(TOO_MANY, id="too-many"),
        pytest.param(TOO_LARGE, id="too-large"),
        pytest.param(ENDLESS, id="endless"),
        pytest.param("def add(values, offset):\n    return values\n", id="the-input"),
        pytest.param("def add(values, offset):\n    return 0 * values + 1\n", id="a-constant"),
    ],
)
@pytest.mark.parametrize("isolation", ["basic", *FENCES])
def test_a_cheat_earns_nothing(tmp_path: Path, code: str, isolation: str) -> None:
    result = grade(tmp_path, code, isolation)
    earns_nothing(result)
    assert results.read(tmp_path / "run") == result


def test_an_exit_while_the_answer_is_given_is_no_pass(tmp_path: Path) -> None:
    result = grade(tmp_path, DYING_AT_THE_END)
    earns_nothing(result)
    assert "ended its process (exit code 0)" in result.checks[0].message


NAMES = ("sitecustomize", "usercustomize", "tensorflow", "checks", "data", "json", "tfcards")
PLANTED = """
import pathlib, sys
marker = pathlib.Path({marker!r})
marker.write_text(marker.read_text() + __name__ + " ")
class Everything:
    def __getattr__(self, name): return Everything()
    def __call__(self, *args, **kwargs): return True
sys.modules[__name__].__getattr__ = lambda name: Everything()
"""


@pytest.mark.parametrize("isolation", ISOLATIONS)
def test_modules_planted_in_the_workspace_are_not_the_judges(
    tmp_path: Path, isolation: str
) -> None:
    """Submitted under such names, and written by the run to wherever it can."""
    marker = tmp_path / "loaded.txt"
    marker.write_text("")
    code = PLANTED.format(marker=str(marker))
    folder = copy(tmp_path)
    names = [f"{name}.py" for name in NAMES]
    for name in names:
        (folder / "starter" / name).write_text("")
        (folder / "solution" / name).write_text("")
    manifest = (folder / "lab.toml").read_text()
    files = json.dumps(["sums.py", *names])
    (folder / "lab.toml").write_text(manifest.replace('["sums.py"]', files))
    writes = f"""
import pathlib
if __name__ == "__main__":
    for place in (".", "..", "../host", "../judge", "../home"):
        for name in {names!r}:
            try:
                (pathlib.Path(place) / name).write_text({code!r})
            except OSError:
                pass
def add(values, offset):
    return values
"""
    submitted = {"sums.py": writes} | dict.fromkeys(names, code)
    result = running.run(load(folder), submitted, tmp_path / "run", seed=1, isolation=isolation)
    earns_nothing(result)
    assert result.outcome is Outcome.FAILED
    assert marker.read_text() == ""  # nothing of ours took one of them for its own


def test_a_late_hand_on_the_artifacts_is_too_late(tmp_path: Path) -> None:
    code = """
import os, time
from pathlib import Path
def add(values, offset):
    return values + offset
if __name__ == "__main__":
    os.makedirs("out")
    Path("out/report.txt").write_text("8")
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            places = [Path(name).absolute() for name in ("../judge/artifacts/out", "../host/out")]
            while True:
                for place in places:
                    try:
                        place.mkdir(parents=True, exist_ok=True)
                        (place / "report.txt").write_text("9")
                    except OSError:
                        pass
                time.sleep(0.0005)
        os._exit(0)
    time.sleep(0.2)
"""
    result = grade(tmp_path, code)
    assert result.outcome is Outcome.FAILED
    assert result.checks[0].status is Status.PASSED
    assert (result.checks[2].status, result.checks[2].observed) == (Status.FAILED, "8")


@pytest.mark.parametrize(
    "how",
    [
        "os.symlink({secret!r}, 'out')",
        "os.makedirs('out'); os.symlink({secret!r} + '/report.txt', 'out/report.txt')",
        "os.makedirs('out'); os.mkfifo('out/report.txt')",
        "os.makedirs('out/report.txt/deep')",
    ],
)
def test_what_is_no_plain_file_is_no_artifact(tmp_path: Path, how: str) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "report.txt").write_text("9")
    code = f"import os\nif __name__ == '__main__':\n    {how.format(secret=str(secret))}\n"
    result = grade(tmp_path, code)
    earns_nothing(result)
    assert "did not leave" in result.checks[2].message


@pytest.mark.parametrize("name", ["result.json", "judge", "host"])
def test_a_link_in_the_place_of_ours_is_not_followed(tmp_path: Path, name: str) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "sums.py").write_text("precious")
    target = victim / "sums.py" if name == "result.json" else victim
    code = f"import os\nif __name__ == '__main__':\n    os.symlink({str(target)!r}, '../{name}')\n"
    result = grade(tmp_path, code)
    earns_nothing(result)
    assert (victim / "sums.py").read_text() == "precious"
    assert [path.name for path in victim.iterdir()] == ["sums.py"]
    assert results.read(tmp_path / "run") == result


def test_a_file_too_large_for_the_judge_is_not_taken(tmp_path: Path) -> None:
    code = """
import os
if __name__ == "__main__":
    os.makedirs("out")
    with open("out/report.txt", "wb") as file:
        file.truncate(301 * 2**20)
"""
    result = grade(tmp_path, code)
    earns_nothing(result)
    assert "did not leave" in result.checks[2].message


@pytest.mark.skipif(launch.bubblewrap() is None, reason="bubblewrap does not work here")
def test_inside_the_cage_the_labs_content_cannot_be_written(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    code = f"""
import pathlib
for path in pathlib.Path({str(folder)!r}).rglob("*"):
    if path.is_file():
        path.write_text("")
pathlib.Path({str(folder)!r}, "checks.py").write_text("from tfcards.labkit import check")
"""
    running.run(load(folder), {"sums.py": code}, tmp_path / "run", seed=1)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_these_tests_left_the_tiny_lab_alone() -> None:
    names = sorted(path.name for path in FOLDER.iterdir() if path.name != "__pycache__")
    assert names == sorted(
        ["checks.py", "hints.md", "instructions.md", "lab.toml", "solution", "starter", "wrong"]
    )
    assert tiny().id == "tiny"
    assert solution()["sums.py"].strip().startswith('"""Add and report."""')
