"""Keeping TensorFlow ready: the learner's choice is kept and acted on. No TensorFlow is loaded."""

import psutil
import pytest
from PySide6.QtCore import QSettings

from tfcards.labs.warm import SETTING, WarmServer
from tfcards.sessions.readiness import Readiness
from tfcards.store import Collection
from tfcards.ui.context import Context
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.settings import SettingsPage


class Told(WarmServer):
    """A server that only writes down what it was told."""

    def __init__(self) -> None:
        super().__init__({})
        self.said: list[str] = []

    def wake(self) -> bool:
        self.said.append("wake")
        return True

    def close(self) -> None:
        self.said.append("close")


def test_it_is_wanted_until_the_learner_says_no(collection: Collection):
    server = Told()
    readiness = Readiness(collection, server)
    assert readiness.is_wanted
    readiness.wake()
    readiness.choose(wanted=False)
    readiness.wake()
    assert server.said == ["wake", "close"]
    assert collection.setting(SETTING, default=True) is False
    readiness.choose(wanted=True)
    assert server.said == ["wake", "close", "wake"]


def test_the_settings_page_shows_and_keeps_it(
    qtbot, collection: Collection, appearance: Appearance, settings: QSettings, tmp_path, clock
):
    server = Told()
    context = Context(collection, [], clock, tmp_path, readiness=Readiness(collection, server))
    page = SettingsPage(context, appearance)
    qtbot.addWidget(page)
    page.enter()
    assert page.warm.isChecked()
    assert server.said == []
    page.warm.click()
    assert server.said == ["close"]
    assert not Readiness(collection, server).is_wanted


def test_it_says_why_it_cannot_be(collection: Collection, monkeypatch: pytest.MonkeyPatch):
    readiness = Readiness(collection, WarmServer({}))
    memory = psutil.virtual_memory()._replace(available=10 * 2**30)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    assert "ten idle minutes" in readiness.sentence
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory._replace(available=2**30))
    assert "1.0 GB of memory are free" in readiness.sentence
