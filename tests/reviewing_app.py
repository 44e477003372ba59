"""The app, reviewing as fast as it can, saying each answer that is on disk: to be killed by a test.

python tests/reviewing_app.py DATA_FOLDER
"""

import sys
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from tfcards.app import Application
from tfcards.ui.desktop import Desktop
from tfcards.ui.rooms import Room


def drive(desktop: Desktop) -> None:
    """Press the keys a learner presses, again and again, from the event loop."""
    window = desktop.window
    if not window.is_open:
        return
    if window.room is not Room.REVIEW:
        window.study(None)
        print("READY", flush=True)
    page = window.page(Room.REVIEW)
    before = page.session.done
    QTest.keyClick(page, Qt.Key.Key_Space)
    QTest.keyClick(page, Qt.Key.Key_3 if before % 3 else Qt.Key.Key_1)
    if page.session.done > before:
        print("ANSWERED", flush=True)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    desktop = Desktop(folder)
    timer = QTimer()
    timer.timeout.connect(lambda: drive(desktop))
    timer.start(1)
    sys.exit(Application(desktop, folder).run())
