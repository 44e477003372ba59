"""The app, reviewing as fast as it can, saying each answer that is on disk: to be killed by a test.

python tests/reviewing_app.py DATA_FOLDER
"""

import sys
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from tfcards.app import Application
from tfcards.ui.desktop import Desktop
from tfcards.ui.page import Page
from tfcards.ui.rooms import Room


def drive(desktop: Desktop) -> None:
    """Press the keys a learner presses, again and again, from the event loop."""
    window = desktop.window
    if window.findChild(Page) is None:
        return  # the collection is not open yet
    page = window.findChild(Page, "review")
    if page is None:
        window.study(None)
        window.page(Room.REVIEW).setObjectName("review")
        print("READY", flush=True)
        return
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
