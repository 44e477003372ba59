"""The workbench's header while a model trains: the epochs in words and as a bar, then neither."""

import json
from pathlib import Path

import pytest
import tiny_lab
from conftest import StillClock
from pytestqt.qtbot import QtBot

from tfcards.sessions.lab import LabSession
from tfcards.store import Collection
from tfcards.ui.look.appearance import Appearance
from tfcards.ui.workbench.header import LabHeader


@pytest.fixture
def session(collection: Collection, tmp_path: Path, clock: StillClock) -> LabSession:
    return LabSession.open(collection, tiny_lab.tiny(), tmp_path / "data", clock)


def tell(session: LabSession, event: str, **fields: object) -> None:
    session.feed(json.dumps({"ev": event, **fields}))


def test_the_header_tells_the_epoch(
    qtbot: QtBot, appearance: Appearance, session: LabSession
) -> None:
    header = LabHeader(session)
    qtbot.addWidget(header)
    header.show()
    session.prepare()
    header.show_running()
    assert header.bar.maximum() == 0  # on, and nobody knows how far
    tell(session, "phase", phase="run")
    tell(session, "progress", done=2, total=10)
    qtbot.waitUntil(lambda: header.phase.text().startswith("Epoch 3 of 10 … "))
    assert (header.bar.value(), header.bar.maximum()) == (2, 10)
    assert header.bar.accessibleName() == "Epoch 3 of 10"
    tell(session, "progress", done=10, total=10)
    qtbot.waitUntil(lambda: header.phase.text().startswith("Epoch 10 of 10"))
    tell(session, "phase", phase="grade")
    qtbot.waitUntil(lambda: header.phase.text().startswith("Checking your work"))
    assert (header.bar.maximum(), header.bar.accessibleName()) == (0, "Running")
    header.show_idle()
    assert header.bar.isHidden()
    assert header.phase.text() == ""


def test_the_slowest_worker_tells_how_far_all_are(session: LabSession) -> None:
    assert session.epoch is None
    tell(session, "progress", done=3, total=5, worker=0)
    tell(session, "progress", done=2, total=5, worker=1)
    assert session.epoch == (2, 5)
    tell(session, "progress", done=3, total=5, worker=1)
    assert session.epoch == (3, 5)
    session.clear()
    assert session.epoch is None


@pytest.mark.parametrize(
    ("done", "total"),
    [(0, 0), (-1, 3), (4, 3), (1, None), ("1", 3), (1, 1e300), (10**400, 10**400), (0, 2**31)],
)
def test_odd_epochs_are_not_shown(session: LabSession, done: object, total: object) -> None:
    tell(session, "progress", done=done, total=total)
    assert session.epoch is None
