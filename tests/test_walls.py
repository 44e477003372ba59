"""What runs cannot reach: memory without end, services of the machine, the supervisor's memory."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_lab import tiny

from tfcards.labs import launch, running

CAGED = pytest.mark.skipif(launch.bubblewrap() is None, reason="bubblewrap does not work here")

RESTRICTED = Path("/proc/sys/kernel/yama/ptrace_scope")

FILLS = """
import os
written = 0
try:
    with open({path!r}, "wb", 0) as file:
        while written < 2**30:
            written += file.write(bytes(2**22))
except OSError as error:
    print(os.strerror(error.errno), written // 2**20)
"""

# A process with every power may look into all others: those of this test give them up.
POWERLESS = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
GRADES = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_walls import LOOKS
from tiny_lab import tiny
from tfcards.labs import running
running.run(tiny(), {"sums.py": LOOKS}, Path(sys.argv[2]), seed=1, isolation="basic")
"""
LOOKS = """
import os, time
def add(values, offset):
    open_to_us, pid = [], os.getppid()
    while pid > 1:
        try:
            with open(f"/proc/{pid}/mem", "rb"):
                open_to_us.append(pid)
        except PermissionError:
            pass
        pid = int(open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[1])
    print("open", *open_to_us, flush=True)
    return values
"""


def printed(run: Path) -> list[str]:
    lines = (run / "events.jsonl").read_text("utf-8").splitlines()
    return [event["text"] for event in map(json.loads, lines) if event["ev"] == "log"]


@CAGED
@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm"])
def test_a_cages_folders_in_memory_are_small(tmp_path: Path, folder: str) -> None:
    code = FILLS.format(path=f"{folder}/heap")
    running.run(tiny(), {"sums.py": code}, tmp_path / "run", seed=1)
    assert f"No space left on device {launch.SCRATCH // 2**20}\n" in printed(tmp_path / "run")


@CAGED
def test_a_cage_holds_no_sockets_of_services(tmp_path: Path) -> None:
    code = "import os\nif __name__ == '__main__':\n    print(os.listdir('/run'))\n"
    running.run(tiny(), {"sums.py": code}, tmp_path / "run", seed=1)
    assert "[]\n" in printed(tmp_path / "run")


@pytest.mark.skipif(
    sys.platform != "linux" or (RESTRICTED.exists() and RESTRICTED.read_text().strip() != "0"),
    reason="memory is a file on Linux alone, and some systems close all of them",
)
@pytest.mark.skipif(
    bool(POWERLESS) and shutil.which("setpriv") is None, reason="root cannot give up its powers"
)
def test_no_process_can_look_into_those_that_hold_the_judges_secret(tmp_path: Path) -> None:
    command = [sys.executable, "-c", GRADES, str(Path(__file__).parent), str(tmp_path / "run")]
    subprocess.run([*POWERLESS, *command], check=True)
    said = [text.split() for text in printed(tmp_path / "run") if text.startswith("open")]
    state = json.loads((tmp_path / "run" / "state.json").read_text("utf-8"))
    hello = json.loads((tmp_path / "run" / "events.jsonl").read_text("utf-8").splitlines()[0])
    assert said
    seen = {int(pid) for words in said for pid in words[1:]}
    assert state["pid"] in seen  # the guard, which knows nothing: looking does work
    assert hello["pid"] not in seen
