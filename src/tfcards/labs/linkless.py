"""Ways into a folder that a program could write in: links are never followed. Reads no content."""

import contextlib
import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import BinaryIO, Final

from tfcards.errors import UnavailableError
from tfcards.warm import windows

NAME_SURROGATE: Final = 0x20000000  # in the tag of a reparse point that stands for another place
LONG: Final = ("\\\\?\\UNC\\", "\\\\?\\")  # how Windows begins paths that may be long


def is_link(found: os.stat_result) -> bool:
    """Whether what `lstat` found is a link: a symbolic one, or a junction of Windows.

    Files that only lie elsewhere until they are needed, as in the folder of a cloud, are none.
    """
    is_special = getattr(found, "st_file_attributes", 0) & stat.FILE_ATTRIBUTE_REPARSE_POINT
    stands_for_another = getattr(found, "st_reparse_tag", 0) & NAME_SURROGATE
    return stat.S_ISLNK(found.st_mode) or bool(is_special and stands_for_another)


def leads_away(path: Path) -> bool:
    """Whether there is a link at the path; False when nothing is there."""
    with contextlib.suppress(OSError):
        return is_link(path.lstat())
    return False


def files_below(folder: Path) -> Iterator[tuple[Path, int]]:
    """The regular files below a folder with their sizes, in no order.

    While something writes there, what comes and goes may be left out.
    """
    waiting = [] if leads_away(folder) else [folder]
    while waiting:
        for path in _inside(waiting.pop()):
            with contextlib.suppress(OSError):
                found = path.lstat()  # a listing has sizes too, on Windows old ones of open files
                if is_link(found):
                    continue
                if stat.S_ISREG(found.st_mode):
                    yield path, found.st_size
                elif stat.S_ISDIR(found.st_mode):
                    waiting.append(path)


def _inside(folder: Path) -> list[Path]:
    """Read at once: Windows removes no folder that is being read."""
    with contextlib.suppress(OSError):
        return list(folder.iterdir())
    return []


def open_looking(work: Path, path: str, place_of: Callable[[int], str]) -> BinaryIO:
    """Open a file below `work` where only whole paths can be opened. Raises UnavailableError.

    Looking first keeps whatever a link leads to from being touched. But a folder can be put aside
    for a link after the look; so what counts is where the opened file lies by the system's own
    word: `place_of` a descriptor is its path with no link in it.
    """
    inner = _below(PureWindowsPath(path))
    way = [work, *(work / above for above in reversed(inner.parents[:-1])), work / inner]
    try:
        found = [place.lstat() for place in way]
        if any(is_link(one) for one in found):
            raise _led_away(path)
        if not stat.S_ISREG(found[-1].st_mode):
            raise _not_ordinary(path)
        file = way[-1].open("rb")
    except OSError as error:
        raise _closed(path, error) from error
    try:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise _not_ordinary(path)
        expected = Path(os.path.realpath(work.parent), work.name, inner)
        if _plain(place_of(file.fileno())) != _plain(str(expected)):
            raise _led_away(path)
    except OSError as error:
        file.close()
        raise _closed(path, error) from error
    except UnavailableError:
        file.close()
        raise
    return file


def _below(path: PurePath) -> PurePath:
    if path.anchor or ".." in path.parts:
        raise UnavailableError(f"{path} does not lie in the run's folder.")
    return path


def _plain(path: str) -> str:
    """A path of the system's, so that it is equal to another one of the same place."""
    network, long = LONG
    if path.startswith(network):
        path = "\\\\" + path.removeprefix(network)
    return os.path.normcase(path.removeprefix(long))


def _led_away(path: str) -> UnavailableError:
    return UnavailableError(f"{path} cannot be opened: a link leads there.")


def _not_ordinary(path: str) -> UnavailableError:
    return UnavailableError(f"{path} is no ordinary file any more.")


def _closed(path: str, error: OSError) -> UnavailableError:
    return UnavailableError(f"{path} cannot be opened: {error.strerror}.")


if sys.platform == "win32":

    def open_file(work: Path, path: str) -> BinaryIO:
        """Open one of the files below `work` by a way without links. Raises UnavailableError."""
        return open_looking(work, path, windows.place_of)

else:

    def open_file(work: Path, path: str) -> BinaryIO:
        """Open one of the files below `work` by a way without links. Raises UnavailableError."""
        *folders, name = _below(PurePosixPath(path)).parts
        at = -1
        try:
            at = os.open(work, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            for folder in folders:
                inner = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
                os.close(at)
                at = inner
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
        except OSError as error:
            raise _closed(path, error) from error
        finally:
            if at >= 0:
                os.close(at)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise _not_ordinary(path)
        return os.fdopen(descriptor, "rb")
