"""Adding drafts: the three-way merge, note types, media, and schedules that come along."""

from dataclasses import replace
from datetime import timedelta

import pytest
from holdings import NOW, answer, card_of, draft, dump, note
from hypothesis import given
from hypothesis import strategies as st

from tfcards.core.draft import DraftNote, Skipped
from tfcards.core.model import (
    Card,
    ContentFormat,
    Field,
    Kind,
    Memory,
    NoteType,
    Rating,
    Review,
    ReviewKind,
    State,
    Template,
)
from tfcards.store import Collection
from tfcards.store.merging import merge_fields, merge_tags

LATER = NOW + timedelta(days=1)
TEXTS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["", "1", "2", "3"]))
TAGS = st.sets(st.sampled_from(["a", "b", "c", "d"]))


@pytest.fixture
def collection(tmp_path):
    collection = Collection.open(tmp_path, now=NOW)
    yield collection
    collection.close()


def edit(collection, guid, tags=None, **fields):
    found = collection.note_by_guid(guid)
    collection.edit_note(
        found.id, {**found.fields, **fields}, found.tags if tags is None else tags, NOW
    )


# ---- the merge by itself


@given(base=TEXTS, mine=TEXTS, theirs=TEXTS)
def test_who_changed_a_field_wins(base, mine, theirs):
    merged, conflicts = merge_fields(base, mine, theirs)
    for name in "abcd":
        old, ours, new = (texts.get(name, "") for texts in (base, mine, theirs))
        expected = new if ours == old else ours
        assert merged.get(name, "") == expected
        assert (name in conflicts) == (len({old, ours, new}) == 3)


@given(base=TEXTS, mine=TEXTS)
def test_the_same_again_changes_nothing(base, mine):
    merged, conflicts = merge_fields(base, mine, base)
    assert {k: v for k, v in merged.items() if v} == {k: v for k, v in mine.items() if v}
    assert conflicts == ()


@given(base=TAGS, mine=TAGS, theirs=TAGS)
def test_tags_merge_one_by_one(base, mine, theirs):
    merged = merge_tags(base, mine, theirs)
    for tag in "abcd":
        changed_by_author = (tag in base) != (tag in theirs)
        assert (tag in merged) == ((tag in theirs) if changed_by_author else (tag in mine))


# ---- the merge in the collection


def test_the_same_file_twice_changes_nothing(collection):
    made = draft(note("a", tags=("t",)), note("c", Kind.CLOZE, Question="{{c1::x}} {{c2::y}}"))
    assert collection.add(made, NOW).added == ("a", "c")
    before = dump(collection)
    report = collection.add(made, LATER)
    assert (report.added, report.updated, report.unchanged) == ((), (), ("a", "c"))
    assert dump(collection) == before


def test_the_authors_changes_arrive_and_progress_stays(collection):
    collection.add(draft(note("a", tags=("old", "kept"), Why="w")), NOW)
    card = answer(collection, card_of(collection, "a")).card
    report = collection.add(draft(note("a", tags=("kept", "new"), Answer="better")), LATER)
    assert report.updated == ("a",)
    found = collection.note_by_guid("a")
    assert (found.fields["Answer"], found.fields["Why"]) == ("better", "")
    assert found.tags == ("kept", "new")
    assert collection.card(card.id) == card
    assert [hit.guid for hit in collection.search("better")] == ["a"]


def test_the_learners_edits_stay(collection):
    collection.add(draft(note("a", tags=("t",))), NOW)
    edit(collection, "a", tags=("t", "mine"), Why="because")
    report = collection.add(draft(note("a", tags=("t", "theirs"), Answer="better")), LATER)
    assert (report.updated, report.conflicts) == (("a",), ())
    found = collection.note_by_guid("a")
    assert (found.fields["Answer"], found.fields["Why"]) == ("better", "because")
    assert found.tags == ("mine", "t", "theirs")


def test_a_conflict_keeps_the_learners_text_and_is_reported_once(collection):
    collection.add(draft(note("a", Answer="1")), NOW)
    edit(collection, "a", Answer="2")
    report = collection.add(draft(note("a", Answer="3")), LATER)
    assert (report.unchanged, report.updated, report.conflicts) == (("a",), (), ("a",))
    assert collection.note_by_guid("a").fields["Answer"] == "2"
    again = collection.add(draft(note("a", Answer="3")), LATER)
    assert (again.unchanged, again.conflicts) == (("a",), ())
    edit(collection, "a", Answer="3")  # the learner comes round: no difference is left
    report = collection.add(draft(note("a", Answer="4")), LATER)
    assert (report.updated, report.conflicts) == (("a",), ())
    assert collection.note_by_guid("a").fields["Answer"] == "4"


def test_an_edit_taken_back_follows_the_author_again(collection):
    collection.add(draft(note("a", Answer="1")), NOW)
    edit(collection, "a", Answer="2")
    edit(collection, "a", Answer="1")
    collection.add(draft(note("a", Answer="3")), LATER)
    assert collection.note_by_guid("a").fields["Answer"] == "3"


def test_cards_follow_an_authors_cloze_numbers(collection):
    collection.add(draft(note("c", Kind.CLOZE, Question="{{c1::x}} {{c2::y}}")), NOW)
    kept = answer(collection, card_of(collection, "c", 1)).card
    collection.add(draft(note("c", Kind.CLOZE, Question="{{c2::y}} {{c5::z}}")), LATER)
    cards = collection.cards_of(kept.note_id)
    assert [card.ordinal for card in cards] == [1, 4]
    assert cards[0] == kept


def test_a_note_moves_with_its_author_unless_the_learner_moved_it(collection):
    collection.add(draft(note("a"), note("b")), NOW)
    collection.move([card_of(collection, "b").id], "Mine")
    report = collection.add(draft(note("a", deck="New"), note("b", deck="New")), LATER)
    assert report.updated == ("a", "b")
    names = {deck.id: deck.name for deck in collection.decks()}
    assert names[card_of(collection, "a").deck_id] == "New"
    assert names[card_of(collection, "b").deck_id] == "Mine"


def test_many_merged_at_once(collection):
    collection.add(draft(*(note(f"n{i}") for i in range(200))), NOW)
    for i in range(0, 200, 10):
        edit(collection, f"n{i}", Why=f"mine {i}")
    changed = draft(*(note(f"n{i}", Answer=f"better {i}", tags=("t",)) for i in range(200)))
    assert len(collection.add(changed, LATER).updated) == 200
    assert len(collection.search("better", limit=500)) == 200
    assert len(collection.search("mine", limit=500)) == 20
    collection.undo()
    assert collection.search("better") == []


# ---- what a draft may hold


def test_a_guid_counts_once_and_unknown_types_are_left_out(collection):
    early = Skipped("x.md:1", "no question")
    twice = replace(note("a", Answer="second"), where="x.md:9")
    strange = replace(note("b"), type="Strange", where="x.md:12")
    report = collection.add(draft(note("a"), twice, strange, skipped=(early,)), NOW)
    assert report.added == ("a",)
    assert [skipped.where for skipped in report.skipped] == ["x.md:1", "x.md:9", "x.md:12"]
    assert "'a' is used twice" in report.skipped[1].why
    assert "'Strange'" in report.skipped[2].why
    assert collection.note_by_guid("a").fields["Answer"] == "yes"


def test_an_import_that_fails_changes_nothing(collection):
    before = dump(collection)
    bad = Card(1, 1, 1, state=State.REVIEW, due_day=1, last_at=NOW.replace(tzinfo=None))
    with pytest.raises(TypeError, match="naive"):
        collection.add(draft(note("a"), replace(note("b"), cards=(bad,))), NOW)
    assert dump(collection) == before


def test_a_preview_changes_nothing(collection):
    collection.add(draft(note("a")), NOW)
    before = dump(collection)
    report = collection.preview(draft(note("a", Answer="new"), note("b"), media={"p": b"1"}), LATER)
    assert (report.added, report.updated) == (("b",), ("a",))
    assert dump(collection) == before
    assert collection.undo_label == "Import made.md"


OWN = NoteType(
    0,
    "Basic (Anki)",
    Kind.TEMPLATE,
    (Field("Front", ContentFormat.HTML), Field("Back", ContentFormat.HTML)),
    (Template("1", "{{Front}}", "{{Back}}"), Template("2", "{{#Back}}{{text:Back}}{{/Back}}", "")),
    ".card {}",
)


def own(guid, kind=OWN, **fields):
    return DraftNote(guid, Kind.TEMPLATE, "A", fields, type=kind.name)


def test_imported_types_come_along_and_are_not_made_twice(collection):
    built_in = len(collection.note_types())
    collection.add(draft(own("a", Front="f", Back="b"), own("b", Front="f"), types=(OWN,)), NOW)
    assert collection.note_by_guid("a").type == replace(OWN, id=built_in + 1)
    assert len(collection.cards_of(collection.note_by_guid("a").id)) == 2
    assert len(collection.cards_of(collection.note_by_guid("b").id)) == 1
    restyled = replace(OWN, style=".card { color: red }")
    collection.add(draft(own("a", Front="f", Back="b"), types=(restyled,)), LATER)
    assert len(collection.note_types()) == built_in + 1
    assert collection.note_by_guid("b").type.style == ".card { color: red }"


def test_a_type_with_other_fields_comes_in_beside(collection):
    other = replace(OWN, fields=(Field("Q"),), templates=(Template("1", "{{Q}}", ""),))
    collection.add(draft(own("a", Front="f"), types=(OWN,)), NOW)
    for _ in range(2):
        collection.add(draft(own("b", other, Q="q"), types=(other,)), NOW)
    assert collection.note_by_guid("a").type.name == "Basic (Anki)"
    assert collection.note_by_guid("b").type.name == "Basic (Anki) (2)"
    collection.add(draft(own("a", other, Q="now q"), types=(other,)), LATER)
    changed = collection.note_by_guid("a")
    assert (changed.type.name, changed.fields["Q"]) == ("Basic (Anki) (2)", "now q")


def test_cloze_templates_make_a_card_for_each_number(collection):
    cloze = replace(OWN, name="Cloze", templates=(Template("1", "{{cloze:Front}}", ""),))
    collection.add(draft(own("a", cloze, Front="{{c1::x}} {{c3::y}}"), types=(cloze,)), NOW)
    cards = collection.cards_of(collection.note_by_guid("a").id)
    assert [card.ordinal for card in cards] == [0, 2]


def test_media_under_a_taken_name_get_their_own(collection):
    first = draft(note("a", Answer="![](p.png)"), media={"p.png": b"one"})
    second = draft(note("b", Answer="![](p.png)"), media={"p.png": b"two", "../../q": b"three"})
    collection.add(first, NOW)
    collection.add(second, NOW)
    assert collection.note_by_guid("a").fields["Answer"] == "![](p.png)"
    name = collection.note_by_guid("b").fields["Answer"][4:-1]
    assert (collection.media("p.png"), collection.media(name)) == (b"one", b"two")
    assert collection.media("../../q") == b"three"
    assert len(list((collection.folder / "media").iterdir())) == 3
    assert collection.add(second, LATER).unchanged == ("b",)
    assert collection.media("missing") is None


# ---- schedules that come along


def came(guid, state=State.REVIEW, card_id=77, **changes):
    card = Card(
        card_id, 5, 5, state=state, memory=Memory(20.5, 4.25), due_day=740_000, reps=9, lapses=4,
        last_at=NOW - timedelta(days=3), last_day=739_500, flag=2, suspended=True,
    )  # fmt: skip
    reviews = tuple(
        Review(
            card_id, NOW - timedelta(days=9 - i), 739_490 + i, rating, ReviewKind.IMPORTED,
            timedelta(seconds=4), "", State.REVIEW, State.REVIEW, 0, None, 739_500, None,
        )
        for i, rating in enumerate([Rating.GOOD, Rating.AGAIN, Rating.GOOD])
    )  # fmt: skip
    return replace(note(guid), cards=(replace(card, **changes),), reviews=reviews)


def test_schedules_and_history_come_along_and_can_be_replayed(collection):
    collection.add(draft(came("a")), NOW)
    card = card_of(collection, "a")
    assert (card.state, card.memory, card.due_day) == (State.REVIEW, Memory(20.5, 4.25), 740_000)
    assert (card.flag, card.suspended, card.last_day) == (2, True, 739_500)
    assert (card.reps, card.lapses) == (3, 1)
    assert len(collection.reviews(card.id)) == 4
    assert collection.replay() == 0
    assert collection.check() == []


def test_a_new_card_with_a_history_stays_new(collection):
    fresh = came("a", State.NEW, memory=None, due_day=None, last_at=None, last_day=None)
    collection.add(draft(fresh), NOW)
    card = card_of(collection, "a")
    assert (card.state, card.reps, card.memory) == (State.NEW, 0, None)
    assert collection.replay() == 0


def test_a_card_without_memory_takes_it_from_its_history(collection):
    collection.add(draft(came("a", memory=None)), NOW)
    card = card_of(collection, "a")
    assert card.memory is not None
    assert collection.replay() == 0


def test_progress_comes_only_to_cards_nobody_answered_here(collection):
    collection.add(draft(note("a"), note("b")), NOW)
    mine = answer(collection, card_of(collection, "b")).card
    report = collection.add(draft(came("a"), came("b", card_id=78)), LATER)
    assert (report.updated, report.unchanged) == (("a",), ("b",))
    assert card_of(collection, "a").memory == Memory(20.5, 4.25)
    assert card_of(collection, "b") == mine
    assert collection.replay() == 0
    again = collection.add(draft(came("a"), came("b", card_id=78)), LATER)
    assert again.unchanged == ("a", "b")
