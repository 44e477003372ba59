"""When a lab opens, and what it tells the learner until then."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tfcards.core.unlock import Prerequisite, Requirement, evaluate

ASKS = Requirement(cards=("tensors::creating",))


def cards(*recalls: float | None) -> list[Prerequisite]:
    return [Prerequisite(f"card-{i}", recall, days=2) for i, recall in enumerate(recalls)]


def test_enough_known_cards_open_it():
    unlock = evaluate(ASKS, cards(0.9, 0.8, 0.95, 0.99, 0.3), (), begun=False)
    assert unlock.is_open
    assert (unlock.known, unlock.needed, unlock.total) == (4, 4, 5)
    assert unlock.missing == ("card-4",)
    assert unlock.minutes == 0
    assert unlock.reason == "Open: you know 4 of its 5 cards."


def test_what_is_missing_is_told_quickest_first():
    unlock = evaluate(ASKS, cards(None, 0.2, 0.79, None, 0.5), (), begun=False)
    assert not unlock.is_open
    assert unlock.missing == ("card-2", "card-4", "card-1", "card-0", "card-3")
    assert (unlock.known, unlock.needed) == (0, 4)
    assert unlock.minutes == 1  # three reviews and a new card: 54 seconds
    assert unlock.reason == "Know 4 more of 5 cards: about 1 minute."


def test_the_minutes_are_for_the_cards_still_needed():
    unlock = evaluate(ASKS, cards(*[None] * 12), (), begun=False)
    assert unlock.reason == "Know 10 more of 12 cards: about 5 minutes."
    assert len(unlock.missing) == 12


def test_labs_before_it_must_be_passed():
    asks = Requirement(cards=(), labs=("01-tensors", "02-shapes"))
    unlock = evaluate(asks, [], {"01-tensors"}, begun=False)
    assert unlock.labs_missing == ("02-shapes",)
    assert unlock.reason == "Pass “02-shapes” first."
    assert evaluate(asks, [], {"01-tensors", "02-shapes"}, begun=False).is_open
    both = replace(asks, cards=ASKS.cards)
    assert evaluate(both, cards(0.1), (), begun=False).reason == (
        "Know 1 more of 1 card: about 1 minute. Pass “01-tensors” and “02-shapes” first."
    )


def test_a_lab_begun_stays_open():
    unlock = evaluate(ASKS, cards(0.1, None), (), begun=True)
    assert unlock.is_open
    assert unlock.missing == ("card-0", "card-1")
    assert unlock.reason == "Open: you have begun it."


def test_suspended_cards_do_not_count():
    given_cards = [*cards(0.9), Prerequisite("off", None, suspended=True)]
    unlock = evaluate(ASKS, given_cards, (), begun=False)
    assert (unlock.is_open, unlock.total, unlock.missing) == (True, 1, ())


def test_cards_that_are_not_there_keep_it_closed():
    unlock = evaluate(ASKS, [], (), begun=False)
    assert not unlock.is_open
    assert unlock.reason == "Import its cards first: none of them is in your collection."


def test_a_lab_that_asks_for_nothing_is_open():
    unlock = evaluate(Requirement(cards=()), [], (), begun=False)
    assert unlock.is_open
    assert unlock.reason == "Open: it asks for no cards."


def test_a_note_with_two_cards_is_missing_once():
    twice = [Prerequisite("note", 0.1), Prerequisite("note", None)]
    unlock = evaluate(ASKS, twice, (), begun=False)
    assert unlock.missing == ("note",)
    assert unlock.total == 2


recalls = st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=30)
requirements = st.builds(Requirement, st.just(("tag",)), st.floats(0.5, 0.99), st.floats(0, 1))


@given(requirements, recalls.filter(bool))
def test_it_is_open_exactly_when_enough_is_known(requirement, values):
    unlock = evaluate(requirement, cards(*values), (), begun=False)
    assert unlock.is_open == (unlock.known >= unlock.needed)
    assert unlock.known + len(unlock.missing) == unlock.total == len(values)
    assert (unlock.minutes == 0) == unlock.is_open
    assert unlock.needed <= unlock.total


@given(requirements, recalls.filter(bool), st.data())
def test_knowing_more_never_closes_it(requirement, values, data):
    unlock = evaluate(requirement, cards(*values), (), begun=False)
    better = list(values)
    better[data.draw(st.integers(0, len(values) - 1))] = 1.0
    after = evaluate(requirement, cards(*better), (), begun=False)
    assert after.is_open or not unlock.is_open
    assert after.minutes <= unlock.minutes


def test_a_card_seen_on_one_day_does_not_count_yet():
    seen_today = [Prerequisite("fresh", 0.99, days=1)]
    unlock = evaluate(ASKS, seen_today, (), begun=False)
    assert not unlock.is_open
    assert "2 different days" in unlock.reason
    assert evaluate(ASKS, [Prerequisite("fresh", 0.99, days=2)], (), begun=False).is_open


def test_who_has_seen_nothing_yet_is_told_of_the_days_and_their_minutes():
    unseen = [Prerequisite(f"card-{i}", None) for i in range(10)]
    unlock = evaluate(ASKS, unseen, (), begun=False)
    assert unlock.reason == (  # eight times a first look of 30 seconds and a review of 8
        "Know 8 more of 10 cards: about 6 minutes. Each counts once recalled on 2 different days."
    )
