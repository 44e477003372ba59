"""During a run, watches the folder for TensorBoard logs and reports their scalars as metrics.

It only reads what the learner's program wrote. Part of the learner's run, so never believed.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import math
import os
import threading
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Final

from tfcards.labkit.events import Events
from tfcards.labkit.records import PREFIX, scalars

LOOK: Final = 0.5  # seconds between looks
MOST_FOLDERS: Final = 100
MOST_IN_FOLDER: Final = 500
DEEPEST: Final = 8
MOST_FILES: Final = 16
MOST_AT_ONCE: Final = 20  # points of one file reported after one look
MOST_TAGS: Final = 200  # in one report, which must stay shorter than the supervisor takes
UNREADABLE: Final = -1
NAMELESS: Final = "log"  # for logs that lie in no folder of their own


class Follower:
    """Reads on, look by look, what is logged below a folder."""

    def __init__(self, events: Events, folder: Path) -> None:
        self._events = events
        self._folder = folder
        self._places: dict[Path, int] = {}  # how far each file was read
        self._names: dict[Path, str] = {}  # what each folder of logs is called
        self._lock = threading.Lock()

    def start(self) -> None:
        """Look again and again, and once more when the run ends."""
        self.remember()
        atexit.register(self.look)
        threading.Thread(target=self._go_on, name="follow", daemon=True).start()

    def remember(self) -> None:
        """What is there already is old: an earlier start of the same run has reported it."""
        for file in logs_below(self._folder):
            with contextlib.suppress(OSError):
                self._places[file] = file.stat().st_size

    def look(self) -> None:
        """Report what is new."""
        with self._lock:
            for file in logs_below(self._folder):
                known = file in self._places
                if known or len(self._places) < MOST_FILES:
                    self._read(file)

    def _go_on(self) -> None:
        pause = threading.Event()
        while True:
            pause.wait(LOOK)
            self.look()

    def _read(self, file: Path) -> None:
        """Report what a file has since it was last read; one that is damaged is left alone."""
        place = self._places.setdefault(file, 0)
        if place == UNREADABLE:
            return
        points: dict[int, dict[str, float]] = {}
        try:
            with file.open("rb") as stream:
                stream.seek(place)
                for scalar in scalars(stream):
                    if math.isfinite(scalar.value):
                        points.setdefault(scalar.step, {})[scalar.tag] = scalar.value
                self._places[file] = stream.tell()
        except (OSError, ValueError):
            self._places[file] = UNREADABLE
        self._report(self._name(file.parent), points)

    def _report(self, name: str, points: dict[int, dict[str, float]]) -> None:
        steps = list(points)
        stride = -(-len(steps) // MOST_AT_ONCE) or 1
        for step in [*reversed(steps[::-1][::stride])]:  # the last one is among them
            told = islice(points[step].items(), MOST_TAGS)
            values = {f"{name}/{tag}": value for tag, value in told}
            self._events.emit("metric", scope="tensorboard", step=step, values=values)

    def _name(self, folder: Path) -> str:
        if folder not in self._names:
            inside = PurePosixPath(folder.relative_to(self._folder))
            self._names[folder] = short_name(inside, self._names.values())
        return self._names[folder]


def reports_for_all() -> bool:
    """Whether this process is the only worker, or the first of those that share the folder."""
    try:
        task = json.loads(os.environ.get("TF_CONFIG", "{}")).get("task", {})
        return bool(task.get("index", 0) == 0)
    except (ValueError, AttributeError):
        return True


def logs_below(folder: Path) -> Iterator[Path]:
    """Event files at or below a folder; no link is followed, and not everything is looked at."""
    waiting = [(folder, 0)]
    seen = 0
    while waiting and seen < MOST_FOLDERS:
        place, depth = waiting.pop()
        seen += 1
        with contextlib.suppress(OSError), os.scandir(place) as entries:
            for entry in islice(entries, MOST_IN_FOLDER):
                if entry.is_dir(follow_symlinks=False) and depth < DEEPEST:
                    waiting.append((Path(entry.path), depth + 1))
                elif entry.name.startswith(PREFIX) and entry.is_file(follow_symlinks=False):
                    yield Path(entry.path)


def short_name(folder: PurePosixPath, taken: Iterable[str]) -> str:
    """What a folder of logs is called: its last part, or as many parts as no other has."""
    names = set(taken)
    for count in range(1, len(folder.parts) + 1):
        name = "/".join(folder.parts[-count:])
        if name not in names:
            return name
    return NAMELESS
