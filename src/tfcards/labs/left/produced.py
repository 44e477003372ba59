"""What a run left in its folder, for looking at: kinds, sizes, copies. Tells nothing of contents.

The folder was the learner's program's to write in, so no link in it is ever followed.
"""

import contextlib
import os
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Final

from tfcards.errors import BadInputError, UnavailableError
from tfcards.labs.linkless import is_link, leads_away, open_file

MOST_FOLDERS: Final = 300
MOST_IN_FOLDER: Final = 400  # so that a folder full of data hides nothing else
MOST_SHOWN: Final = 300
MOST_LOGS: Final = 64  # event files that are read together
DEEPEST: Final = 10
SAVED_MODEL: Final = "saved_model.pb"
EVENT_FILE: Final = "events.out.tfevents."
SKIPPED: Final = frozenset({"__pycache__", ".keras", ".cache"})


class Kind(StrEnum):
    """What a file is, by its name; most values name a reader of tfcards.labkit.contents."""

    LOG = "log"
    MATRIX = "matrix"
    KERAS = "keras"
    SAVED_MODEL = "saved model"
    TFLITE = "tflite"
    HDF5 = "hdf5"
    PICTURE = "picture"
    ARRAY = "array"
    TABLE = "table"
    JSON = "json"
    TEXT = "text"
    OTHER = "other"


_ENDINGS: Final = {
    ".png": Kind.PICTURE,
    ".jpg": Kind.PICTURE,
    ".jpeg": Kind.PICTURE,
    ".keras": Kind.KERAS,
    ".tflite": Kind.TFLITE,
    ".h5": Kind.HDF5,
    ".hdf5": Kind.HDF5,
    ".npy": Kind.ARRAY,
    ".npz": Kind.ARRAY,
    ".csv": Kind.TABLE,
    ".tsv": Kind.TABLE,
    ".json": Kind.JSON,
    **dict.fromkeys((".txt", ".log", ".md", ".py", ".toml", ".yaml", ".yml"), Kind.TEXT),
    **dict.fromkeys((".jsonl", ".pbtxt", ".xml", ".html", ".svg", ".ini"), Kind.TEXT),
}


@dataclass(frozen=True, slots=True)
class Produced:
    """One thing that a run left: a file, a SavedModel's folder, or all its TensorBoard logs.

    `files` are the files it consists of, by their paths in the run's folder.
    """

    path: str
    kind: Kind
    bytes: int
    files: tuple[str, ...]

    @property
    def to_read(self) -> tuple[str, ...]:
        """The files that tell what it is."""
        if self.kind is Kind.SAVED_MODEL:
            return tuple(file for file in self.files if file == f"{self.path}/{SAVED_MODEL}")
        return self.files[:MOST_LOGS]


def produced(work: Path, given: Collection[str] = ()) -> list[Produced]:
    """What lies in the folder besides the files `given` to the run; models and logs come first."""
    sizes = {path: size for path, size in _files(work) if path not in given}
    found = []
    folders = [path.removesuffix(f"/{SAVED_MODEL}") for path in sizes if path.endswith(SAVED_MODEL)]
    for folder in folders:
        inside = [path for path in sizes if path.startswith(f"{folder}/")]
        if inside:
            found.append(_joined(folder, Kind.SAVED_MODEL, inside, sizes))
    logs = [path for path in sizes if PurePosixPath(path).name.startswith(EVENT_FILE)]
    if logs:
        shared = os.path.commonpath([PurePosixPath(path).parent for path in logs])
        found.append(_joined(shared or ".", Kind.LOG, logs, sizes))
    found += [Produced(path, kind_of(path), size, (path,)) for path, size in sizes.items()]
    order = list(Kind)
    return sorted(found, key=lambda one: (order.index(one.kind), one.path))[:MOST_SHOWN]


def _joined(path: str, kind: Kind, files: list[str], sizes: dict[str, int]) -> Produced:
    """Several files as one thing; they are taken out of `sizes`."""
    return Produced(path, kind, sum(sizes.pop(file) for file in files), tuple(sorted(files)))


def kind_of(path: str) -> Kind:
    """What a file is, by its name: `val.confusion.csv` and `confusion_matrix.npy` are matrices."""
    name = PurePosixPath(path.lower())
    if name.suffix in {".json", ".csv", ".npy"} and name.stem.endswith(
        ("confusion", "confusion_matrix")
    ):
        return Kind.MATRIX
    return _ENDINGS.get(name.suffix, Kind.OTHER)


def _files(work: Path) -> Iterator[tuple[str, int]]:
    """The regular files below the folder with their sizes, up to a number of each folder."""
    waiting = [] if leads_away(work) else [(work, 0)]
    seen = 0
    while waiting and seen < MOST_FOLDERS:
        folder, depth = waiting.pop()
        seen += 1
        for entry in _entries(folder):
            with contextlib.suppress(OSError):  # it may go while a run is on
                found = entry.stat(follow_symlinks=False)
                if is_link(found):
                    continue
                if entry.is_file(follow_symlinks=False):
                    path = Path(entry.path).relative_to(work).as_posix()
                    yield path, found.st_size
                elif entry.is_dir(follow_symlinks=False) and depth < DEEPEST:
                    waiting.append((Path(entry.path), depth + 1))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        found = (entry for entry in entries if entry.name not in SKIPPED)
        return sorted(islice(found, MOST_IN_FOLDER), key=lambda entry: entry.name)
    return []


def save_copy(work: Path, one: Produced, target: Path) -> None:
    """Copy it to `target`: to that file, or into that folder when it consists of several files.

    Raises:
        UnavailableError: it cannot be read or written, or the folder is there already.
    """
    try:
        if one.kind not in {Kind.SAVED_MODEL, Kind.LOG}:
            _copy(work, one.path, target)
            return
        target.mkdir(parents=True)
        for path in one.files:
            place = target / PurePosixPath(path).relative_to(one.path)
            place.parent.mkdir(parents=True, exist_ok=True)
            _copy(work, path, place)
    except OSError as error:
        raise UnavailableError(f"{target} cannot be written: {error.strerror}.") from error


def _copy(work: Path, path: str, target: Path) -> None:
    with open_file(work, path) as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy)


def log_folder(work: Path, one: Produced) -> Path:
    """The folder that TensorBoard may be pointed at.

    Raises:
        BadInputError: it holds links, which TensorBoard would follow.
    """
    folder = work / one.path
    for place, folders, _ in os.walk(folder, followlinks=False):
        for name in folders:
            if leads_away(Path(place) / name):
                raise BadInputError(
                    f"{one.path} holds a link to another folder, {name}, and TensorBoard would "
                    "follow it. Write the logs without links and run again."
                )
    return folder
