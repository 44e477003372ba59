"""What speed costs here, as ratios within one run: `make bench`.

Every line compares tfcards with the least any program of its kind would do on this machine:
a bare Qt window for the start, two bare SQL statements synced to disk for an answer.
"""

import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import warm

from tfcards.core.draft import Draft, DraftNote
from tfcards.core.model import Kind, Rating
from tfcards.sessions.review import ReviewSession
from tfcards.store import Collection

STARTS, ANSWERS, NOTES = 5, 300, 10_000
HERE = Path(__file__).parent


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        starts(Path(folder))
        answers(Path(folder))
    warm.main()


def starts(folder: Path) -> None:
    bare, paint, ready = [], [], []
    for number in range(STARTS):
        bare.append(started("bare"))
        data = folder / f"start-{number % 2}"  # the first two starts make the collection
        paint.append(started("paint", data))
        ready.append(started("ready", data))
    line("first paint / bare Qt window", paint, bare, "s")
    line("decks on screen / bare Qt window", ready, bare, "s")


def started(what: str, data: Path | None = None) -> float:
    done = subprocess.run(
        [sys.executable, str(HERE / "start.py"), what, str(time.time()), str(data or "")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(done.stdout.split()[-1])


def answers(folder: Path) -> None:
    now = datetime(2026, 3, 10, 9, tzinfo=UTC)
    collection = Collection.open(folder / "answers", now=now, zone="UTC")
    fields = {"Question": "What?", "Answer": "That. " * 50}
    notes = tuple(DraftNote(f"n{i}", Kind.BASIC, f"D{i % 20}", fields) for i in range(NOTES))
    began = time.perf_counter()
    collection.add(Draft("bench", notes), now)
    print(f"{'import of 10,000 notes':<40} {time.perf_counter() - began:.2f} s")
    for deck in collection.decks():
        collection.set_options(deck.id, {"new_per_day": 50})
    session = ReviewSession(collection, Ticking(now))
    saved = [timed(lambda: (session.reveal(), session.rate(Rating.GOOD))) for _ in range(ANSWERS)]
    undone = [timed(session.undo) for _ in range(30)]
    floor = floor_of_answers(folder / "floor.db")
    line("answer and next card / bare SQLite, FULL", saved, floor, "ms", 1000)
    line("undo and next card / bare SQLite, FULL", undone, floor, "ms", 1000)
    counted = [timed(lambda: collection.counts(now.toordinal(), now)) for _ in range(20)]
    line("deck tree with counts / bare SQLite, FULL", counted, floor, "ms", 1000)
    collection.close()


class Ticking:
    """A clock that is a second later each time it is read."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def floor_of_answers(path: Path) -> list[float]:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE cards(id INTEGER PRIMARY KEY, due INT, s REAL, d REAL)")
    database.execute("CREATE TABLE log(id INTEGER PRIMARY KEY, card INT, at INT, rating INT)")
    database.executemany("INSERT INTO cards VALUES(?,0,1,5)", ((i,) for i in range(NOTES)))

    def answer(card: int) -> None:
        database.execute("BEGIN")
        database.execute("UPDATE cards SET due=due+1, s=s*2 WHERE id=?", (card,))
        database.execute("INSERT INTO log(card, at, rating) VALUES(?,?,3)", (card, card))
        database.execute("COMMIT")

    times = [timed(lambda card=card: answer(card)) for card in range(ANSWERS)]
    database.close()
    return times


def timed(action) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def line(what: str, ours: list[float], floor: list[float], unit: str, scale: float = 1) -> None:
    mine, least = statistics.median(ours) * scale, statistics.median(floor) * scale
    worst = sorted(ours)[int(len(ours) * 0.99)] * scale
    print(f"{what:<40} {mine:.2f} {unit} / {least:.2f} {unit} = {mine / least:.1f}"
          f"   (p99 {worst:.2f} {unit})")  # fmt: skip


if __name__ == "__main__":
    main()
