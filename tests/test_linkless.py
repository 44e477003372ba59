"""No link is followed into or out of a run's folder, by either of the two ways to open a file."""

import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO

import pytest

from tfcards.errors import UnavailableError
from tfcards.labs import linkless
from tfcards.labs.linkless import files_below, is_link, leads_away, open_file, open_looking

Way = Callable[[Path, str], BinaryIO]
MOUNT_POINT, SYMBOLIC, CLOUD = 0xA0000003, 0xA000000C, 0x9000601A  # tags of reparse points


def looking(work: Path, path: str) -> BinaryIO:
    """Windows' way, with what Linux says of where an open file lies."""
    return open_looking(work, path, lambda number: str(Path(f"/proc/self/fd/{number}").readlink()))


WAYS = [open_file] + ([looking] if sys.platform == "linux" else [])


@pytest.fixture(params=WAYS, ids=lambda way: way.__name__)
def way(request: pytest.FixtureRequest) -> Way:
    return request.param


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A run's folder beside one with a secret that has the same names in it."""
    for name in ("work", "elsewhere"):
        (tmp_path / name / "out" / "deep").mkdir(parents=True)
        (tmp_path / name / "out" / "deep" / "file.txt").write_text(name)
        (tmp_path / name / "file.txt").write_text(name)
    return tmp_path / "work"


def test_what_lies_there_is_opened(work: Path, way: Way) -> None:
    for path in ("file.txt", "out/deep/file.txt"):
        with way(work, path) as file:
            assert file.read() == b"work"


def test_what_the_folder_itself_is_reached_by_does_not_matter(work: Path, way: Way) -> None:
    (work.parent / "link").symlink_to(work.parent)
    with way(work.parent / "link" / "work", "out/deep/file.txt") as file:
        assert file.read() == b"work"


@pytest.mark.parametrize("name", ["file.txt", "out", "out/deep", "out/deep/file.txt", "."])
def test_a_link_anywhere_on_the_way_is_refused(work: Path, way: Way, name: str) -> None:
    path = "file.txt" if name == "file.txt" else "out/deep/file.txt"
    (work / name).rename(work.parent / "put-aside")
    (work / name).symlink_to(work.parent / "elsewhere" / name)
    with pytest.raises(UnavailableError, match="cannot be opened"):
        way(work, path)


@pytest.mark.parametrize("path", ["../elsewhere/file.txt", "out/../../elsewhere/file.txt"])
def test_no_way_leads_out(work: Path, way: Way, path: str) -> None:
    with pytest.raises(UnavailableError):
        way(work, path)


def test_an_absolute_path_leads_nowhere(work: Path, way: Way) -> None:
    with pytest.raises(UnavailableError):
        way(work, str(work.parent / "elsewhere" / "file.txt"))


@pytest.mark.parametrize(
    "path", ["C:/file.txt", "C:file.txt", "\\\\server\\share\\file.txt", "\\file.txt"]
)
def test_no_drive_and_no_server_leads_out_on_windows(work: Path, path: str) -> None:
    with pytest.raises(UnavailableError, match="does not lie in"):
        looking(work, path)


def test_only_ordinary_files_are_opened(work: Path, way: Way) -> None:
    os.mkfifo(work / "pipe.txt")
    for path in ("pipe.txt", "out"):
        with pytest.raises(UnavailableError, match="no ordinary file"):
            way(work, path)
    with pytest.raises(UnavailableError, match="cannot be opened: No such file"):
        way(work, "gone.txt")


@pytest.fixture
def just_before_opening() -> Iterator[Callable[[Path, Callable[[], None]], None]]:
    """Have something done when Python is about to open a path, and has looked at it before."""
    waiting: dict[str, Callable[[], None]] = {}

    def hear(event: str, details: tuple[Any, ...]) -> None:
        if event == "open" and waiting and isinstance(details[0], str):
            act = waiting.pop(details[0], None)
            if act is not None:
                act()

    sys.addaudithook(hear)  # it can never be taken away: without anything waiting it does nothing
    yield lambda path, act: waiting.update({str(path): act, path.name: act})
    waiting.clear()


@pytest.mark.parametrize("name", ["out", "out/deep", "out/deep/file.txt", "."])
def test_what_became_a_link_since_it_was_looked_at_is_refused(
    work: Path, way: Way, name: str, just_before_opening: Any
) -> None:
    done = []

    def swap() -> None:
        if not done:
            done.append(name)
            (work / name).rename(work.parent / "put-aside")
            (work / name).symlink_to(work.parent / "elsewhere" / name)

    place = work / "out" / "deep" / "file.txt"
    # The way by descriptors opens each part; the other one opens the whole path, having looked.
    just_before_opening(place if way is looking else work / name, swap)
    with pytest.raises(UnavailableError, match="cannot be opened"):
        way(work, "out/deep/file.txt")
    assert done


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc where a file lies")
def test_a_link_that_was_there_only_while_the_file_was_opened_is_refused(
    work: Path, just_before_opening: Any
) -> None:
    """Before and after, everything looks as it should."""
    folder, aside = work / "out", work.parent / "put-aside"

    def swap() -> None:
        folder.rename(aside)
        folder.symlink_to(work.parent / "elsewhere" / "out")

    def swap_back_and_tell(number: int) -> str:
        folder.unlink()
        aside.rename(folder)
        return str(Path(f"/proc/self/fd/{number}").readlink())

    just_before_opening(folder / "deep" / "file.txt", swap)
    with pytest.raises(UnavailableError, match="a link leads there"):
        open_looking(work, "out/deep/file.txt", swap_back_and_tell)
    assert not folder.is_symlink()


def found(mode: int, attributes: int = 0, tag: int = 0) -> Any:
    """What Windows would say of something; Linux's own answers have no such fields."""
    return SimpleNamespace(st_mode=mode, st_file_attributes=attributes, st_reparse_tag=tag)


def test_junctions_are_links_and_files_kept_in_a_cloud_are_none() -> None:
    special = stat.FILE_ATTRIBUTE_REPARSE_POINT
    assert is_link(found(stat.S_IFDIR, special | stat.FILE_ATTRIBUTE_DIRECTORY, MOUNT_POINT))
    assert is_link(found(stat.S_IFLNK, special, SYMBOLIC))
    assert is_link(found(stat.S_IFREG, special, SYMBOLIC))
    assert not is_link(found(stat.S_IFREG, special, CLOUD))
    assert not is_link(found(stat.S_IFDIR, stat.FILE_ATTRIBUTE_DIRECTORY))


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("\\\\?\\C:\\runs\\1\\work", "C:\\runs\\1\\work"),
        ("\\\\?\\UNC\\server\\share\\work", "\\\\server\\share\\work"),
        ("C:\\runs", "C:\\runs"),
        ("/runs/1/work", "/runs/1/work"),
    ],
)
def test_long_paths_of_windows_are_told_apart_by_nothing_but_their_beginning(
    said: str, plain: str
) -> None:
    assert linkless._plain(said) == os.path.normcase(plain)


def test_files_below_are_those_that_really_lie_there(work: Path) -> None:
    (work / "out" / "link").symlink_to(work.parent / "elsewhere")
    (work / "out" / "link.txt").symlink_to(work.parent / "elsewhere" / "file.txt")
    os.mkfifo(work / "pipe")
    assert sorted(files_below(work)) == [(work / "file.txt", 4), (work / "out/deep/file.txt", 4)]
    assert list(files_below(work / "out" / "link")) == []
    assert list(files_below(work / "nowhere")) == []
    assert leads_away(work / "out" / "link")
    assert not leads_away(work / "nowhere")
