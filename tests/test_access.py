"""A program may close folders to its own user: the run still ends with a result, nothing breaks.

Whoever may do everything, as root, sees no difference here.
"""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny_lab import solution, tiny

from tfcards.labs import access, running
from tfcards.labs import result as results
from tfcards.labs.result import Outcome, Status

LATE = "if __name__ == '__main__':\n    import os\n"


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "labs" / "tiny" / "runs"
    folder.mkdir(parents=True)
    yield folder
    for run in folder.iterdir():
        access.open_up(run)


def test_the_owner_gets_a_folder_back(tmp_path: Path) -> None:
    folder, file = tmp_path / "folder", tmp_path / "file"
    folder.mkdir(mode=0)
    file.touch(mode=0o400)
    link = tmp_path / "link"
    link.symlink_to(folder)
    access.open_up(link)
    assert stat.S_IMODE(folder.stat().st_mode) == 0
    for path in (folder, file, tmp_path / "nothing"):
        access.open_up(path)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o400


@pytest.mark.parametrize("isolation", ["basic", "auto"])
def test_a_run_whose_folders_were_closed_is_graded(tmp_path: Path, isolation: str) -> None:
    closing = """
    for closed in ("../home", ".", ".."):
        try:
            os.chmod(closed, 0)
        except OSError:
            pass
"""
    code = solution(f"{LATE}{closing}")
    result = running.run(tiny(), code, tmp_path / "run", seed=1, isolation=isolation)
    assert result.outcome is Outcome.PASSED
    assert results.read(tmp_path / "run") == result


@pytest.mark.parametrize("closed", ["out", "out/report.txt"])
def test_what_cannot_be_read_is_missing(tmp_path: Path, closed: str) -> None:
    code = solution(f"{LATE}    os.chmod({closed!r}, 0)\n")
    result = running.run(tiny(), code, tmp_path / "run", seed=1)
    (tmp_path / "run" / "work" / "out").chmod(0o700)
    assert result.outcome in {Outcome.FAILED, Outcome.PASSED}  # the latter for who may do all
    report = next(check for check in result.checks if check.id == "report")
    assert report.status is not Status.ERROR


def test_a_closed_run_folder_stops_no_look_at_the_others(runs: Path) -> None:
    for number in ("1", "2"):
        running.prepare(tiny(), solution(), runs / number, seed=1)
    (runs / "1").chmod(0)
    assert runs / "2" in running.left_runs(runs.parents[1])
    assert runs / "2" in running.left_in(runs)
    running.recover(runs)


def test_folders_closed_in_a_folder_go_with_it(tmp_path: Path) -> None:
    inner = tmp_path / "host" / "x"
    inner.mkdir(parents=True)
    (inner / "y").touch()
    inner.chmod(0)
    inner.parent.chmod(0o500)
    access.remove(tmp_path / "host")
    assert not (tmp_path / "host").exists()
