"""What a run's files take: all of them together, however many, and not what is gone again."""

from dataclasses import replace
from pathlib import Path

import pytest
from test_supervisor import LIMITS
from tiny_lab import solution, tiny

from tfcards.labs import running
from tfcards.labs.result import Outcome, Result
from tfcards.labs.room import AT_ONCE, Room

MEANS = ["auto", "portable"]
# Long, but without content: nothing is really written.
LARGE = "open('large', 'wb').truncate(3 * 2**20)\n"


def test_all_files_count_together(tmp_path: Path) -> None:
    work, home = tmp_path / "work", tmp_path / "home"
    room = Room((work, home), 100)
    assert not room.look()  # nothing is there yet
    (work / "deep").mkdir(parents=True)
    home.mkdir()
    (work / "deep" / "one").write_bytes(b"x" * 60)
    (home / "two").write_bytes(b"x" * 40)
    (work / "link").symlink_to(work / "deep" / "one")
    assert not room.look()
    assert not room.is_exceeded()
    (home / "two").write_bytes(b"x" * 41)
    assert room.look()
    assert room.is_exceeded()


def test_many_files_are_looked_at_in_turn(tmp_path: Path) -> None:
    room = Room((tmp_path,), 2 * AT_ONCE)
    for number in range(2 * AT_ONCE + 1):
        (tmp_path / str(number)).write_bytes(b"x")
    assert [room.look() for _ in range(3)] == [False, False, True]


def test_what_is_gone_since_it_was_seen_does_not_count(tmp_path: Path) -> None:
    room = Room((tmp_path,), 100)
    for number in range(AT_ONCE):
        (tmp_path / str(number)).touch()
    (tmp_path / "large").write_bytes(b"x" * 100)
    looks = [room.look()]
    (tmp_path / "large").unlink()
    (tmp_path / "larger").write_bytes(b"x" * 80)
    looks += [room.look() for _ in range(4)]
    assert not any(looks)


def run(folder: Path, code: str, means: str) -> Result:
    lab = replace(tiny(), limits=replace(LIMITS, disk_mb=2))
    return running.run(lab, solution(code), folder / "run", seed=1, means=means)


@pytest.mark.parametrize("means", MEANS)
def test_a_run_that_writes_too_much_is_stopped(tmp_path: Path, means: str) -> None:
    code = f"import time\nif __name__ == '__main__':\n    {LARGE}    time.sleep(600)\n"
    result = run(tmp_path, code, means)
    assert result.outcome is Outcome.OUT_OF_DISK
    assert result.message == "sums.py wrote more than 2 MB of files."
    assert result.counts


@pytest.mark.parametrize("means", MEANS)
def test_so_is_one_that_ends_before_anybody_looks(tmp_path: Path, means: str) -> None:
    result = run(tmp_path, f"if __name__ == '__main__':\n    {LARGE}", means)
    assert result.outcome is Outcome.OUT_OF_DISK


def test_what_is_written_while_it_is_graded_counts_too(tmp_path: Path) -> None:
    lab = replace(tiny(), limits=replace(LIMITS, disk_mb=1), entry="")
    code = "import os\nos.truncate(os.open('large', os.O_CREAT | os.O_WRONLY), 302 * 2**20)\n"
    result = running.run(lab, solution(before=code), tmp_path / "run", seed=1)
    assert result.outcome is Outcome.OUT_OF_DISK
