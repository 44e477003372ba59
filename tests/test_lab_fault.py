"""When the checks themselves fail: no attempt, and the details to report are at hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import tiny_lab
from conftest import StillClock
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from tfcards.labs.content.manifest import load
from tfcards.store import Collection
from tfcards.ui.context import Context
from tfcards.ui.labs_page import LabsPage
from tfcards.ui.look.appearance import Appearance

RUN_MS = 60_000


@pytest.fixture
def collection(tmp_path: Path, clock: StillClock) -> Iterator[Collection]:
    collection = Collection.open(tmp_path / "data", now=clock(), zone="UTC")
    yield collection
    collection.close()


def test_a_fault_of_the_checks_is_no_attempt_and_can_be_copied(
    qtbot: QtBot,
    appearance: Appearance,
    collection: Collection,
    clock: StillClock,
    tmp_path: Path,
) -> None:
    checks = (tiny_lab.FOLDER / "checks.py").read_text("utf-8")
    broken = load(tiny_lab.copy(tmp_path, checks_py=f"{checks}\nraise RuntimeError('our own')\n"))
    page = LabsPage(Context(collection, [broken], clock, tmp_path / "data"), appearance)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    collection.begin_lab("tiny", clock())
    page.open_lab("tiny")
    bench = page.bench
    assert bench is not None
    bench.session.save("sums.py", tiny_lab.solution()["sums.py"])
    with qtbot.waitSignal(bench.ended, timeout=RUN_MS):
        bench.run()
    assert bench.result.headline == "The checks could not be run"
    assert [one.outcome for one in collection.attempts("tiny")] == []
    assert bench.result.copy.isVisible()
    bench.result.copy.click()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("tiny on ")
    assert "RuntimeError: our own" in copied
