"""One start, timed from the moment the parent gave: bare window, first paint, or all ready."""

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
what, began, data = sys.argv[1], float(sys.argv[2]), Path(sys.argv[3])


def say() -> None:
    print(time.time() - began, flush=True)
    os._exit(0)


if what == "bare":
    from PySide6.QtWidgets import QApplication, QWidget

    application = QApplication([])
    window = QWidget()
    window.show()
    application.processEvents()
    say()

from tfcards.ui.desktop import Desktop

desktop = Desktop(data)
if what == "paint":
    desktop.show()
    say()

from PySide6.QtCore import QTimer

from tfcards.app import Application


def look() -> None:
    if desktop.window.is_open:
        say()


timer = QTimer()
timer.timeout.connect(look)
timer.start(1)
Application(desktop, data).run()
