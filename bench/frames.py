"""How long the window keeps a learner waiting while a lab run sends 1,000 events a second.

Two workers report six metrics each and print three lines with every report; thirty checks follow.
A second run prints what is hard to draw: a line of 300 kB, whole and in pieces, lines that are all
just short enough to be shown, progress bars, hundreds of metrics.
A clock of the window ticks all the while, from before the start of the run until after its end. How
late it ticks is a frame as the learner has it, and noisy where others use the same processors; what
the window's thread computed between two ticks is not.
"""

import os
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from tfcards.app import TURN
from tfcards.labs.content.manifest import Lab, load
from tfcards.labs.job import Workers
from tfcards.store import Collection
from tfcards.ui.context import Context
from tfcards.ui.labs_page import LabsPage
from tfcards.ui.look.appearance import Appearance, load_fonts
from tfcards.ui.workbench.page import LabPage

TINY = Path(__file__).parents[1] / "tests" / "data" / "labs" / "tiny"
WORKERS, METRICS, LINES, CHECKS = 2, 6, 3, 30
REPORTS, SECONDS = 500 // WORKERS, 6  # of each worker a second, each with a printed text; how long
TICK = 0.005
LIMIT = 0.050
FLOOD = f"""
import time
from tfcards.labkit import report
if __name__ == "__main__":
    began = time.monotonic()
    for step in range({REPORTS * SECONDS}):
        report(step, **{{f"metric_{{n}}": 1 / (step + n + 1) for n in range({METRICS})}})
        print("step", step, "of a training that prints every one of them\\n" * {LINES}, flush=True)
        time.sleep(max(0, began + step / {REPORTS} - time.monotonic()))
"""
ODD = """
import time
from tfcards.labkit import report
if __name__ == "__main__":
    print("x" * 300_000, flush=True)
    for piece in range(300):
        print("y" * 1000, end="", flush=True)
    for step in range(20_000):
        print(f"\\r{step} of 20000 " + "=" * 60, end="", flush=True)
    for first in range(0, 500, 50):
        for step in range(40):
            report(step, **{f"metric_{first + name}": step for name in range(50)})
            time.sleep(0.002)
    for number in range(200):
        print(number, "z" * 2300, flush=True)
        print(" " * 2300, flush=True)
    time.sleep(2)
"""
CHECK = """
@check("check-{0}", title="The `{0}`th of many checks", task=1, cards=("np-add", "np-sum"))
def check_{0}(lab):
    return lab.failed("It is odd.", observed="{0}") if {0} % 2 else lab.passed("It is even.")
"""


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication(sys.argv[:1])
    sys.setswitchinterval(TURN)
    load_fonts()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        collection = Collection.open(folder, now=datetime.now(UTC), zone="UTC")
        settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        appearance = Appearance(settings)
        appearance.wear()
        lab = flooding(folder)
        page = LabsPage(Context(collection, [lab], lambda: datetime.now(UTC), folder), appearance)
        page.resize(1280, 800)
        page.show()
        collection.begin_lab(lab.id, datetime.now(UTC))
        page.open_lab(lab.id)
        assert page.bench is not None
        late, busy = watch(page.bench, FLOOD)
        seen = min(len(points) for points in page.bench.session.series.values())
        _, odd = watch(page.bench, ODD)
        collection.close()
    del application
    assert seen == REPORTS * SECONDS, f"only {seen} points arrived"
    line(f"a frame at {2 * WORKERS * REPORTS} events a second", late)
    line("computing in one turn of the window", busy)
    line("the same with what is hard to draw", odd)
    verdict = "held" if max(*busy, *odd) < LIMIT else "NOT held"
    print(f"{'limit of a turn: ' + verdict:<40} {LIMIT * 1000:.0f} ms")


def flooding(folder: Path) -> Lab:
    """The tiny lab with two workers, many checks, and room for what they print."""
    made = folder / TINY.name
    shutil.copytree(TINY, made, ignore=shutil.ignore_patterns("__pycache__"))
    manifest = (made / "lab.toml").read_text("utf-8")
    (made / "lab.toml").write_text(manifest.partition("[[wrong]]")[0], "utf-8")
    checks = "".join(CHECK.format(number) for number in range(CHECKS))
    (made / "checks.py").write_text(f"from tfcards.labkit import check\n{checks}", "utf-8")
    lab = load(made)
    limits = replace(lab.limits, seconds=60, output_kb=20_000)
    return replace(lab, artifacts=(), limits=limits, workers=Workers(WORKERS))


def watch(bench: LabPage, code: str) -> tuple[list[float], list[float]]:
    """Run this code: how late a clock of the window ticked, and the work between two ticks."""
    bench.session.save("sums.py", code)
    bench.files.load()
    late: list[float] = []
    busy: list[float] = []
    last: list[float] = []

    def tick() -> None:
        now, worked = time.perf_counter(), time.thread_time()
        if last:
            late.append(max(0.0, now - last[0] - TICK))
            busy.append(worked - last[1])
        last[:] = now, worked

    clock, loop = QTimer(), QEventLoop()
    clock.setInterval(int(TICK * 1000))
    clock.timeout.connect(tick)
    clock.start()
    ended = bench.process.finished.connect(lambda: QTimer.singleShot(1000, loop.quit))
    QTimer.singleShot(500, bench.run)
    loop.exec()
    bench.process.finished.disconnect(ended)
    clock.stop()
    return late, busy


def line(what: str, seconds: list[float]) -> None:
    p99 = sorted(seconds)[int(len(seconds) * 0.99)]
    print(f"{what:<40} {statistics.median(seconds) * 1000:.1f} ms"
          f"   (p99 {p99 * 1000:.1f} ms, worst {max(seconds) * 1000:.1f} ms)")  # fmt: skip


if __name__ == "__main__":
    main()
