"""The review log rebuilds what is stored: over ten thousand random answers and moves."""

import random
from datetime import timedelta

from holdings import NOW, draft, note

from tfcards.core.model import Rating, ReviewKind, State
from tfcards.core.schedule import Scheduler
from tfcards.store import Collection

REVIEWS = 10_000
CARDS = 250


def test_replaying_the_log_gives_what_is_stored(tmp_path):
    collection = Collection.open(tmp_path, now=NOW, zone="America/New_York")
    collection.add(draft(*(note(f"n{i}", deck=f"D{i % 3}") for i in range(CARDS))), NOW)
    decks = collection.decks()
    collection.set_options(decks[1].id, {"learning_steps": (), "fuzz": False})
    parameters = [p * 1.01 for p in collection.options(None).parameters]
    collection.set_options(decks[2].id, {"parameters": parameters, "leech_lapses": 0})
    chosen = random.Random(42)
    _study(collection, chosen)
    assert len(collection.models()) == 2
    assert collection.replay() == 0
    before = collection._database.rows("SELECT * FROM cards ORDER BY id")
    collection._database.connection.execute(
        "UPDATE cards SET stability = 1, due_day = 7, lapses = 99 WHERE id <= 40"
    )
    changed = collection._database.rows("SELECT count(*) FROM cards WHERE lapses = 99")[0][0]
    assert collection.replay() == changed
    assert collection._database.rows("SELECT * FROM cards ORDER BY id") == before
    collection.close()


def _study(collection, chosen):
    calendar, now = collection.calendar(), NOW
    schedulers = {d.id: Scheduler(collection.options(d.id), calendar) for d in collection.decks()}
    database = collection._database
    database.connection.execute("PRAGMA synchronous = OFF")  # not what is tested here
    for number in range(1, REVIEWS + 1):
        now += timedelta(minutes=chosen.expovariate(1 / 60))
        card = collection.card(chosen.randint(1, CARDS))
        if number % 97 == 0:
            collection.forget([card.id], now)
        elif number % 89 == 0:
            collection.set_due([card.id], calendar.day(now) + chosen.randint(0, 20), now)
        elif number % 83 == 0:
            guid = collection.note(card.note_id).guid
            collection.bring_due([guid], calendar.day(now), now)
        else:
            kind = ReviewKind.CRAM if number % 31 == 0 else ReviewKind.STUDY
            rating = chosen.choices(list(Rating), [2, 1, 5, 1])[0]
            answer = schedulers[card.deck_id].answer(card, rating, now, kind=kind)
            collection.save_answer(answer)
        if number % 50 == 0:
            collection.undo()
    assert collection._database.rows("SELECT count(*) FROM reviews")[0][0] > REVIEWS * 0.95
    assert database.rows("SELECT count(*) FROM cards WHERE state = ?", (State.REVIEW,))[0][0] > 99
