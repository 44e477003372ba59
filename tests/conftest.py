"""What tests share: no screen, no motion, a still clock, and collections on real files."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from tfcards.ui.appearance import Appearance, Mode, load_fonts


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
