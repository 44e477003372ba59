"""Puts the window's parts together: first paint, then the collection, then the decks and labs."""

import logging
import os
import sys
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from tfcards import clock
from tfcards.errors import TfcardsError, UnavailableError
from tfcards.paths import content_folder, data_folder, own_folder

log = logging.getLogger("tfcards")


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
    desktop = Desktop(folder, sys.argv)
    if desktop.raise_running():
        return 0
    return Application(desktop, folder).run()


class Application:
    """One running window on one data folder."""

    def __init__(self, desktop: "Desktop", folder: Path) -> None:
        self._desktop = desktop
        self._folder = folder
        self._collection: Collection | None = None
        self._labs: list[Lab] = []

    def run(self) -> int:
        """Paint first; everything that takes time comes after."""
        sys.excepthook = self._report_bug
        self._desktop.show()
        self._desktop.in_background(self._load_code, self._open)
        code = self._desktop.stay()
        if self._collection is not None:
            self._collection.close()
        return code

    def _load_code(self) -> None:
        """Import what the pages need (SQLModel takes most of it) while the window is up."""
        from tfcards import formats, sessions, store  # noqa: F401  # loaded for later
        from tfcards.labs import discover

        folders = [content_folder("labs"), own_folder(self._folder, "labs")]
        self._labs, problems = discover(folders)
        for problem in problems:
            log.warning("%s", problem)

    def _open(self, _: None) -> None:
        from tfcards.store import Collection

        try:
            now = clock.now()
            self._collection = Collection.open(self._folder, now=now, zone=clock.zone())
        except TfcardsError as error:
            self._desktop.give_up(str(error))
            return
        self._desktop.open(self._collection, self._labs, clock.now, self._folder)
        self._read_decks(now)

    def _read_decks(self, now: datetime) -> None:
        """Bring new or changed deck files in: reading off the GUI thread, adding on it."""
        from tfcards import formats
        from tfcards.sessions.library import add_deck, changed_decks

        collection = self._collection
        folders = [content_folder("decks"), own_folder(self._folder, "decks")]
        for file in changed_decks(collection, folders):
            self._desktop.in_background(
                lambda file=file: (file, formats.read(file)),
                lambda read: (add_deck(collection, *read, now), self._desktop.refresh()),
            )

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
