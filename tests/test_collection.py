"""The collection as the rest of the app meets it: decks, limits, answers, notes, labs."""

import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from holdings import NOW, answer, card_of, draft, note

from tfcards.core.day import Calendar
from tfcards.core.draft import Draft
from tfcards.core.model import Attempt, Card, Kind, Memory, Rating, ReviewKind, State
from tfcards.core.options import Options
from tfcards.errors import BadInputError, UnavailableError
from tfcards.store import Collection


@pytest.fixture
def collection(tmp_path):
    collection = Collection.open(tmp_path, now=NOW, zone="Europe/Madrid")
    yield collection
    collection.close()


@pytest.fixture
def day(collection):
    return collection.calendar().day(NOW)


def counts(collection, day):
    return {
        found.deck.name: (found.new, found.learning, found.due, found.total)
        for found in collection.counts(day, NOW)
    }


def served(collection, day, deck=None, now=NOW):
    deck_id = None if deck is None else collection.add_deck(deck).id
    entries = collection.due(deck_id, day, now)
    return [collection.note(entry.note_id).guid for entry in entries]


def studied(collection, guid, due_in=0, **changes):
    """Make a card a review card that is due in so many days."""
    card = card_of(collection, guid)
    day = collection.calendar().day(NOW)
    changes = {
        "state": State.REVIEW, "memory": Memory(10, 5), "due_day": day + due_in, "reps": 1,
        "last_at": NOW - timedelta(days=5), "last_day": day - 5, **changes,
    }  # fmt: skip
    made = answer(collection, card)
    collection.save_answer(replace(made, card=replace(card, **changes)))
    collection._database.connection.execute("DELETE FROM reviews")
    return collection.card(card.id)


# ---- decks and options


def test_decks_come_with_their_parents_in_order(collection):
    collection.add_deck("B")
    collection.add_deck("A::C::D")
    collection.add_deck("a::b")
    assert [deck.name for deck in collection.decks()] == ["A", "a::b", "A::C", "A::C::D", "B"]
    assert collection.add_deck("a::c").name == "A::C"


def test_a_deck_name_has_no_empty_part(collection):
    with pytest.raises(BadInputError, match="no part"):
        collection.add_deck("A::::B")


def test_options_are_inherited_field_by_field(collection):
    above, below = collection.add_deck("A"), collection.add_deck("A::B::C")
    collection.set_options(None, {"new_per_day": 5, "leech_lapses": 3})
    collection.set_options(above.id, {"new_per_day": 7})
    steps = (timedelta(minutes=2), timedelta(minutes=20))
    collection.set_options(below.id, {"learning_steps": steps})
    expected = replace(Options(), new_per_day=7, leech_lapses=3, learning_steps=steps)
    assert collection.options(below.id) == expected
    collection.set_options(above.id, {"new_per_day": None})
    assert collection.options(below.id).new_per_day == 5
    collection.set_options(below.id, None)
    assert collection.options(below.id) == collection.options(None)


def test_wrong_options_are_refused(collection):
    deck = collection.add_deck("A")
    with pytest.raises(BadInputError, match="retention"):
        collection.set_options(deck.id, {"desired_retention": 1.5})
    with pytest.raises(BadInputError, match="no deck option wishes"):
        collection.set_options(deck.id, {"wishes": 3})
    assert collection.options(deck.id) == Options()


def test_the_calendar_is_kept(collection, tmp_path):
    assert collection.calendar() == Calendar("Europe/Madrid", 4)
    collection.set_calendar(Calendar("Asia/Tokyo", 2))
    assert collection.calendar() == Calendar("Asia/Tokyo", 2)
    with pytest.raises(BadInputError, match="Nowhere"):
        collection.set_calendar(Calendar("Nowhere/At_all"))
    with pytest.raises(BadInputError, match="hour"):
        collection.set_calendar(Calendar("UTC", 24))


def test_settings_hold_any_json(collection):
    assert collection.setting("a", "nothing") == "nothing"
    for value in [None, 5, "5", {"b": [1, 2.5, None]}, "ü"]:
        collection.set_setting("a", value)
        assert collection.setting("a", "nothing") == value


# ---- what is due


def test_new_cards_come_in_file_order_up_to_the_limit(collection, day):
    collection.add(draft(*(note(f"n{i:02}") for i in range(30))), NOW)
    assert served(collection, day) == [f"n{i:02}" for i in range(20)]
    assert counts(collection, day) == {"A": (20, 0, 0, 30)}


def test_limits_hold_for_a_deck_and_those_below_it(collection, day):
    notes = [note(f"{deck}{i}", deck=deck) for deck in ("A", "A::B", "A::C", "D") for i in range(4)]
    collection.add(draft(*notes), NOW)
    collection.set_options(None, {"new_per_day": 6})
    collection.set_options(collection.add_deck("A::B").id, {"new_per_day": 1})
    assert counts(collection, day) == {
        "A": (6, 0, 0, 12), "A::B": (1, 0, 0, 4), "A::C": (4, 0, 0, 4), "D": (4, 0, 0, 4),
    }  # fmt: skip
    assert served(collection, day, "A") == ["A0", "A1", "A2", "A3", "A::B0", "A::C0"]
    assert served(collection, day, "A::C") == [f"A::C{i}" for i in range(4)]
    assert len(served(collection, day)) == 10


def test_what_was_studied_today_counts_against_the_limits(collection, day):
    collection.add(draft(*(note(f"n{i}", deck="A::B") for i in range(4))), NOW)
    collection.set_options(None, {"new_per_day": 3, "learning_steps": ()})
    answer(collection, card_of(collection, "n0"))
    answer(collection, card_of(collection, "n1"))
    assert counts(collection, day) == {"A": (1, 0, 0, 4), "A::B": (1, 0, 0, 4)}
    assert served(collection, day) == ["n2"]
    assert served(collection, day + 1) == ["n2", "n3"]
    collection.undo()
    assert counts(collection, day)["A"] == (2, 0, 0, 4)


def test_due_reviews_come_longest_due_first_up_to_the_limit(collection, day):
    decks = ["A", "A::B", "A"]
    collection.add(draft(*(note(f"n{i}", deck=deck) for i, deck in enumerate(decks))), NOW)
    for guid, due_in in [("n0", -1), ("n1", -3), ("n2", 0)]:
        studied(collection, guid, due_in)
    assert served(collection, day) == ["n1", "n0", "n2"]
    collection.set_options(None, {"reviews_per_day": 2})
    assert served(collection, day) == ["n1", "n0"]
    assert counts(collection, day) == {"A": (0, 0, 2, 3), "A::B": (0, 0, 1, 1)}


def test_learning_cards_of_the_day_are_served_whatever_the_limits(collection, day):
    collection.add(draft(note("n0"), note("n1")), NOW)
    answer(collection, card_of(collection, "n0"), Rating.AGAIN)
    collection.set_options(None, {"new_per_day": 0, "reviews_per_day": 0})
    assert served(collection, day) == ["n0"]
    assert counts(collection, day) == {"A": (0, 1, 0, 2)}
    [entry] = collection.due(None, day, NOW)
    assert (entry.state, entry.due_at) == (State.LEARNING, NOW + timedelta(minutes=1))


def test_suspended_and_buried_cards_are_never_served(collection, day):
    collection.add(draft(*(note(f"n{i}") for i in range(3))), NOW)
    studied(collection, "n2")
    cards = [card_of(collection, f"n{i}").id for i in range(3)]
    collection.suspend([cards[0]], suspended=True)
    collection.bury(cards[1:], day + 1)
    assert served(collection, day) == []
    assert counts(collection, day) == {"A": (0, 0, 0, 3)}
    assert served(collection, day + 1) == ["n2", "n1"]
    collection.unbury(cards)
    collection.suspend(cards, suspended=False)
    assert served(collection, day) == ["n2", "n0", "n1"]


# ---- answering


def test_an_answer_is_saved_as_it_was_previewed(collection, tmp_path):
    collection.add(draft(note("n")), NOW)
    card = card_of(collection, "n")
    made = answer(collection, card, Rating.EASY, NOW)
    collection.close()
    reopened = Collection.open(tmp_path, now=NOW)
    assert reopened.card(card.id) == made.card
    assert [replace(review, id=0) for review in reopened.reviews(card.id)] == [made.review]
    assert reopened.reviewed_on(made.review.day) == 1
    assert reopened.models() == {made.review.model: Options().parameters}
    reopened.close()
    collection.__dict__.update(Collection.open(tmp_path, now=NOW).__dict__)


def test_siblings_are_buried(collection, day):
    collection.add(draft(note("r", Kind.REVERSE)), NOW)
    answer(collection, card_of(collection, "r"), bury_siblings_until=day + 1)
    assert card_of(collection, "r", 1).buried_until == day + 1
    assert card_of(collection, "r", 0).buried_until is None
    assert collection.undo() == "Answer Good"
    assert card_of(collection, "r", 1).buried_until is None


def test_a_leech_is_tagged_and_suspended(collection):
    collection.add(draft(note("n")), NOW)
    collection.set_options(None, {"leech_lapses": 2})
    card = studied(collection, "n", lapses=1)
    answer(collection, card, Rating.AGAIN)
    assert collection.card(card.id).suspended
    assert collection.note_by_guid("n").tags == ("leech",)
    collection.undo()
    assert not collection.card(card.id).suspended
    assert collection.note_by_guid("n").tags == ()


def test_leeches_can_be_left_alone(collection):
    collection.add(draft(note("n")), NOW)
    collection.set_options(None, {"leech_lapses": 0})
    card = studied(collection, "n", lapses=50)
    answer(collection, card, Rating.AGAIN)
    assert not collection.card(card.id).suspended


def test_answering_a_deleted_card_says_so(collection):
    collection.add(draft(note("n")), NOW)
    card = card_of(collection, "n")
    collection.delete_notes([card.note_id])
    with pytest.raises(UnavailableError, match="no longer"):
        answer(collection, replace(card, deck_id=1))


def test_day_totals(collection, day):
    collection.add(draft(note("a"), note("b")), NOW)
    answer(collection, card_of(collection, "a"), Rating.AGAIN)
    answer(collection, card_of(collection, "a"), Rating.GOOD, NOW + timedelta(minutes=2))
    answer(collection, card_of(collection, "b"), Rating.GOOD, NOW + timedelta(days=1))
    first, second = collection.day_totals(day, day + 1)
    assert (first.day, first.reviews, first.again, first.new) == (day, 2, 1, 1)
    assert (second.day, second.reviews) == (day + 1, 1)
    assert collection.reviewed_on(day - 1) == 0


# ---- what else can be done to cards


def test_dates_set_and_forgotten_are_logged(collection, day):
    collection.add(draft(note("a"), note("new")), NOW)
    card = studied(collection, "a")
    new = card_of(collection, "new")
    assert collection.set_due([card.id, new.id], day + 4, NOW) == 1
    assert collection.card(card.id).due_day == day + 4
    assert collection.card(new.id).state is State.NEW
    assert collection.forget([card.id], NOW) == 1
    assert collection.card(card.id).state is State.NEW
    assert [row.kind for row in collection.reviews(card.id)] == [ReviewKind.MANUAL] * 2
    assert collection.reviewed_on(day) == 0


def test_a_lab_brings_cards_due(collection, day):
    collection.add(draft(*(note(f"n{i}") for i in range(4))), NOW)
    late = studied(collection, "n0", 9)
    studied(collection, "n1", 0)
    suspended = studied(collection, "n2", 9)
    collection.suspend([suspended.id])
    collection.bury([late.id], day + 1)
    brought = collection.bring_due(["n3", "n2", "n1", "n0", "unknown"], day, NOW)
    assert brought == ("n0",)
    assert served(collection, day)[:2] == ["n0", "n1"]
    assert collection.card(late.id).memory == late.memory
    [row] = collection.reviews(late.id)
    assert (row.kind, row.rating) == (ReviewKind.LAB, None)


def test_flags_and_moves(collection):
    collection.add(draft(note("a")), NOW)
    card = card_of(collection, "a")
    collection.flag([card.id], 3)
    collection.move([card.id], "X::Y")
    moved = collection.card(card.id)
    assert moved.flag == 3
    assert {deck.id: deck.name for deck in collection.decks()}[moved.deck_id] == "X::Y"
    assert collection.undo() == "Move card"


# ---- notes


def test_a_note_has_all_fields_of_its_type(collection):
    collection.add(draft(note("a", tags=("b", "a::c"))), NOW)
    found = collection.note_by_guid("a")
    assert list(found.fields) == [field.name for field in found.type.fields]
    assert found.fields["Why"] == ""
    assert found.tags == ("a::c", "b")
    assert collection.note(found.id) == found
    assert collection.note_by_guid("b") is None


def test_code_survives_to_the_letter(collection):
    code = "```python\n\tx: list[int] = []\n    y = '<T>&nbsp; \\\\n'\r\n```\u2028\x00end"
    collection.add(draft(note("a", Answer=code)), NOW)
    assert collection.note_by_guid("a").fields["Answer"] == code


def test_editing_a_cloze_makes_and_takes_cards_and_keeps_progress(collection):
    collection.add(draft(note("c", Kind.CLOZE, Question="{{c1::a}} {{c2::b}}")), NOW)
    kept = answer(collection, card_of(collection, "c", 1)).card
    fields = {"Question": "{{c2::b}} {{c3::d}}", "Answer": ""}
    collection.edit_note(kept.note_id, fields, ("t",), NOW)
    cards = collection.cards_of(kept.note_id)
    assert [card.ordinal for card in cards] == [1, 2]
    assert cards[0] == kept
    assert cards[1] == Card(
        cards[1].id, kept.note_id, kept.deck_id, ordinal=2, position=kept.position
    )


def test_saving_a_note_unchanged_is_no_step(collection):
    collection.add(draft(note("a", tags=("t",))), NOW)
    found = collection.note_by_guid("a")
    collection.edit_note(found.id, found.fields, found.tags, NOW)
    assert collection.undo_label == "Import made.md"


def test_deleted_notes_leave_the_log(collection, day):
    collection.add(draft(note("a"), note("b")), NOW)
    card = card_of(collection, "b")
    answer(collection, card)
    assert collection.delete_notes([card.note_id]) == 1
    with pytest.raises(BadInputError, match="no longer"):
        collection.card(card.id)
    with pytest.raises(BadInputError, match="no longer"):
        collection.note(card.note_id)
    assert collection.reviewed_on(day) == 1
    collection.add(draft(note("new")), NOW)
    assert card_of(collection, "new").id > card.id
    assert collection.check() == []


def test_tags_do_not_depend_on_case(collection):
    collection.add(draft(note("a", tags=("Keras",)), note("b", tags=("keras", "KERAS"))), NOW)
    assert list(collection.tags().values()) == [2]
    collection.remove_tag([collection.note_by_guid("a").id], "KERAS")
    assert collection.note_by_guid("a").tags == ()


# ---- searching


def test_search_finds_words_beginnings_and_parts(collection):
    texts = ['say("x\\n")', "two\nlines"]
    collection.add(draft(*(note(f"q{i}", Why=text) for i, text in enumerate(texts))), NOW)
    texts = ["tf.data.Dataset.from_generator", "Übung macht 100% Meister", "a Data-set of words"]
    collection.add(draft(*(note(f"n{i}", Why=text) for i, text in enumerate(texts))), NOW)

    def found(text):
        return [hit.guid for hit in collection.search(text)]

    assert found("from_gen") == ["n0"]
    assert found("ubung MEIST") == ["n1"]
    assert found("data") == ["n0", "n2"]
    assert found("enerat") == ["n0"]
    assert found("100%") == ["n1"]
    assert found("ta.Data") == ["n0"]
    assert found("uestio") == []  # a field's name is not its text
    assert found('("x\\n') == found("x n") == ["q0"]
    assert found("wo\nline") == ["q1"]
    assert found("':") == []
    assert found("  ") == []
    assert found("nothing like it") == []
    collection.edit_note(collection.note_by_guid("n0").id, {"Question": "gone"}, (), NOW)
    assert found("data") == ["n2"]


# ---- labs


def test_attempts_and_begun_labs(collection):
    failed = Attempt("01", NOW, "failed", 0.5, 1.0, 1, timedelta(seconds=9), '{"a": 1}')
    passed = replace(failed, at=NOW + timedelta(hours=1), outcome="passed", score=1.0)
    stored = [collection.save_attempt(attempt) for attempt in (failed, passed)]
    assert [attempt.id for attempt in stored] == [1, 2]
    assert collection.attempts("01") == collection.attempts() == stored
    assert collection.attempts("02") == []
    assert collection.passed_labs() == {"01"}
    collection.begin_lab("03", NOW)
    collection.begin_lab("03", NOW)
    assert collection.begun_labs() == {"03"}


def test_prerequisites_by_tag_and_guid(collection):
    notes = [note("a", tags=("t::x",)), note("b", tags=("t",)), note("c", tags=("tt",)), note("d")]
    collection.add(draft(*notes, note("e", Kind.REVERSE, tags=("t:;",))), NOW)
    known = studied(collection, "a")
    suspended = studied(collection, "d")
    collection.suspend([suspended.id])
    studied(collection, "e")  # its other card is still new
    found = {
        prerequisite.guid: prerequisite
        for prerequisite in collection.prerequisites(["t", "d", "e", "a", "unknown"], NOW)
    }
    assert list(found) == ["a", "b", "d", "e"]
    assert 0.9 < found["a"].recall < 1
    assert found["b"].recall is None
    assert found["d"].suspended
    assert found["e"].recall is None
    later = collection.prerequisites(["a"], NOW + timedelta(days=30))
    assert later[0].recall < found["a"].recall
    assert known.memory == Memory(10, 5)


# ---- out again


def test_a_draft_of_the_collection_adds_up_to_the_same(collection, tmp_path):
    collection.add(
        draft(
            note("a", deck="A::B", tags=("t",), Answer="![](p.png)"),
            note("b", Kind.REVERSE, deck="C"),
            media={"p.png": b"picture", "unused.png": b"x"},
        ),
        NOW,
    )
    answered = answer(collection, card_of(collection, "a")).card
    out = collection.draft(with_progress=True)
    assert out.media == {"p.png": b"picture"}
    other = Collection.open(tmp_path / "other", now=NOW, zone="Europe/Madrid")
    other.add(out, NOW)
    assert other.draft() == collection.draft()
    there = card_of(other, "a")
    assert replace(there, id=answered.id, note_id=answered.note_id, deck_id=answered.deck_id) == (
        answered
    )
    assert other.replay() == 0
    assert other.check() == []
    assert other.media("p.png") == b"picture"
    other.close()
    only = collection.draft(collection.add_deck("A").id)
    assert [made.guid for made in only.notes] == ["a"]


def test_studying_does_not_load_sqlmodel(tmp_path):
    """Opening a collection that is there must be quick: the tables' definition stays unread."""
    Collection.open(tmp_path, now=NOW).close()
    code = (
        "import sys; from pathlib import Path; from datetime import *\n"
        "from tfcards.store import Collection\n"
        "now = datetime(2026, 3, 10, tzinfo=UTC)\n"
        f"c = Collection.open(Path({str(tmp_path)!r}), now=now)\n"
        "c.counts(1, now); c.add_deck('A'); c.undo(); c.close()\n"
        "assert 'sqlmodel' not in sys.modules and 'sqlalchemy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_hundred_answers_are_quick(collection):
    collection.add(Draft("many", tuple(note(f"n{i}") for i in range(100))), NOW)
    cards = [card_of(collection, f"n{i}") for i in range(100)]
    started = time.process_time()
    for card in cards:
        answer(collection, card)
    assert time.process_time() - started < 1.0  # 10 ms each, some twenty times the usual
