"""Puts the window's parts together: first paint, then the collection, then the decks and labs."""

import gc
import importlib
import logging
import os
import pkgutil
import sys
from datetime import datetime
from functools import partial
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from tfcards import clock
from tfcards.errors import TfcardsError, UnavailableError
from tfcards.paths import content_folder, data_folder, own_folder

if TYPE_CHECKING:  # loaded after the first paint
    from tfcards.core.draft import Draft
    from tfcards.labs.content.manifest import Lab
    from tfcards.labs.content.roadmap import Outline
    from tfcards.labs.warm import WarmServer
    from tfcards.store import Collection
    from tfcards.ui.desktop import Desktop

log = logging.getLogger("tfcards")
TURN = 0.0005  # seconds that work in the background may keep the window's thread from running


def run(data: Path | None = None) -> int:
    """Open the window on the data folder and stay until it closes; answers the exit code."""
    folder = data_folder(data)
    _require_display()
    _start_log(folder)
    try:
        from tfcards.ui.desktop import Desktop
    except ImportError as error:
        raise UnavailableError(
            f"Qt cannot start here: {error}. `make install` in the project folder names the system "
            "packages that are missing; `tfcards review` works without a window."
        ) from error
    desktop = Desktop(folder, sys.argv[:1])
    if desktop.raise_running():
        return 0
    return Application(desktop, folder).run()


class Application:
    """One running window on one data folder."""

    def __init__(self, desktop: "Desktop", folder: Path) -> None:
        self._desktop = desktop
        self._folder = folder
        self._collection: Collection | None = None
        self._server: WarmServer | None = None

    def run(self) -> int:
        """Paint first; everything that takes time comes after."""
        sys.excepthook = self._report_bug
        sys.setswitchinterval(TURN)
        self._desktop.show()
        self._desktop.in_background(self._load, self._open)
        code = self._desktop.stay()
        if self._server is not None:
            self._server.close()
        if self._collection is not None:
            self._collection.close()
        return code

    def _load(self) -> "tuple[list[Lab], Outline, tuple[str, ...]]":
        """Import what the first page needs and find the labs, while the window is up already."""
        from tfcards.labs import warm  # noqa: F401  # so that `_open` finds it
        from tfcards.labs.content.manifest import discover
        from tfcards.labs.content.roadmap import find_outline
        from tfcards.sessions import attempts, readiness, suspects, today  # noqa: F401  # so that `_open` finds them  # noqa: F401  # as soon as the first page
        from tfcards.store import preload

        preload(self._folder)
        labs, problems = discover([content_folder("labs"), own_folder(self._folder, "labs")])
        outline, more = find_outline(content_folder("labs"))
        damaged = (f"{problem.file}: {problem.message}" for problem in [*problems, *more])
        return labs, outline, tuple(damaged)

    def _open(self, found: "tuple[list[Lab], Outline, tuple[str, ...]]") -> None:
        from tfcards.labs.warm import WarmServer
        from tfcards.sessions.readiness import Readiness
        from tfcards.store import Collection
        from tfcards.ui.context import Context

        now = clock.now()
        try:
            self._collection = Collection.open(self._folder, now=now, zone=clock.zone())
        except TfcardsError as error:
            self._desktop.give_up(error)
            return
        labs, outline, damaged = found
        self._server = WarmServer()
        readiness = Readiness(self._collection, self._server)
        context = Context(
            self._collection, labs, clock.now, self._folder, damaged, readiness, outline
        )
        self._desktop.open(context)
        self._desktop.in_background(self._load_cards, partial(self._load_rooms, now))
        self._settle_runs(self._collection)
        self._desktop.when_idle(readiness.wake)

    def _load_cards(self) -> None:
        """Have ready what the first card or lab would wait for, while Today is up already."""
        import tfcards.sessions
        from tfcards.rendering import preload
        from tfcards.sessions.isolation import isolation_here

        for module in pkgutil.iter_modules(tfcards.sessions.__path__, "tfcards.sessions."):
            importlib.import_module(module.name)
        isolation_here()
        preload(self._desktop.appearance.theme.colours)

    def _load_rooms(self, now: datetime, _: None) -> None:
        self._desktop.load_rooms(gc.freeze)  # all stays: a look for garbage in it would take 0.1 s
        self._read_decks(now)

    def _settle_runs(self, collection: "Collection") -> None:
        """Keep what runs came to that an earlier window did not see end; those still on go on."""
        from tfcards.labs.running import left_runs
        from tfcards.sessions.attempts import closed, settle

        def keep(folders: list[Path]) -> None:
            if settle(collection, folders, clock.now):
                self._desktop.refresh()

        self._desktop.in_background(lambda: closed(left_runs(self._folder / "labs")), keep)

    def _read_decks(self, now: datetime) -> None:
        """Bring new or changed deck files in: reading off the GUI thread, adding on it."""
        from tfcards import formats
        from tfcards.sessions.library import add_deck, changed_decks

        collection = self._collection
        assert collection is not None

        def read(file: Path) -> "tuple[Path, Draft]":
            return file, formats.read(file)

        def add(found: "tuple[Path, Draft]") -> None:
            add_deck(collection, *found, now)
            self._desktop.refresh()

        folders = [content_folder("decks"), own_folder(self._folder, "decks")]
        for file in changed_decks(collection, folders):
            self._desktop.in_background(partial(read, file), add)

    def _report_bug(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        log.error("A bug", exc_info=(kind, error, trace))
        self._desktop.report(error)


def _require_display() -> None:
    headless = sys.platform.startswith("linux") and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    )
    if headless:
        raise UnavailableError(
            "There is no display here, so the window cannot open. "
            "Review in the terminal instead: tfcards review"
        )


def _start_log(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / "tfcards.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8", delay=True
        )
    except OSError as error:
        raise UnavailableError(
            f"The data folder {folder} cannot be written: {error.strerror}. "
            "Choose another one with --data or TFCARDS_DATA."
        ) from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
