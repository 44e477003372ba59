"""What opening a lab's workbench costs the window, against the least that a window with an editor
would do.

The workbench is that of the shipped lab with most checks, opened again and again in a room of labs;
in the same run, by turns, a bare page with one editor that holds the same file, and the same lab
with one check. Counted is the work of the window's thread: all of it, and in the longest turn of
the event loop, which is how long a learner's next click waits.
"""

import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from tfcards.app import TURN
from tfcards.labs.content.manifest import Lab, discover
from tfcards.paths import content_folder
from tfcards.rendering import preload
from tfcards.sessions.isolation import isolation_here
from tfcards.store import Collection
from tfcards.ui.code.editor import CodeEditor
from tfcards.ui.context import Context
from tfcards.ui.labs_page import LabsPage
from tfcards.ui.look.appearance import Appearance, load_fonts
from tfcards.ui.workbench.page import LabPage

OPENINGS, QUIET = 12, 0.25  # how often; seconds without work, after which all is there
LIMIT = 0.050
Turns = list[float]


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication(sys.argv[:1])
    sys.setswitchinterval(TURN)
    load_fonts()
    isolation_here()
    lab = largest()
    with tempfile.TemporaryDirectory() as name:
        settings = QSettings(str(Path(name) / "window.ini"), QSettings.Format.IniFormat)
        appearance = Appearance(settings)
        appearance.wear()
        preload(appearance.theme.colours)
        gc.freeze()  # all this as the app does it while Today is up
        few = replace(lab, id="few", checks=lab.checks[:1])
        many_turns, few_turns, bare_turns = [], [], []
        room = Room(Path(name), appearance, [lab, few])
        for _ in range(OPENINGS):
            many_turns.append(room.opened(lab))
            few_turns.append(room.opened(few))
            bare_turns.append(bare(appearance, lab))
        room.close()
    del application
    first = max(many_turns[0]) * 1000
    print(f"{f'the first of {lab.id}, {len(lab.checks)} checks':<44} {first:.1f} ms")
    line("longest turn of a workbench / bare editor", many_turns, bare_turns, max)
    line("all work of a workbench / bare editor", many_turns, bare_turns, sum)
    line(f"longest turn, {len(lab.checks)} checks / one", many_turns, few_turns, max)
    longest = max(max(turns) for turns in many_turns)
    print(f"{'limit of a turn: ' + ('held' if longest < LIMIT else 'NOT held'):<44} "
          f"{LIMIT * 1000:.0f} ms")  # fmt: skip


def largest() -> Lab:
    labs, _ = discover([content_folder("labs")])
    return max(labs, key=lambda lab: len(lab.checks))


class Room:
    """A room of labs in a window, and the collection it works on."""

    def __init__(self, folder: Path, appearance: Appearance, labs: list[Lab]) -> None:
        now = datetime.now(UTC)
        self._collection = Collection.open(folder, now=now, zone="UTC")
        for lab in labs:
            self._collection.begin_lab(lab.id, now)
        clock = lambda: datetime.now(UTC)  # noqa: E731
        self._page = LabsPage(Context(self._collection, labs, clock, folder), appearance)
        self._window = QMainWindow()
        self._window.setCentralWidget(self._page)
        self._window.resize(1280, 800)
        self._window.show()
        self._page.enter()
        turns_of(lambda: None)

    def close(self) -> None:
        self._window.close()
        self._collection.close()

    def opened(self, lab: Lab) -> Turns:
        """Open a lab and go back; the turns of the opening."""
        turns = turns_of(lambda: self._page.open_lab(lab.id))
        assert isinstance(self._page.bench, LabPage)
        turns_of(self._page.close_lab)
        return turns


def bare(appearance: Appearance, lab: Lab) -> Turns:
    """The same for a page that is but an editor with the lab's first file."""
    window, stack = QMainWindow(), QStackedWidget()
    stack.addWidget(QWidget())
    window.setCentralWidget(stack)
    window.resize(1280, 800)
    window.show()
    turns_of(lambda: None)

    def show() -> None:
        page = QWidget()
        layout = QVBoxLayout(page)
        editor = CodeEditor(appearance.theme)
        editor.set_text(lab.starter_text(lab.files[0]))
        layout.addWidget(editor)
        stack.addWidget(page)
        stack.setCurrentWidget(page)

    turns = turns_of(show)
    window.close()
    return turns


def turns_of(act: Callable[[], object]) -> Turns:
    """Do it, and what comes of it: the work of each turn of the event loop, in seconds."""
    application = QApplication.instance()
    turns = [worked(act)]
    last = time.monotonic()
    while time.monotonic() - last < QUIET:
        turns.append(worked(application.processEvents))
        if turns[-1] > 0.001:
            last = time.monotonic()
        else:
            time.sleep(0.001)
    return turns


def worked(act: Callable[[], object]) -> float:
    began = time.thread_time()
    act()
    return time.thread_time() - began


def line(
    what: str, ours: list[Turns], theirs: list[Turns], measure: Callable[[Turns], float]
) -> None:
    """The medians of all but the first opening, which also loads what is loaded once."""
    mine = sorted(measure(turns) * 1000 for turns in ours[1:])
    least = statistics.median(measure(turns) * 1000 for turns in theirs[1:])
    middle = statistics.median(mine)
    print(f"{what:<44} {middle:.1f} ms / {least:.1f} ms = {middle / least:.1f}"
          f"   (worst {mine[-1]:.1f} ms)")  # fmt: skip


if __name__ == "__main__":
    main()
