"""TensorBoard as a process of the window: started, answering, stopped, gone with its window."""

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from tfcards.errors import UnavailableError
from tfcards.labs.left import board
from tfcards.labs.left.produced import Kind, Produced, produced
from tfcards.ui.artifacts.tensorboard import State
from tfcards.ui.artifacts.tensorboard_bar import NO_LOGS, TensorBoardBar
from tfcards.ui.look.appearance import Appearance

LEFT = Path(__file__).parent / "data" / "left"
START_MS = 60_000


@pytest.fixture
def work(tmp_path: Path) -> Path:
    work = tmp_path / "run" / "work"
    shutil.copytree(LEFT / "logs", work / "logs")
    (tmp_path / "run" / "home").mkdir()
    return work


def logs(work: Path) -> Produced:
    return next(one for one in produced(work) if one.kind is Kind.LOG)


class Browser(QObject):
    """Gets the addresses that would be opened."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.urls.append(url.toString())


@pytest.fixture
def browser() -> Iterator[Browser]:
    browser = Browser()
    QDesktopServices.setUrlHandler("http", browser, "take")
    yield browser
    QDesktopServices.unsetUrlHandler("http")


@pytest.fixture
def bar(qtbot: QtBot, appearance: Appearance) -> Iterator[TensorBoardBar]:
    bar = TensorBoardBar()
    qtbot.addWidget(bar)
    bar.show()
    yield bar
    bar.server.stop()


def answer(url: str, path: str) -> object:
    with urllib.request.urlopen(f"{url}{path}", timeout=20) as reply:
        return json.load(reply)


@pytest.mark.tensorflow
def test_it_starts_answers_and_stops(
    qtbot: QtBot, bar: TensorBoardBar, work: Path, browser: Browser
) -> None:
    bar.offer(work, logs(work))
    bar.open.click()
    assert bar.status.text() == "Starting …"
    assert not bar.open.isEnabled()
    qtbot.waitUntil(lambda: bar.server.state is State.RUNNING, timeout=START_MS)
    url = bar.server.url
    assert browser.urls == [url]
    assert bar.status.text() == f"Running at {url}"
    qtbot.waitUntil(lambda: answer(url, "data/runs") == ["train", "validation"], timeout=START_MS)
    process = psutil.Process(bar.server.process_id)
    assert os.getpgid(process.pid) != os.getpgid(0)
    bar.open.click()
    assert browser.urls == [url, url]
    bar.stop.click()
    assert not process.is_running()
    assert bar.server.state is State.STOPPED
    assert bar.open.isEnabled()
    assert bar.stop.isHidden()


@pytest.mark.tensorflow
def test_it_never_outlives_a_killed_window(work: Path) -> None:
    window = f"""
        import sys
        from pathlib import Path
        from PySide6.QtCore import QCoreApplication
        from tfcards.ui.artifacts.tensorboard import TensorBoard
        app = QCoreApplication([])
        server = TensorBoard()
        server.answered.connect(lambda url: print(server.process_id, flush=True))
        server.start(Path({str(work)!r}), Path({str(work.parent / "home")!r}))
        app.exec()
    """
    command = [sys.executable, "-c", textwrap.dedent(window)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        server = psutil.Process(int(process.stdout.readline()))
        assert server.is_running()
        process.send_signal(signal.SIGKILL)
    psutil.wait_procs([server], timeout=20)
    assert not server.is_running()


def test_it_ends_when_its_input_does_without_a_word_to_the_kernel(work: Path) -> None:
    """Where no kernel ends it with its parent, the closed pipe does."""
    program = "import os, sys; sys.argv = ['board', sys.argv[1]]\n" + textwrap.dedent("""
        from tfcards.labkit import board
        board.die_with_parent = lambda: None
        board.serve = lambda folder: {"url": "http://127.0.0.1:1/"}
        board.main()
    """)
    with subprocess.Popen(
        [sys.executable, "-c", program, str(work)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert board.address(process.stdout.readline()) == "http://127.0.0.1:1/"
        assert process.poll() is None
        process.communicate(timeout=20)
    assert process.returncode == 0


def test_nothing_to_open_without_logs(bar: TensorBoardBar, work: Path) -> None:
    bar.offer(work, None)
    assert not bar.open.isEnabled()
    assert bar.open.toolTip() == NO_LOGS


def test_links_in_the_logs_are_told(bar: TensorBoardBar, work: Path, tmp_path: Path) -> None:
    (work / "logs" / "away").symlink_to(tmp_path)
    bar.offer(work, logs(work))
    bar.open.click()
    assert "link to another folder, away" in bar.status.text()
    assert bar.status.isVisible()
    assert bar.server.state is State.STOPPED


def test_a_server_that_dies_is_told(
    qtbot: QtBot, bar: TensorBoardBar, work: Path, browser: Browser
) -> None:
    bar.offer(work, logs(work))
    bar.open.click()
    qtbot.waitUntil(lambda: bar.server.process_id != 0)
    os.kill(bar.server.process_id, signal.SIGKILL)
    qtbot.waitUntil(lambda: bar.server.state is State.STOPPED)
    assert "ended by itself" in bar.status.text()
    assert bar.open.isEnabled()


def test_what_the_server_says_is_an_address_or_a_reason() -> None:
    assert board.address(b'{"url": "http://127.0.0.1:6006/"}') == "http://127.0.0.1:6006/"
    for said, sentence in (
        (b'{"problem": "It could not start: no port."}', "no port"),
        (b'{"url": "http://example.org/"}', "before it could answer"),
        (b"rubbish", "before it could answer"),
        (b"[1]", "before it could answer"),
    ):
        with pytest.raises(UnavailableError, match=sentence):
            board.address(said)


def test_without_the_package_it_says_what_to_do(tmp_path: Path) -> None:
    """In an interpreter that finds no tensorboard."""
    program = textwrap.dedent("""
        import sys
        from importlib.machinery import PathFinder
        class Without(PathFinder):
            @classmethod
            def find_spec(cls, name, path=None, target=None):
                found = super().find_spec(name, path, target)
                return None if name == "tensorboard" else found
        sys.meta_path = [one for one in sys.meta_path if one is not PathFinder] + [Without]
        from pathlib import Path
        from tfcards.ui.artifacts.tensorboard import State, TensorBoard
        server = TensorBoard()
        server.start(Path(), Path())
        print(server.problem, server.state is State.STOPPED)
    """)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    said = "TensorBoard is not installed in this environment. Run make install. True\n"
    assert done.stdout == said, done.stderr
