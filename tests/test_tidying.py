"""Old runs lose what takes room and keep what is shown of them; nothing else is touched."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_lab import solution, tiny

from tfcards.labs import result as results
from tfcards.labs import running, state
from tfcards.labs.result import Outcome, Result
from tfcards.labs.supervision.grading import not_run
from tfcards.labs.supervision.tidying import BULKY, WHOLE, tidy
from tfcards.labs.workspace import Workspace

LAB = tiny()
RESULT = Result("tiny", Outcome.FAILED, "Some.", not_run(LAB.checks), seed=1, judge_seed=2)


def old_run(folder: Path, age: int) -> Path:
    """A run that is over, with all that runs leave; the larger its age the older it is."""
    running.prepare(LAB, solution(), folder, seed=1)
    os.utime(folder / "job.json", (10_000 - age, 10_000 - age))
    for name in BULKY:
        (folder / name / "deep").mkdir(parents=True)
        (folder / name / "deep" / "model.keras").write_bytes(b"x" * 1000)
    results.write(RESULT, folder)
    state.note(folder)
    return folder


def is_whole(run: Path) -> bool:
    return all((run / name).is_dir() for name in BULKY)


def is_tidied(run: Path) -> bool:
    is_known = results.read(run) == RESULT and (run / "files" / "sums.py").is_file()
    return is_known and not any((run / name).exists() for name in BULKY)


def test_the_newest_runs_of_a_lab_keep_everything(tmp_path: Path) -> None:
    lab = tmp_path / "labs" / "tiny"
    first = [old_run(lab / "runs" / str(number), 20 - number) for number in range(1, 4)]
    again = [old_run(lab / "again" / "1" / "runs" / str(number), 10 - number) for number in (1, 2)]
    other = old_run(tmp_path / "labs" / "other" / "runs" / "1", 50)
    tidy(again[-1])
    by_age = [*first, *again]
    assert [is_whole(run) for run in by_age] == [False] * (5 - WHOLE) + [True] * WHOLE
    assert all(is_tidied(run) for run in by_age[:-WHOLE])
    assert is_whole(other)


def unnoted(run: Path) -> None:
    (run / state.NOTED).unlink()


def without_result(run: Path) -> None:
    (run / results.FILE_NAME).unlink()


def still_on(run: Path) -> None:
    state.write(run, "token")  # done by this very process


@pytest.mark.parametrize("change", [unnoted, without_result, still_on])
def test_a_run_that_may_be_on_is_left_alone(tmp_path: Path, change: Callable[[Path], None]) -> None:
    runs = [old_run(tmp_path / "tiny" / "runs" / str(number), -number) for number in range(9)]
    change(runs[1])
    tidy(runs[-1])
    assert is_whole(runs[1])
    assert is_tidied(runs[0])
    assert is_tidied(runs[2])


def test_no_link_is_followed(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").touch()
    runs = [old_run(tmp_path / "tiny" / "runs" / str(number), -number) for number in range(5)]
    (runs[0] / "work" / "link").symlink_to(mine)
    (runs[1] / "home").rename(tmp_path / "away")
    (runs[1] / "home").symlink_to(mine)
    tidy(runs[-1])
    assert is_tidied(runs[0])
    assert is_tidied(runs[1])
    assert (mine / "thesis.txt").exists()


def test_what_a_program_closed_goes_too(tmp_path: Path) -> None:
    runs = [old_run(tmp_path / "tiny" / "runs" / str(number), -number) for number in range(5)]
    (runs[0] / "work" / "deep").chmod(0)
    (runs[0] / "work").chmod(0)
    tidy(runs[-1])
    assert is_tidied(runs[0])


def test_a_run_elsewhere_tidies_nothing(tmp_path: Path) -> None:
    old = [old_run(tmp_path / "runs" / str(number), -number) for number in range(5)]
    tidy(tmp_path / "proof" / "1")
    assert all(is_whole(run) for run in old)


def test_a_new_run_tidies_up(tmp_path: Path) -> None:
    workspace = Workspace.open(LAB, tmp_path)
    old = [old_run(workspace.runs / str(number), 100 - number) for number in range(1, 5)]
    folder = running.prepare_run(LAB, workspace, workspace.runs, 1)
    subprocess.run(running.command_for(folder), input=b"", capture_output=True, check=True)
    assert results.read(folder) is not None
    assert [is_whole(run) for run in old] == [False, False, True, True]
