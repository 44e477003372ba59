"""A finished file gets its name, even where somebody looks into the one that has it."""

from pathlib import Path

import pytest

from tfcards.warm.replacing import put_over


class Looked(type(Path())):
    """A file that somebody has open for so many tries, on a system that minds."""

    looks = 0

    def replace(self, target):
        if self.looks:
            self.looks -= 1
            raise PermissionError(13, "it is open in another program")
        return super().replace(target)


def made(folder: Path, looks: int) -> Looked:
    file = Looked(folder / "made")
    file.write_text("new")
    file.looks = looks
    return file


def test_it_takes_the_place_of_the_other_one(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("old")
    put_over(made(tmp_path, 0), tmp_path / "target", tries=1)
    assert [path.name for path in tmp_path.iterdir()] == ["target"]
    assert (tmp_path / "target").read_text() == "new"


def test_who_looks_into_it_is_waited_for(tmp_path: Path) -> None:
    put_over(made(tmp_path, 2), tmp_path / "target", tries=3)
    assert (tmp_path / "target").read_text() == "new"


def test_who_does_not_go_away_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(PermissionError):
        put_over(made(tmp_path, 3), tmp_path / "target", tries=3)
    assert (tmp_path / "made").read_text() == "new"
