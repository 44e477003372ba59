"""What the window loads while it is up already, and in which thread; here, at a first start."""

import json
import os
import subprocess
import sys
from pathlib import Path

STARTS = """
import json, sys, threading
from pathlib import Path
from PySide6.QtCore import QTimer

class Watch:
    def __init__(self):
        self.found = []

    def find_spec(self, name, path=None, target=None):
        in_window = threading.current_thread() is threading.main_thread()
        self.found.append((name, in_window, desktop.window.isVisible()))

def look():
    if "tfcards.ui.settings" in sys.modules:
        desktop.window.close()

from tfcards.app import Application
from tfcards.ui.desktop import Desktop
folder = Path(sys.argv[1])
desktop = Desktop(folder)
sys.meta_path.insert(0, watch := Watch())
timer = QTimer()
timer.timeout.connect(look)
timer.start(20)
code = Application(desktop, folder).run()
print(json.dumps(watch.found))
sys.exit(code)
"""


def test_qt_is_loaded_in_the_window_s_thread_alone(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", STARTS, str(tmp_path)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    qt = [one for one in found if one[0].startswith(("tfcards.ui", "PySide6"))]
    assert {"tfcards.ui.workbench.page", "tfcards.ui.review.page"} <= {name for name, *_ in qt}
    assert [name for name, in_window, _ in qt if not in_window] == []
    late = {name.partition(".")[0] for name, *where in found if all(where)}
    assert not late & {"sqlalchemy", "sqlmodel", "pydantic", "yaml", "pygments"}
