"""One lab at the workbench, driven for real: the pictures of docs/lab-run.md.

    python scripts/take_lab_pictures.py [docs/pictures]

Opens lab 07 in a fresh data folder, runs a frequent mistake and then the solution, and keeps the
window as it looked on the way.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tfcards import clock
from tfcards.core.model import Rating
from tfcards.labs.content.manifest import Lab, discover
from tfcards.paths import content_folder
from tfcards.sessions.library import add_decks
from tfcards.sessions.review import ReviewSession
from tfcards.store import Collection
from tfcards.ui.context import Context
from tfcards.ui.desktop import Desktop
from tfcards.ui.labs_page import LabsPage
from tfcards.ui.look.appearance import Mode
from tfcards.ui.rooms import Room
from tfcards.ui.workbench.page import LabPage

LAB, DECK = "07-one-host", "TensorFlow::07 Distributed training"
RIGHT, WRONG = (f'reduce("{word}", strategy.run(replica_step' for word in ("SUM", "MEAN"))
POINTS = 4  # epochs until the picture of a run
SHORT = 100  # ms for a picture of what goes on meanwhile
PATIENCE = 180  # seconds for one run


def main(output: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        collection = Collection.open(folder, now=clock.now(), zone=clock.zone())
        add_decks(collection, [content_folder("decks")], clock.now())
        labs, _ = discover([content_folder("labs")])
        lab = next(lab for lab in labs if lab.id == LAB)
        desktop = Desktop(folder)
        desktop.window.resize(1280, 800)
        desktop.window.show()
        desktop.window.open_collection(Context(collection, labs, clock.now, folder))
        learn(collection)
        collection.begin_lab(LAB, clock.now())
        desktop.window.open_lab(LAB)
        page = desktop.window.page(Room.LABS)
        assert isinstance(page, LabsPage)
        assert page.bench is not None
        drive(desktop, page.bench, lab, output)
        desktop.window.close()
        collection.close()


def learn(collection: Collection) -> None:
    """Recall the lab's deck on several days, as who gets this far has."""
    deck = next(deck for deck in collection.decks() if deck.name == DECK)
    collection.set_options(deck.id, {"new_per_day": 99})
    for days in (9, 6, 3):
        then = clock.now() - timedelta(days=days)
        session = ReviewSession(collection, lambda then=then: then, deck.id)
        while session.card is not None:
            session.reveal()
            session.rate(Rating.EASY)


def drive(desktop: Desktop, bench: LabPage, lab: Lab, output: Path) -> None:
    """The task, a mistake with its curves and its result, then the solution."""

    def keep(name: str, wait: int = 600) -> None:
        QTest.qWait(wait)
        shown = QApplication.activeModalWidget() or desktop.window
        shown.grab().save(str(output / f"lab-07-{name}.png"))

    solution = (lab.solution / lab.files[0]).read_text("utf-8")
    mistake = solution.replace(RIGHT, WRONG)
    assert mistake != solution
    keep("1-task")
    write(bench, mistake)
    bench.run()
    until(lambda: len(bench.session.series.get("val_loss", ())) > POINTS)
    keep("2-running", SHORT)
    until(lambda: any_checked(bench))
    if not bench.process.is_running:
        sys.exit("The run was over before its checks could be shown: take the pictures again.")
    keep("3-checks", SHORT)
    until(lambda: not bench.process.is_running)
    keep("4-mistake")
    desktop.appearance.choose_mode(Mode.DARK)
    write(bench, solution)
    bench.run()
    until(lambda: not bench.process.is_running)
    assert bench.session.outcome == "passed", bench.session.message
    keep("5-passed")
    write(bench, mistake)
    bench.show_solution()
    keep("6-solution")


def any_checked(bench: LabPage) -> bool:
    return any(check.status in ("passed", "failed") for check in bench.session.checks)


def write(bench: LabPage, text: str) -> None:
    """Put a text into the editor, as if it had been typed."""
    bench.files.current().setPlainText(text)
    QTest.qWait(100)


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            sys.exit("The run did not come this far in time.")
        QTest.qWait(50)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures").resolve())
