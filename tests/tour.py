"""The main road, driven once for real: empty folder, cards, reviews, an unlocked lab, three runs.

    python tests/tour.py OUTPUT_FOLDER

Leaves the learner's data and screenshots in the folder and prints what happened. Exit code 1 if
the road does not lead where it should.
"""

import os
import shutil
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tfcards.core.model import Rating
from tfcards.labs.content.manifest import Lab, discover
from tfcards.labs.content.roadmap import find_outline
from tfcards.paths import content_folder
from tfcards.sessions.lab import LabSession, run_to_the_end
from tfcards.sessions.labs import LabState, lab_rows
from tfcards.sessions.library import add_decks
from tfcards.sessions.review import ReviewSession
from tfcards.store import Collection
from tfcards.ui.context import Context
from tfcards.ui.desktop import Desktop
from tfcards.ui.look.appearance import Mode
from tfcards.ui.rooms import Room

LAB = "01-tensors"
DECK = "TensorFlow::01 Tensors"
MOST_DAYS = 40


class MovedClock:
    """A clock that the tour turns forward."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def expect(is_so: bool, sentence: str) -> None:
    if not is_so:
        sys.exit(f"The tour ended here: {sentence}")


def main(output: Path) -> None:
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    clock = MovedClock()
    began = time.perf_counter()
    collection = Collection.open(output / "data", now=clock(), zone="Europe/Berlin")
    reports = add_decks(collection, [content_folder("decks")], clock())
    print(f"Decks: {sum(len(r.added) for r in reports)} notes added from {len(reports)} files.")
    labs, problems = discover([content_folder("labs")])
    expect(not problems, f"a lab is damaged: {problems}")
    review_until_open(collection, labs, clock)

    desktop = Desktop(output / "data")
    outline, problems = find_outline(content_folder("labs"))
    expect(not problems, f"the road is damaged: {problems}")
    context = Context(collection, labs, clock, output / "data", outline=outline)
    show_cards(desktop, context, output)
    run_lab(collection, next(lab for lab in labs if lab.id == LAB), output, clock)
    desktop.window.go(Room.LABS)
    take_pictures(desktop, output, "roadmap")
    desktop.window.open_lab(LAB)
    take_pictures(desktop, output, "lab")
    desktop.window.close()

    say_what_is_there(collection, clock)
    collection.close()
    print(f"Pictures: {', '.join(sorted(p.name for p in output.glob('*.png')))}")
    print(f"The tour took {time.perf_counter() - began:.0f} s.")


def show_cards(desktop: Desktop, context: Context, output: Path) -> None:
    """Today and a turned card, as the learner sees them."""
    window = desktop.window
    window.resize(1280, 800)
    window.show()
    window.open_collection(context)
    take_pictures(desktop, output, "today")
    window.study(None)
    QTest.keyClick(window.page(Room.REVIEW), Qt.Key.Key_Space)
    take_pictures(desktop, output, "review")


def say_what_is_there(collection: Collection, clock: MovedClock) -> None:
    """What the road left behind, and that it is sound."""
    counts = collection.counts(collection.calendar().day(clock()), clock())
    scheduled = sum(row.due for row in counts if "::" not in row.deck.name)
    print(f"Today: {scheduled} cards due; {len(collection.attempts())} attempts kept.")
    expect(scheduled > 0, "no card is scheduled")
    problems = collection.check()
    expect(not problems, f"the collection is not sound: {' '.join(problems)}")
    expect(collection.replay() == 0, "the review log does not rebuild the schedule")


def review_until_open(collection: Collection, labs: list[Lab], clock: MovedClock) -> None:
    """Review the lab's deck once a day until the lab opens."""
    deck = next(deck for deck in collection.decks() if deck.name == DECK)
    reviews = 0
    for day in range(MOST_DAYS):
        session = ReviewSession(collection, clock, deck.id)
        while session.card is not None:
            clock.now += timedelta(seconds=7)
            session.reveal()
            session.rate(Rating.GOOD)
        reviews += session.done
        row = next(row for row in lab_rows(collection, labs, clock) if row.lab.id == LAB)
        print(f"Day {day + 1}: {session.done} reviews. {row.lab.title}: {row.reason}")
        if row.state is LabState.OPEN:
            print(f"The lab opened on day {day + 1} after {reviews} reviews.")
            clock.now += timedelta(days=1)
            return
        clock.now = clock.now.replace(hour=8, minute=0) + timedelta(days=1)
    expect(False, f"{LAB} did not open within {MOST_DAYS} days")


def run_lab(collection: Collection, lab: Lab, output: Path, clock: MovedClock) -> None:
    """The starter, a wrong solution and the solution, each run and graded for real."""
    wrong = lab.wrong[0]
    roads = [
        ("starter", lab.starter, "not_attempted"),
        (f"wrong solution '{wrong.folder}'", lab.folder / "wrong" / wrong.folder, "failed"),
        ("solution", lab.solution, "passed"),
    ]
    for name, folder, expected in roads:
        session = LabSession.open(collection, lab, output / "data", clock)
        for file in lab.files:
            source = folder / file if (folder / file).exists() else lab.solution / file
            session.save(file, source.read_text(encoding="utf-8"))
        started = time.perf_counter()
        run_to_the_end(session)
        took = time.perf_counter() - started
        failed = [check.id for check in session.checks if check.status == "failed"]
        print(
            f"Lab with the {name}: {session.outcome}, {session.score:g} of "
            f"{session.max_score:g} points in {took:.1f} s; failed: {', '.join(failed) or 'none'}"
        )
        expect(session.outcome == expected, f"{expected} was expected. {session.message}")
        if expected == "failed":
            expect(wrong.fails in failed, f"{wrong.fails} should have failed")
            print(f"  cards due again: {', '.join(session.cards_brought)}")
            expect(bool(session.cards_brought), "no card came due")


def take_pictures(desktop: Desktop, output: Path, name: str) -> None:
    """The window in light and dark."""
    for mode in (Mode.LIGHT, Mode.DARK):
        desktop.appearance.choose_mode(mode)
        QTest.qWait(400)
        desktop.window.grab().save(str(output / f"{name}-{mode.value}.png"))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
