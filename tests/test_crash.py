"""Kill -9 of the reviewing app at random moments: no answer that was acknowledged is ever lost."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tfcards.core.draft import Draft, DraftNote
from tfcards.core.model import Kind
from tfcards.store import Collection

KILLS = 50
APP = Path(__file__).with_name("reviewing_app.py")


def reviews(folder):
    with sqlite3.connect(folder / "collection.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return database.execute("SELECT count(*) FROM reviews").fetchone()[0]


def start(folder):
    return subprocess.Popen(
        [sys.executable, str(APP), str(folder)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip


def review_until_killed(folder, answers, seconds):
    """Kill the app that long after so many answers; how many it told of."""
    app = start(folder)
    assert app.stdout.readline() == "READY\n"
    for _ in range(answers):
        assert app.stdout.readline() == "ANSWERED\n"
    time.sleep(seconds)
    os.kill(app.pid, signal.SIGKILL)
    told = answers + app.stdout.read().count("ANSWERED")
    app.stdout.close()
    app.wait()
    return told


@pytest.mark.timeout(600)
def test_no_acknowledged_review_is_lost(tmp_path):
    collection = Collection.open(tmp_path, now=datetime.now(UTC), zone="UTC")
    fields = {"Question": "What?", "Answer": "That."}
    notes = [DraftNote(f"n{i}", Kind.BASIC, "Many", fields) for i in range(9000)]
    collection.add(Draft("many", tuple(notes)), datetime.now(UTC))
    for deck in collection.decks():
        collection.set_options(deck.id, {"new_per_day": 9999, "reviews_per_day": 9999})
    collection.close()

    moments = random.Random(20261122)
    kept = 0
    for _ in range(KILLS):
        told = review_until_killed(tmp_path, moments.randint(1, 9), moments.uniform(0, 0.05))
        now_kept = reviews(tmp_path)
        assert told <= now_kept - kept <= told + 1  # at most one answer was saved but not yet told
        kept = now_kept

    collection = Collection.open(tmp_path, now=datetime.now(UTC), zone="UTC")
    assert collection.check() == []
    assert collection.replay() == 0
    collection.close()
