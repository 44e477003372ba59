"""The order of a sitting: mixing, siblings, learning cards, what comes back and what waits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tfcards.core.model import Card, State
from tfcards.core.queue import SIBLING_DISTANCE, QueueEntry, arrange

DAY = 740_000
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def new(card_id: int, note_id: int | None = None) -> QueueEntry:
    return QueueEntry(card_id, note_id or card_id, 1, State.NEW, position=card_id)


def review(card_id: int, note_id: int | None = None, due_day: int = DAY) -> QueueEntry:
    return QueueEntry(card_id, note_id or card_id, 1, State.REVIEW, due_day=due_day)


def learning(card_id: int, minutes: float, note_id: int | None = None) -> QueueEntry:
    due_at = NOW + minutes * MINUTE
    return QueueEntry(card_id, note_id or card_id, 1, State.LEARNING, due_day=DAY, due_at=due_at)


@st.composite
def entry_lists(draw):
    makers = st.sampled_from([new, review, lambda i, n: learning(i, i % 40, n)])
    size = draw(st.integers(0, 40))
    notes = st.integers(1, 25)
    return [draw(makers)(card_id, draw(notes)) for card_id in range(1, size + 1)]


def served(queue, now=NOW) -> list[QueueEntry]:
    return list(iter(lambda: queue.next(now), None))


@given(entry_lists())
def test_every_card_is_served_once_without_burying(entries):
    queue = arrange(entries, DAY, bury_siblings=False)
    assert sum(queue.remaining()) == len(entries)
    assert sorted(e.card_id for e in served(queue, NOW + 60 * MINUTE)) == [
        e.card_id for e in entries
    ]
    assert queue.remaining() == (0, 0, 0)
    assert queue.waits_until is None


@given(entry_lists())
def test_the_order_is_the_same_whenever_and_in_whatever_order_it_is_asked(entries):
    first = served(arrange(entries, DAY))
    assert served(arrange(entries, DAY)) == first
    reviews = [entry for entry in entries if entry.state is State.REVIEW]
    assert served(arrange(reversed(reviews), DAY)) == served(arrange(reviews, DAY))


@given(entry_lists(), st.sets(st.integers(1, 25)))
def test_burying_leaves_one_card_of_a_note(entries, studied):
    line = served(arrange(entries, DAY, studied_notes=studied), NOW + 60 * MINUTE)
    settled = [entry for entry in line if not entry.is_learning]
    notes = [entry.note_id for entry in settled]
    assert len(notes) == len(set(notes))
    stirred = {entry.note_id for entry in entries if entry.is_learning} | studied
    assert not stirred & set(notes)
    assert set(notes) | stirred >= {entry.note_id for entry in entries}
    assert [e for e in entries if e.is_learning] == sorted(
        (e for e in line if e.is_learning), key=lambda e: e.card_id
    )


@given(st.integers(0, 60), st.integers(0, 60))
def test_new_cards_are_spread_evenly_and_keep_their_order(news, reviews):
    entries = [new(i) for i in range(1, news + 1)] + [review(100 + i) for i in range(reviews)]
    line = served(arrange(entries, DAY))
    seen = 0
    for place, entry in enumerate(line, start=1):
        seen += entry.state is State.NEW
        assert abs(seen - place * news / len(line)) <= 1
    ids = [entry.card_id for entry in line if entry.state is State.NEW]
    assert ids == sorted(ids)


def test_reviews_come_by_due_day_and_shuffled_within_it():
    entries = [review(i, due_day=DAY - i % 2) for i in range(1, 41)]
    line = served(arrange(entries, DAY))
    assert [entry.due_day for entry in line] == [DAY - 1] * 20 + [DAY] * 20
    assert [entry.card_id for entry in line[:20]] != sorted(e.card_id for e in line[:20])
    assert line != served(arrange(entries, DAY + 1))


def test_siblings_are_kept_apart_when_they_are_not_buried():
    entries = [new(i, note_id=(i + 1) // 2) for i in range(1, 41)]
    notes = [e.note_id for e in served(arrange(entries, DAY, bury_siblings=False))]
    for place, note in enumerate(notes[:-2]):
        assert note not in notes[max(0, place - SIBLING_DISTANCE) : place]


def test_when_only_siblings_are_left_the_one_shown_longest_ago_comes():
    entries = [new(1, 1), new(2, 2), new(3, 2), new(4, 1)]
    line = served(arrange(entries, DAY, bury_siblings=False))
    assert [entry.card_id for entry in line] == [1, 2, 4, 3]


def test_a_learning_card_comes_first_when_it_is_due_and_not_before():
    queue = arrange([review(1), review(2), learning(3, 5)], DAY)
    assert queue.next(NOW).card_id != 3
    assert queue.next(NOW + 5 * MINUTE).card_id == 3
    assert queue.next(NOW + 5 * MINUTE).card_id in (1, 2)


def test_learning_cards_come_early_rather_than_wait_but_not_too_early():
    queue = arrange([learning(1, 19), learning(2, 45)], DAY)
    assert queue.remaining() == (0, 2, 0)
    assert queue.next(NOW).card_id == 1
    assert queue.next(NOW) is None
    assert queue.waits_until == NOW + 25 * MINUTE
    assert queue.next(queue.waits_until).card_id == 2
    assert queue.waits_until is None


def test_the_card_just_answered_is_not_shown_again_if_another_can_be():
    queue = arrange([learning(1, 0), learning(2, 9)], DAY)
    first = queue.next(NOW)
    queue.put_back(replace(first, due_at=NOW + MINUTE))
    assert queue.next(NOW).card_id == 2
    assert queue.next(NOW).card_id == 1


def test_an_answered_card_comes_back_only_today():
    queue = arrange([new(1)], DAY)
    entry = queue.next(NOW)
    assert queue.remaining() == (0, 0, 0)
    assert queue.remaining(including=entry) == (1, 0, 0)
    queue.put_back(learning(1, 10))
    queue.put_back(learning(1, 12))
    assert queue.remaining() == (0, 1, 0)
    assert queue.next(NOW).due_at == NOW + 12 * MINUTE
    queue.put_back(review(1, due_day=DAY + 4))
    queue.put_back(replace(learning(1, 10), due_day=DAY + 1))
    assert queue.next(NOW) is None
    assert queue.waits_until is None


def test_entries_of_later_days_are_left_out():
    assert served(arrange([review(1, due_day=DAY + 1), review(2, due_day=DAY - 9)], DAY)) == [
        review(2, due_day=DAY - 9)
    ]


def test_an_undone_card_is_brought_to_the_front():
    queue = arrange([review(i) for i in range(1, 6)] + [learning(9, 60)], DAY)
    queue.bring_forward(9)
    assert queue.remaining() == (0, 1, 5)
    queue.bring_forward(3)
    queue.bring_forward(77)
    assert queue.next(NOW).card_id == 3
    assert queue.remaining() == (0, 1, 4)
    assert 9 not in [entry.card_id for entry in served(queue)]


def test_a_dropped_card_is_gone():
    queue = arrange([review(1), new(2), learning(3, 1)], DAY)
    queue.bring_forward(1)
    for card_id in (1, 2, 3):
        queue.drop(card_id)
    assert queue.next(NOW) is None


def test_an_entry_holds_what_the_card_says():
    card = Card(id=1, note_id=2, deck_id=3, position=4, due_day=5, due_at=NOW)
    assert QueueEntry.of(card) == QueueEntry(1, 2, 3, State.NEW, 4, 5, NOW)
