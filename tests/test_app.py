"""The whole app as a process: what it loads when, a second start, starts that cannot succeed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tfcards.paths import content_folder

OFFSCREEN = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}

START = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from tfcards.app import Application
from tfcards.ui.desktop import Desktop

folder = Path(sys.argv[1])
desktop = Desktop(folder)
assert not desktop.raise_running()
HEAVY = ["sqlmodel", "sqlalchemy", "fsrs", "markdown_it", "pydantic"]
HEAVY += ["tensorflow", "keras", "numpy"]
shown = desktop.show

def show():
    shown()
    print("painted with", sorted(name for name in HEAVY if name in sys.modules), flush=True)

desktop.show = show

def look():
    if desktop.window.is_open:
        print("open with", sorted(n for n in HEAVY[-3:] if n in sys.modules), flush=True)
        timer.stop()
        if "--stay" not in sys.argv:
            QTimer.singleShot(300, desktop.window.close)
    dialog = desktop.window.findChild(QDialog)
    if dialog is not None:
        print("dialog", flush=True)
        timer.stop()
        dialog.accept()

from PySide6.QtWidgets import QDialog
timer = QTimer()
timer.timeout.connect(look)
timer.start(20)
code = Application(desktop, folder).run()
print("ended", flush=True)
sys.exit(code)
"""


def start(folder, *words):
    return subprocess.Popen(
        [sys.executable, "-c", START, str(folder), *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=OFFSCREEN,
    )  # fmt: skip


def test_it_paints_before_it_loads_and_never_loads_tensorflow(tmp_path):
    out, err = start(tmp_path).communicate(timeout=60)
    assert out.splitlines() == ["painted with []", "open with []", "ended"], err


def test_a_second_start_raises_the_first_and_ends(tmp_path):
    first = start(tmp_path, "--stay")
    try:
        assert first.stdout.readline().startswith("painted")
        assert first.stdout.readline().startswith("open")
        second = subprocess.run(
            [sys.executable, "-m", "tfcards", "--data", str(tmp_path)],
            capture_output=True, text=True, env=OFFSCREEN, timeout=30, check=False,
        )  # fmt: skip
        assert second.returncode == 0, second.stderr
        command = subprocess.run(
            [sys.executable, "-m", "tfcards", "--data", str(tmp_path), "due"],
            capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
        assert command.returncode == 3
        assert "Traceback" not in command.stderr
        assert first.poll() is None
    finally:
        first.kill()
        first.communicate()


def test_a_damaged_collection_is_a_dialog_and_exit_code_3(tmp_path):
    (tmp_path / "collection.db").write_bytes(b"nothing that SQLite knows" * 50)
    process = start(tmp_path)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "dialog" in out
    assert "collection.db" in err
    assert "Traceback" not in err
    assert (tmp_path / "collection.db").read_bytes() == b"nothing that SQLite knows" * 50


@pytest.mark.parametrize("words", [[], ["due"]])
def test_a_data_folder_that_is_a_file_is_a_sentence(tmp_path, words):
    (tmp_path / "file").write_text("")
    done = subprocess.run(
        [sys.executable, "-m", "tfcards", "--data", str(tmp_path / "file"), *words],
        capture_output=True, text=True, env=OFFSCREEN, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert str(tmp_path / "file") in done.stderr
    assert "Traceback" not in done.stderr


def test_without_qt_it_says_what_to_do(tmp_path):
    broken = tmp_path / "PySide6"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise ImportError('libEGL.so.1: cannot open')")
    done = subprocess.run(
        [sys.executable, "-m", "tfcards", "--data", str(tmp_path / "data")],
        capture_output=True, text=True, timeout=30, check=False,
        env={**OFFSCREEN, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 3
    assert "libEGL.so.1" in done.stderr
    assert "tfcards review" in done.stderr


def test_the_content_is_found_in_a_checkout():
    assert (content_folder("decks") / "tensorflow").is_dir()
    assert Path(content_folder("labs") / "01-tensors" / "lab.toml").is_file()
