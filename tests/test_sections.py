"""What new cards build on: rounds and circles by themselves, and the order in which cards come."""

import random

import pytest
from holdings import NOW, answer, card_of, draft, dump, note
from hypothesis import given
from hypothesis import strategies as st

from tfcards.core.draft import Section
from tfcards.core.model import State
from tfcards.core.sections import circle, rounds
from tfcards.store import Collection
from tfcards.store.sections import ROUND

DAY = NOW.toordinal()
NAMES = [f"s{number}" for number in range(12)]


@st.composite
def needs_without_circles(draw):
    """Sections in an order of their own, each needing some of those before it in another order."""
    order = draw(st.permutations(NAMES))
    needs = {
        name: draw(st.lists(st.sampled_from(NAMES[:number]), unique=True)) if number else []
        for number, name in enumerate(NAMES)
    }
    return order, needs


@given(needs_without_circles())
def test_every_section_comes_after_what_it_needs(made):
    order, needs = made
    found = rounds(order, needs)
    place = {name: (found[name], order.index(name)) for name in order}
    for name, needed in needs.items():
        assert all(place[other] < place[name] for other in needed)
    assert circle(needs) == ()


@given(needs_without_circles())
def test_none_waits_longer_than_it_must(made):
    order, needs = made
    found = rounds(order, needs)
    for name in order:
        earliest = [found[o] + (order.index(o) > order.index(name)) for o in needs[name]]
        assert found[name] == max(earliest, default=0)


def test_unknown_needs_count_as_met():
    assert rounds(["a", "b"], {"a": ["gone"], "b": ["a"]}) == {"a": 0, "b": 0}


def test_a_circle_comes_last_and_is_told():
    needs = {"a": ["c"], "b": ["a"], "c": ["b"], "d": ["c"]}
    assert rounds(["a", "b", "c", "d", "e"], needs) == {"e": 0} | dict.fromkeys("abcd", 1)
    found = circle(needs)
    assert found[0] == found[-1]
    assert set(found) == {"a", "b", "c"}


# ---- in the collection


@pytest.fixture
def collection(tmp_path):
    collection = Collection.open(tmp_path, now=NOW)
    collection.set_options(None, {"new_per_day": 100})
    yield collection
    collection.close()


def deck(name, sections, *, needs=None, count=2):
    """A deck file's draft: `count` notes for each of its sections."""
    notes = [
        note(f"{name}-{section}-{number}", deck=f"All::{name}", tags=(f"{name}::{section}",))
        for section in sections
        for number in range(count)
    ]
    told = (needs or {}).get
    made = tuple(Section(f"{name}::{s}", s, tuple(told(s, "").split())) for s in sections)
    return draft(*notes, sections=made)


def coming(collection, deck_id=None):
    """The sections of the new cards in the order they come, each once."""
    entries = [e for e in collection.due(deck_id, DAY, NOW) if e.state is State.NEW]
    guids = [collection.note(entry.note_id).guid for entry in entries]
    return list(dict.fromkeys(guid.rpartition("-")[0] for guid in guids))


def test_sections_come_in_the_order_of_decks_and_files(collection):
    collection.add(deck("b", "xy"), NOW)
    collection.add(deck("a", "xy", needs={"y": "a::x"}), NOW)
    assert coming(collection) == ["a-x", "a-y", "b-x", "b-y"]


def test_a_section_waits_for_what_it_needs_in_whatever_order_files_arrive(collection):
    files = [
        deck("a", "xyz", needs={"x": "b::y", "y": "a::x"}),
        deck("b", "xy", needs={"x": "c::x"}),
        deck("c", "x"),
    ]
    expected = ["a-z", "b-y", "c-x", "a-x", "a-y", "b-x"]
    for seed in range(3):
        random.Random(seed).shuffle(files)
        for one in files:
            collection.add(one, NOW)
        assert coming(collection) == expected
        collection.delete_notes([entry.note_id for entry in collection.due(None, DAY, NOW)])


def test_a_daily_limit_cuts_that_order(collection):
    collection.add(deck("a", "xyz", needs={"x": "b::y"}), NOW)
    collection.add(deck("b", "xy"), NOW)
    top = next(deck.id for deck in collection.decks() if deck.name == "All")
    collection.set_options(top, {"new_per_day": 6})
    assert coming(collection) == ["a-y", "a-z", "b-x"]
    collection.set_options(top, {"new_per_day": 9})
    assert coming(collection) == ["a-y", "a-z", "b-x", "b-y", "a-x"]


def test_changed_needs_arrive_with_the_file_again_and_progress_stays(collection):
    collection.add(deck("a", "xyz", needs={"x": "a::z"}), NOW)
    assert coming(collection) == ["a-y", "a-z", "a-x"]
    learnt = answer(collection, card_of(collection, "a-y-0")).card
    report = collection.add(deck("a", "xyz", needs={"y": "a::z"}), NOW)
    assert report.updated == ()
    assert coming(collection)[-3:] == ["a-x", "a-z", "a-y"]
    after = collection.card(learnt.id)
    assert (after.state, after.memory, after.reps) == (learnt.state, learnt.memory, 1)
    assert len(collection.reviews(learnt.id)) == 1
    collection.undo()
    assert coming(collection)[-3:] == ["a-y", "a-z", "a-x"]
    collection.redo()
    collection.add(deck("a", "xyz"), NOW)
    assert coming(collection)[-3:] == ["a-x", "a-y", "a-z"]
    assert collection.card(learnt.id).position < ROUND


def test_the_same_file_again_moves_nothing(collection):
    made = deck("a", "xyz", needs={"x": "a::z"})
    collection.add(made, NOW)
    before = dump(collection)
    collection.add(made, NOW)
    assert dump(collection) == before
    collection.undo()  # the second time was no step
    assert coming(collection) == []


def test_what_an_author_puts_in_between_comes_in_between(collection):
    collection.add(deck("a", "xz"), NOW)
    collection.add(draft(note("other", deck="All::a")), NOW)
    collection.add(deck("a", "xyz"), NOW)
    assert coming(collection) == ["a-x", "a-y", "", "a-z"]  # the place of the other note stays


def test_a_circle_of_needs_stops_nobody(collection):
    collection.add(deck("a", "xyz", needs={"x": "a::y", "y": "a::x"}), NOW)
    assert coming(collection) == ["a-z", "a-x", "a-y"]
    assert collection.check() == []
