"""The files of a run in the workbench: listed, read, shown in each form, enlarged, copied."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QColor, QDesktopServices, QImage, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QTabWidget
from pytestqt.qtbot import QtBot
from test_accessibility import unnamed

from tfcards.labs.left.produced import Kind, produced
from tfcards.sessions.left import Left
from tfcards.ui.artifacts.artifacts import LabArtifacts
from tfcards.ui.artifacts.matrix import MatrixView
from tfcards.ui.artifacts.picture import PictureView
from tfcards.ui.artifacts.reader import ArtifactWindow
from tfcards.ui.artifacts.table import TableView
from tfcards.ui.look.appearance import Appearance

LEFT = Path(__file__).parent / "data" / "left"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    work = tmp_path / "run" / "work"
    shutil.copytree(LEFT, work)
    matrix = {"labels": ["cat", "dog"], "counts": [[8, 2], [1, 9]]}
    (work / "val.confusion.json").write_text(json.dumps(matrix))
    (work / "notes.txt").write_text("some words")
    (work / "blob.bin").write_bytes(b"\0" * 10)
    picture = QImage(60, 40, QImage.Format.Format_RGB32)
    picture.fill(QColor("red"))
    picture.save(str(work / "sample.png"))
    (work / "broken.png").write_bytes(b"no picture")
    return work


@pytest.fixture
def artifacts(qtbot: QtBot, appearance: Appearance, work: Path) -> Iterator[LabArtifacts]:
    def find() -> Left:
        files = tuple(produced(work))
        logs = next((one for one in files if one.kind is Kind.LOG), None)
        return Left(work, files, work, logs)

    view = LabArtifacts(find, appearance.theme)
    qtbot.addWidget(view)
    view.resize(900, 500)
    with qtbot.waitExposed(view):
        view.show()
    with qtbot.waitSignal(view.changed):
        view.refresh()
    yield view
    view.close_all()


def choose(qtbot: QtBot, artifacts: LabArtifacts, path: str) -> None:
    """Choose a file as a click does, and wait until it has been read."""
    [item] = [
        artifacts.list.item(row)
        for row in range(artifacts.list.count())
        if artifacts.list.item(row).toolTip() == path
    ]
    with qtbot.waitSignal(artifacts.reader.finished, timeout=30_000):
        artifacts.list.setCurrentItem(item)


def test_every_file_is_listed_with_its_kind_and_size(artifacts: LabArtifacts) -> None:
    texts = [artifacts.list.item(row).text() for row in range(artifacts.list.count())]
    assert "tiny.keras\nKeras model · 21 kB" in texts
    assert artifacts.count == len(texts)
    assert "Choose" in artifacts.reader.status.text()
    assert unnamed(artifacts) == []


def test_a_model_is_shown_as_facts_and_layers(qtbot: QtBot, artifacts: LabArtifacts) -> None:
    choose(qtbot, artifacts, "tiny.keras")
    table = artifacts.reader.view.findChild(TableView)
    assert table.accessibleName() == "Layers of tiny.keras"
    assert [table.model().index(1, column).data() for column in range(4)] == [
        "hidden",
        "Dense",
        "(None, 3)",
        "15",
    ]
    assert unnamed(artifacts) == []


def test_a_confusion_matrix_is_coloured_and_can_be_read_aloud(
    qtbot: QtBot, artifacts: LabArtifacts
) -> None:
    choose(qtbot, artifacts, "val.confusion.json")
    grid = artifacts.reader.view.findChild(MatrixView).grid
    right, wrong = grid.item(0, 0), grid.item(0, 1)
    assert (right.text(), wrong.text()) == ("8", "2")
    assert right.background().color() != wrong.background().color()
    told = wrong.data(Qt.ItemDataRole.AccessibleTextRole)
    assert told == "cat taken for dog: 2, 20% of its row"


def test_a_picture_fits_and_can_be_enlarged(qtbot: QtBot, artifacts: LabArtifacts) -> None:
    choose(qtbot, artifacts, "sample.png")
    picture = artifacts.reader.view.findChild(PictureView)
    fitting = picture.canvas.scale_now
    QTest.keyClicks(picture.canvas, "+")
    assert picture.canvas.scale_now > fitting
    QTest.keyClicks(picture.canvas, "0")
    assert picture.canvas.scale_now == pytest.approx(fitting)
    picture.smaller.click()
    assert picture.canvas.scale_now < fitting


def test_what_cannot_be_read_says_why(qtbot: QtBot, artifacts: LabArtifacts, work: Path) -> None:
    choose(qtbot, artifacts, "broken.png")
    assert "cannot be read" in artifacts.reader.status.text()
    assert not artifacts.reader.enlarge.isEnabled()
    choose(qtbot, artifacts, "blob.bin")
    assert "no view for this kind" in artifacts.reader.status.text()
    (work / "tiny.h5").write_bytes(b"something else")
    choose(qtbot, artifacts, "tiny.h5")
    assert "damaged" in artifacts.reader.status.text()


def test_logs_are_curves_and_a_table(qtbot: QtBot, artifacts: LabArtifacts) -> None:
    choose(qtbot, artifacts, "logs")
    tabs = artifacts.reader.view.findChild(QTabWidget)
    assert [tabs.tabText(number) for number in range(tabs.count())] == ["Curves", "Scalars"]
    assert artifacts.board.open.isEnabled()


def test_another_choice_replaces_a_reading(qtbot: QtBot, artifacts: LabArtifacts) -> None:
    for row in range(artifacts.list.count()):
        artifacts.list.setCurrentRow(row)
    choose(qtbot, artifacts, "notes.txt")
    qtbot.waitUntil(lambda: artifacts.reader.view.findChild(QPlainTextEdit) is not None)
    text = artifacts.reader.view.findChild(QPlainTextEdit)
    assert text.toPlainText() == "some words"


def test_a_reading_can_be_cancelled(qtbot: QtBot, artifacts: LabArtifacts) -> None:
    artifacts.list.setCurrentRow(0)
    assert artifacts.reader.cancel_button.isVisible()
    artifacts.reader.cancel_button.click()
    assert artifacts.reader.status.text() == "Cancelled"
    assert not artifacts.reader.is_reading


def test_it_opens_in_a_window_of_its_own(qtbot: QtBot, artifacts: LabArtifacts) -> None:
    choose(qtbot, artifacts, "tiny.keras")
    artifacts.reader.enlarge.click()
    window = artifacts.reader.findChild(ArtifactWindow)
    assert window.windowTitle() == "tiny.keras"
    assert window.findChild(TableView).model().rowCount() == 4
    QTest.keySequence(window, QKeySequence("Esc"))
    qtbot.waitUntil(lambda: artifacts.reader.findChild(ArtifactWindow) is None)


def test_a_copy_is_saved_and_told(qtbot: QtBot, artifacts: LabArtifacts, tmp_path: Path) -> None:
    choose(qtbot, artifacts, "tiny.keras")
    with qtbot.waitSignal(artifacts.told) as told:
        artifacts.reader.save_copy(tmp_path / "mine.keras")
    assert told.args == [f"Saved as {tmp_path / 'mine.keras'}."]
    assert (tmp_path / "mine.keras").read_bytes() == (LEFT / "tiny.keras").read_bytes()


class Opened(QObject):
    """Stands where the desktop would open what it is asked to."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.urls.append(url.toString())


@pytest.fixture
def opened() -> Iterator[Opened]:
    opened = Opened()
    for scheme in ("file", "http"):
        QDesktopServices.setUrlHandler(scheme, opened, "take")
    yield opened
    for scheme in ("file", "http"):
        QDesktopServices.unsetUrlHandler(scheme)


def test_its_folder_is_shown(
    qtbot: QtBot, artifacts: LabArtifacts, work: Path, opened: Opened
) -> None:
    choose(qtbot, artifacts, "logs")
    artifacts.reader.folder.click()
    choose(qtbot, artifacts, "tiny.keras")
    artifacts.reader.folder.click()
    assert opened.urls == [
        QUrl.fromLocalFile(str(path)).toString() for path in (work / "logs", work)
    ]


def test_what_is_new_appears_and_the_choice_stays(
    qtbot: QtBot, artifacts: LabArtifacts, work: Path
) -> None:
    choose(qtbot, artifacts, "notes.txt")
    before = artifacts.count
    (work / "more.txt").write_text("more")
    with qtbot.waitSignal(artifacts.changed):
        artifacts.refresh()
    assert artifacts.count == before + 1
    assert artifacts.list.currentItem().toolTip() == "notes.txt"
    (work / "notes.txt").unlink()
    with qtbot.waitSignal(artifacts.changed):
        artifacts.refresh()
    assert "Choose" in artifacts.reader.status.text()


def test_a_file_that_grew_during_the_run_is_read_again_at_its_end(
    qtbot: QtBot, artifacts: LabArtifacts, work: Path
) -> None:
    choose(qtbot, artifacts, "notes.txt")
    with qtbot.waitSignal(artifacts.changed):
        artifacts.watch(is_on=True)
    (work / "notes.txt").write_text("some more words")
    with qtbot.waitSignal(artifacts.changed):
        artifacts.refresh()
    assert not artifacts.reader.is_reading
    with qtbot.waitSignal(artifacts.reader.finished):
        artifacts.watch(is_on=False)
    assert artifacts.reader.view.findChild(QPlainTextEdit).toPlainText() == "some more words"


def test_a_look_that_was_asked_for_meanwhile_is_made_up_for(
    qtbot: QtBot, artifacts: LabArtifacts, work: Path
) -> None:
    before = artifacts.count
    artifacts.refresh()
    (work / "late.txt").write_text("late")
    artifacts.refresh()
    qtbot.waitUntil(lambda: artifacts.count == before + 1)
