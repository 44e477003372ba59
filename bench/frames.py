"""How long the window keeps a learner waiting while a lab run sends 1,000 events a second."""

import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from tfcards.labs.manifest import load
from tfcards.store import Collection
from tfcards.ui.appearance import Appearance, load_fonts
from tfcards.ui.context import Context
from tfcards.ui.labs_page import LabsPage

LAB = Path(__file__).parents[1] / "tests" / "data" / "labs" / "tiny"
EVENTS, SECONDS = 1000, 5  # a second, half of them metrics and half printed lines; for how long
TICK = 0.005
FLOOD = f"""
import time
from tfcards.labkit import report
began = time.monotonic()
for step in range({EVENTS * SECONDS // 2}):
    report(step, loss=1 / (step + 1), accuracy=step / 5000)
    print("step", step, "of a training that prints every one of them", flush=True)
    time.sleep(max(0, began + step / {EVENTS / 2} - time.monotonic()))
"""


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication(sys.argv[:1])
    load_fonts()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        collection = Collection.open(folder, now=datetime.now(UTC), zone="UTC")
        settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        appearance = Appearance(settings)
        appearance.wear()
        lab = load(LAB)
        page = LabsPage(Context(collection, [lab], lambda: datetime.now(UTC), folder), appearance)
        page.resize(1280, 800)
        page.show()
        collection.begin_lab(lab.id, datetime.now(UTC))
        page.open_lab(lab.id)
        assert page.bench is not None
        page.bench.session.save("sums.py", FLOOD)
        gaps, seen = watch(page)
        collection.close()
    del application
    assert seen >= EVENTS * SECONDS / 2, f"only {seen} points arrived"
    print(f"{f'a frame at {EVENTS} events a second':<40} {statistics.median(gaps) * 1000:.1f} ms"
          f"   (p99 {sorted(gaps)[int(len(gaps) * 0.99)] * 1000:.1f} ms,"
          f" worst {max(gaps) * 1000:.1f} ms, {seen} points)")  # fmt: skip


def watch(page: LabsPage) -> tuple[list[float], int]:
    """Run the flood: how late a clock of the window ticked each time, and the points that came."""
    late: list[float] = []
    last = [0.0]

    def tick() -> None:
        now = time.perf_counter()
        if last[0]:
            late.append(max(0.0, now - last[0] - TICK))
        last[0] = now

    bench = page.bench
    assert bench is not None
    clock, loop = QTimer(), QEventLoop()
    clock.setInterval(int(TICK * 1000))
    clock.timeout.connect(tick)
    bench.process.finished.connect(loop.quit)
    bench.run()
    clock.start()
    loop.exec()
    return late, max((len(points) for points in bench.session.series.values()), default=0)


if __name__ == "__main__":
    main()
