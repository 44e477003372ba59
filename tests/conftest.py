"""What tests share: no screen, no motion, a still clock, and collections on real files."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tfcards import formats
from tfcards.core.draft import Draft
from tfcards.store import Collection
from tfcards.ui.context import Context
from tfcards.ui.look.appearance import Appearance, Mode, load_fonts
from tfcards.ui.window import MainWindow


def pytest_configure(config: pytest.Config) -> None:
    # the offscreen platform says so whenever a window has a smallest size
    config.addinivalue_line("qt_log_ignore", "does not support propagateSizeHints")
    # ziamath 0.13 warns while it is imported, which is with the first formula of a test
    config.addinivalue_line("filterwarnings", "ignore:path is deprecated:DeprecationWarning")


class StillClock:
    """A clock that moves only when told to."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@pytest.fixture
def clock() -> StillClock:
    return StillClock(datetime(2026, 3, 10, 9, 0, tzinfo=UTC))


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture(scope="session")
def fonts(qapp: QApplication) -> None:
    load_fonts()


@pytest.fixture
def appearance(qapp: QApplication, fonts: None, settings: QSettings) -> Iterator[Appearance]:
    appearance = Appearance(settings)
    appearance.choose_motion(reduced=True)
    appearance.choose_mode(Mode.LIGHT)
    appearance.wear()
    yield appearance
    qapp.setStyleSheet("")


@pytest.fixture(scope="session")
def shipped_decks() -> list[Draft]:
    folder = Path(__file__).parents[1] / "decks" / "tensorflow"
    return [formats.read(file) for file in sorted(folder.glob("*.md"))[:2]]


@pytest.fixture
def collection(
    tmp_path: Path, clock: StillClock, shipped_decks: list[Draft]
) -> Iterator[Collection]:
    opened = Collection.open(tmp_path / "data", now=clock(), zone="Europe/Berlin")
    for draft in shipped_decks:
        opened.add(draft, clock())
    yield opened
    opened.close()


@pytest.fixture
def context(collection: Collection, clock: StillClock, tmp_path: Path) -> Context:
    return Context(collection, [], clock, tmp_path / "data")


@pytest.fixture
def window(
    qtbot: QtBot, settings: QSettings, appearance: Appearance, context: Context
) -> MainWindow:
    window = MainWindow(settings, appearance)
    qtbot.addWidget(window)
    window.resize(1180, 800)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    window.open_collection(context)
    return window
