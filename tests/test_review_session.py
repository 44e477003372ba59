"""A sitting of reviews without a window: what it serves, saves, takes back and suggests."""

from datetime import UTC, datetime, timedelta

import pytest

from tfcards.core.draft import Draft, DraftNote
from tfcards.core.model import Kind, Rating, State
from tfcards.core.wording import interval_text
from tfcards.sessions.review import ReviewSession
from tfcards.store import Collection


def note(guid, kind=Kind.BASIC, deck="A", **fields):
    return DraftNote(guid=guid, kind=kind, deck=deck, fields={"Question": guid, **fields})


@pytest.fixture
def collection(tmp_path, clock):
    collection = Collection.open(tmp_path, now=clock(), zone="Europe/Berlin")
    basic = [note(f"q{i}", Answer=f"a{i}") for i in range(5)]
    choice = note("pick", Kind.CHOICE, Answer="- [x] right\n- [ ] wrong — no\n- [x] also right")
    points = note("talk", Answer="All.", **{"Key points": "- one\n- two\n- three"})
    typed = note("type", Kind.TYPED, "A::B", Answer="```\nfor x in y:\n    pass\n```")
    collection.add(Draft("test", (*basic, choice, points, typed)), clock())
    yield collection
    collection.close()


def logged(collection):
    return collection.reviewed_on(collection.calendar().day(datetime(2026, 3, 10, 9, tzinfo=UTC)))


def show(session, guid):
    """Answer cards until the note of that guid is up."""
    for _ in range(20):
        if session.note.guid == guid:
            return
        session.reveal()
        session.rate(Rating.EASY)
    raise AssertionError(f"{guid} never came")


def test_every_answer_is_saved_before_the_next_card(collection, clock):
    session = ReviewSession(collection, clock)
    total = session.total
    for count in range(1, 4):
        session.reveal()
        session.rate(Rating.EASY)
        assert logged(collection) == count == session.done
    assert session.total == total


def test_the_previews_are_what_is_applied(collection, clock):
    session = ReviewSession(collection, clock)
    for rating in Rating:
        card = session.card
        session.reveal()
        promised = session.previews()[rating]
        clock.pass_time(minutes=9)  # thinking about the rating changes nothing
        session.rate(rating)
        stored = collection.card(card.id)
        wait = stored.due_at or collection.calendar().start(stored.due_day)
        if stored.state is State.REVIEW:
            days = stored.due_day - collection.reviews(card.id)[-1].day
            assert promised == interval_text(timedelta(days=days))
        else:
            assert promised == interval_text(wait - collection.reviews(card.id)[-1].at)


def test_learning_cards_come_back_and_the_session_says_when(collection, clock):
    session = ReviewSession(collection, clock)
    seen = set()
    while session.card is not None:
        seen.add(session.note.guid)
        session.reveal()
        session.rate(Rating.EASY if len(seen) < 8 else Rating.AGAIN)
        if session.done > 30:
            break
        clock.pass_time(seconds=5)
    assert len(seen) == 8
    session = ReviewSession(collection, clock)
    clock.pass_time(hours=25)
    session.refresh()
    assert session.remaining.learning + session.remaining.due >= 0


def test_undo_brings_the_card_back_and_redo_answers_it_again(collection, clock):
    session = ReviewSession(collection, clock)
    first = session.card
    session.reveal()
    session.rate(Rating.GOOD)
    assert session.undo()
    assert session.card == first
    assert not session.revealed
    assert (session.done, logged(collection)) == (0, 0)
    assert session.redo()
    assert logged(collection) == 1
    assert session.done == 1


@pytest.mark.parametrize("step", ["bury", "suspend"])
def test_putting_aside_shows_the_next_card_and_can_be_undone(collection, clock, step):
    session = ReviewSession(collection, clock)
    first = session.card
    getattr(session, step)()
    assert session.card.id != first.id
    assert session.undo()
    assert session.card == first


def test_edit_keeps_the_card_and_its_schedule(collection, clock):
    session = ReviewSession(collection, clock)
    first = session.card
    session.edit({**session.note.fields, "Question": "Anders?"}, ("neu",))
    assert session.card == first
    assert session.note.fields["Question"] == "Anders?"
    assert session.note.tags == ("neu",)
    assert session.undo()
    assert session.note.fields["Question"] != "Anders?"


def test_a_choice_is_right_only_when_exactly_the_right_ones_are_picked(collection, clock):
    session = ReviewSession(collection, clock)
    show(session, "pick")
    session.pick(0)
    assert session.suggested is Rating.AGAIN
    session.pick(2)
    assert session.suggested is Rating.GOOD
    session.pick(1)
    assert session.suggested is Rating.AGAIN
    session.pick(1)
    session.rate(session.suggested)
    assert session.card is None or session.suggested is Rating.GOOD  # picks do not carry over


def test_ticked_key_points_suggest_a_rating(collection, clock):
    session = ReviewSession(collection, clock)
    show(session, "talk")
    session.reveal()
    session.pick(0)
    assert session.suggested is Rating.AGAIN
    session.pick(1)
    assert session.suggested is Rating.HARD
    session.pick(2)
    assert session.suggested is Rating.GOOD


@pytest.mark.parametrize(
    ("typed", "rating"),
    [
        ("for x in y:\n    pass\n", Rating.GOOD),
        ("for x in y:\r\n    pass  ", Rating.GOOD),
        ("for x in y:\npass", Rating.AGAIN),
    ],
)
def test_typed_code_keeps_its_indentation(collection, clock, typed, rating):
    session = ReviewSession(collection, clock)
    show(session, "type")
    session.reveal(typed)
    assert session.suggested is rating


def test_a_deck_brings_its_sub_decks(collection, clock):
    ids = {deck.name: deck.id for deck in collection.decks()}
    assert ReviewSession(collection, clock, ids["A::B"]).total == 1
    assert ReviewSession(collection, clock, ids["A"]).total == 8
    assert ReviewSession(collection, clock, ids["A"]).title == "A"


def test_siblings_do_not_take_the_place_of_other_new_cards(collection, clock):
    cloze = note("gaps", Kind.CLOZE, "C", Answer="")
    cloze.fields["Question"] = "{{c1::a}} {{c2::b}} {{c3::c}}"
    others = [note(f"other{i}", deck="C", Answer="x") for i in range(3)]
    collection.add(Draft("more", (cloze, *others)), clock())
    deck = next(deck for deck in collection.decks() if deck.name == "C")
    collection.set_options(deck.id, {"new_per_day": 3})
    day = collection.calendar().day(clock())
    counted = next(c for c in collection.counts(day, clock()) if c.deck.id == deck.id)
    session = ReviewSession(collection, clock, deck.id)
    assert counted.new == session.remaining.new == 3
    seen = []
    while session.card is not None:
        seen.append(session.note.guid)
        session.reveal()
        session.rate(Rating.EASY)
    assert seen == ["gaps", "other0", "other1"]


def test_the_summary_counts_what_happened(collection, clock):
    session = ReviewSession(collection, clock)
    for rating in (Rating.AGAIN, Rating.EASY):
        clock.pass_time(seconds=30)
        session.reveal()
        session.rate(rating)
    summary = session.summary
    assert (summary.reviews, summary.again, summary.new) == (2, 1, 2)
    assert summary.minutes == pytest.approx(1.0)
    assert summary.recalled is None  # nothing was known before


@pytest.fixture
def written(collection, clock):
    """A sitting with two code cards; code for the first was run twice and then held."""
    answer = "```python\nx = 1\n```"
    cards = tuple(note(f"code{i}", Kind.CODE, "Code", Answer=answer) for i in range(2))
    collection.add(Draft("code", cards), clock())
    deck = next(deck.id for deck in collection.decks() if deck.name == "Code")
    session = ReviewSession(collection, clock, deck)
    session.write("x = 2")
    session.tried("x = 2", held=False)
    session.write("x = 1")
    session.tried("x = 1", held=True)
    return session


def test_typed_code_and_its_runs_stay_while_the_card_does(written):
    first = written.card
    written.refresh()  # another page was shown meanwhile
    assert (written.card, written.typed) == (first, "x = 1")
    written.flag(1)
    written.undo()
    assert (written.card, written.typed, written.suggested) == (first, "x = 1", Rating.HARD)


def test_typed_code_comes_back_when_an_answer_is_taken_back(written):
    first = written.card
    written.reveal("x = 1")
    written.rate(Rating.HARD)
    assert written.card != first
    assert written.typed == ""
    written.undo()
    assert (written.card, written.typed, written.suggested) == (first, "x = 1", Rating.HARD)
    written.bury()
    assert written.typed == ""
    written.undo()
    assert (written.card, written.typed) == (first, "x = 1")


def test_a_card_that_comes_up_again_is_asked_anew(written):
    first = written.card
    written.reveal("x = 1")
    written.rate(Rating.AGAIN)
    written.reveal()
    written.rate(Rating.EASY)
    assert written.card is not None
    assert written.card.id == first.id
    assert (written.typed, written.marked.reason) == ("", "")
