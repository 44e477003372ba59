"""Undo of any operation gives back every table as it was; redo does it again."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from holdings import NOW, answer, draft, dump, indexed_anew, note
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tfcards.core.draft import Draft
from tfcards.core.model import Attempt, Field, Kind, NoteType, Rating, Template
from tfcards.store import Collection
from tfcards.store.undo import STEPS_KEPT

SENTENCES = ["", "tensors keep a dtype", "{{c1::tf}} and {{c2::keras}}", "für Übung", "a b a b"]


class Learner:
    """Does any operation of the collection, chosen by a seed."""

    def __init__(self, collection, seed):
        self.collection = collection
        self.random = random.Random(seed)
        self.now = NOW

    def act(self):
        self.now += timedelta(minutes=self.random.randint(1, 3000))
        getattr(self, self.random.choice(OPERATIONS))()

    def _cards(self):
        database = self.collection._database
        ids = [row[0] for row in database.rows("SELECT id FROM cards")]
        return self.random.sample(ids, min(len(ids), self.random.randint(0, 4)))

    def _notes(self):
        database = self.collection._database
        ids = [row[0] for row in database.rows("SELECT id FROM notes")]
        return self.random.sample(ids, min(len(ids), self.random.randint(0, 3)))

    def _guids(self):
        return [self.collection.note(note_id).guid for note_id in self._notes()]

    def add(self):
        count = self.random.choice([1, 2, 3, 30])
        notes = [
            note(
                f"n{self.random.randint(0, 40)}-{index}" if count < 30 else f"many{index}",
                self.random.choice([Kind.BASIC, Kind.REVERSE, Kind.CLOZE]),
                self.random.choice(["A", "A::B", "C"]),
                tuple(self.random.sample(["x", "x::y", "z"], self.random.randint(0, 3))),
                Question=self.random.choice(SENTENCES) or "?",
                Why=self.random.choice(SENTENCES),
            )
            for index in range(count)
        ]
        own = NoteType(
            0, "Own", Kind.TEMPLATE, (Field("Front"),), (Template("1", "{{Front}}", ""),),
            style=self.random.choice(["a", "b"]),
        )  # fmt: skip
        notes.append(
            replace(note("own", Kind.TEMPLATE), type="Own", fields={"Front": SENTENCES[1]})
        )
        media = {"p.png": self.random.choice([b"1", b"2"])}
        self.collection.add(Draft("d", tuple(notes), (own,), media), self.now)

    def answer(self):
        for card_id in self._cards():
            card = self.collection.card(card_id)
            until = self.random.choice([None, card.due_day or 740000])
            answer(
                self.collection, card, self.random.choice(list(Rating)), self.now,
                bury_siblings_until=until,
            )  # fmt: skip

    def bury(self):
        self.collection.bury(self._cards(), 800000)

    def unbury(self):
        self.collection.unbury(self._cards())

    def suspend(self):
        self.collection.suspend(self._cards(), self.random.random() < 0.5)

    def flag(self):
        self.collection.flag(self._cards(), self.random.randint(0, 7))

    def set_due(self):
        day = self.collection.calendar().day(self.now) + self.random.randint(0, 9)
        self.collection.set_due(self._cards(), day, self.now)

    def forget(self):
        self.collection.forget(self._cards(), self.now)

    def move(self):
        self.collection.move(self._cards(), self.random.choice(["A", "D::E"]))

    def bring_due(self):
        day = self.collection.calendar().day(self.now)
        self.collection.bring_due(self._guids(), day, self.now)

    def edit(self):
        for note_id in self._notes()[:1]:
            fields = {"Question": self.random.choice(SENTENCES), "Answer": "mine"}
            self.collection.edit_note(note_id, fields, ("mine", "x"), self.now)

    def delete(self):
        self.collection.delete_notes(self._notes())

    def tag(self):
        self.collection.add_tag(self._notes(), "x::new")

    def untag(self):
        self.collection.remove_tag(self._notes(), "x")

    def add_deck(self):
        self.collection.add_deck(self.random.choice(["A", "E::F", f"G{self.random.random()}"]))

    def options(self):
        decks = self.collection.decks()
        deck_id = self.random.choice([None, *(deck.id for deck in decks)])
        changes = self.random.choice([None, {"leech_lapses": 1}, {"new_per_day": 3}])
        self.collection.set_options(deck_id, changes)

    def replay(self):
        self.collection.replay()


OPERATIONS = [name for name in vars(Learner) if not name.startswith("_") and name != "act"]
OPERATIONS += ["add", "answer", "answer", "edit"]


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10**9))
def test_undo_is_identity_and_redo_is_too(tmp_path_factory, seed):
    collection = Collection.open(tmp_path_factory.mktemp("c"), now=NOW)
    learner = Learner(collection, seed)
    states, labels = [dump(collection)], [None]
    for _ in range(20):
        before = collection.undo_label, len(collection._database.history._done)
        learner.act()
        made = len(collection._database.history._done) - before[1]
        if made == 1:
            states.append(dump(collection))
            labels.append(collection.undo_label)
        elif made > 1:  # several answers: step back to look at each
            taken = [(dump(collection), collection.undo()) for _ in range(made)]
            for _ in range(made):
                collection.redo()
            states += [state for state, _ in reversed(taken)]
            labels += [label for _, label in reversed(taken)]
    assert collection.check() == []
    for state, label in zip(reversed(states[:-1]), reversed(labels[1:]), strict=True):
        assert collection.undo() == label
        assert dump(collection) == state
    assert collection.undo() is None
    for state, label in zip(states[1:], labels[1:], strict=True):
        assert collection.redo() == label
        assert dump(collection) == state
    assert collection.redo() is None
    connection = collection._database.connection
    assert dump(collection)[1] == indexed_anew(connection)
    collection.close()


@pytest.fixture
def collection(tmp_path):
    collection = Collection.open(tmp_path, now=NOW)
    yield collection
    collection.close()


def test_an_import_is_one_step(collection):
    before = dump(collection)
    collection.add(draft(*(note(f"n{i}", tags=("t",)) for i in range(100))), NOW)
    assert collection.undo_label == "Import made.md"
    assert collection.undo() == "Import made.md"
    assert dump(collection) == before
    assert collection.redo() == "Import made.md"
    assert len(collection.search("yes", limit=1000)) == 100


def test_a_new_step_forgets_what_was_undone(collection):
    collection.add(draft(note("a")), NOW)
    collection.undo()
    collection.add_deck("Other")
    assert collection.redo_label is None
    assert collection.redo() is None


def test_nothing_done_is_no_step(collection):
    collection.add(draft(note("a")), NOW)
    collection.add(draft(note("a")), NOW)
    collection.suspend([], suspended=True)
    collection.undo()
    assert collection.undo_label is None


def test_a_failed_step_leaves_the_history_alone(collection):
    collection.add(draft(note("a")), NOW)
    before = dump(collection)
    with pytest.raises(ZeroDivisionError), collection._database.change("Fail"):
        collection._database.run(f"UPDATE cards SET flag = {1 / len(collection.search('none'))}")
    assert dump(collection) == before
    assert collection.undo_label == "Import made.md"
    collection.undo()
    assert collection.note_by_guid("a") is None


def test_a_failed_undo_changes_nothing(collection):
    collection.add(draft(note("a")), NOW)
    card = collection.cards_of(1)[0]
    collection._database.connection.execute(  # as if another program had written
        "CREATE TRIGGER stop BEFORE DELETE ON cards BEGIN SELECT raise(ABORT, 'no'); END"
    )
    before = dump(collection)
    with pytest.raises(Exception, match="no"):
        collection.undo()
    assert dump(collection) == before
    collection._database.connection.execute("DROP TRIGGER stop")
    assert collection.card(card.id) == card
    assert collection.undo() == "Import made.md"


def test_many_steps_are_kept_and_old_ones_dropped(collection):
    for number in range(2 * STEPS_KEPT + 5):
        collection.add_deck(f"D{number}")
    undone = 0
    while collection.undo() is not None:
        undone += 1
    assert undone >= STEPS_KEPT >= 30
    held = collection._database.rows("SELECT DISTINCT undo_step FROM undo_decks")
    assert len(held) == undone


def test_settings_and_attempts_are_not_undone(collection):
    collection.add_deck("A")
    collection.set_setting("theme", "dark")
    attempt = Attempt("01", NOW, "passed", 1.0, 1.0, 7, timedelta(seconds=3))
    collection.save_attempt(attempt)
    collection.begin_lab("02", NOW)
    assert collection.undo() == "Add deck"
    assert collection.setting("theme", None) == "dark"
    assert collection.passed_labs() == {"01"}
    assert collection.begun_labs() == {"02"}
