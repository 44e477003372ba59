"""The log rebuilds every card, whatever was done to it; moves are rows like any other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tfcards.core.day import Calendar
from tfcards.core.model import Card, Memory, Rating, Review, ReviewKind, State
from tfcards.core.moves import bring_forward, forget, set_due
from tfcards.core.options import DEFAULT_PARAMETERS, Options
from tfcards.core.schedule import Scheduler, model_name, replay

CALENDAR = Calendar("Europe/Berlin")
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CARD = Card(id=7, note_id=3, deck_id=2, ordinal=1, position=12, flag=4)
FITTED = (0.4, 1.1, 3.3, 12.0, *DEFAULT_PARAMETERS[4:])
PARAMETERS_OF = {model_name(given): given for given in (DEFAULT_PARAMETERS, FITTED)}
NO_STEPS = Options(learning_steps=(), relearning_steps=(), parameters=FITTED)
SCHEDULERS = (
    Scheduler(Options(), CALENDAR),
    Scheduler(NO_STEPS, CALENDAR),
    Scheduler(Options(), Calendar("Pacific/Auckland", 0)),
)

waits = st.one_of(
    st.timedeltas(timedelta(0), timedelta(days=200)),
    st.timedeltas(timedelta(days=-90), timedelta(0)),  # the clock was set back
)
rated = st.tuples(
    st.sampled_from(Rating),
    st.sampled_from([k for k in ReviewKind if k is not ReviewKind.MANUAL]),
    st.sampled_from(SCHEDULERS),
)
moved = st.one_of(st.just("forget"), st.just("bring forward"), st.integers(-5, 400))
acts = st.lists(st.tuples(waits, st.one_of(rated, rated, moved)), max_size=20)


def acted(history) -> tuple[Card, list[Review]]:
    card, now, rows = CARD, NOW, []
    for wait, act in history:
        now += wait
        match act:
            case "forget":
                answer = forget(card, now, CALENDAR)
            case "bring forward":
                answer = bring_forward(card, now, CALENDAR)
            case int(days):
                answer = set_due(card, CALENDAR.day(now) + days, now, CALENDAR)
            case (rating, kind, scheduler):
                answer = scheduler.answer(card, rating, now, kind=kind)
        if answer is not None:
            card = answer.card
            rows.append(answer.review)
    return card, rows


@given(acts)
def test_the_log_rebuilds_the_card(history):
    card, rows = acted(history)
    assert replay(card, rows, PARAMETERS_OF) == card
    assert replay(CARD, rows, PARAMETERS_OF) == card


@given(acts, acts)
def test_history_before_a_reset_does_not_count(before, after):
    card, rows = acted(before)
    _, later = acted(after)
    reset = forget(card, NOW, CALENDAR).review
    assert replay(card, [*rows, reset, *later], PARAMETERS_OF) == replay(card, later, PARAMETERS_OF)


def test_without_a_log_a_card_is_new_but_keeps_its_place():
    card, _ = acted([(timedelta(0), (Rating.EASY, ReviewKind.STUDY, SCHEDULERS[0]))])
    assert replay(card, [], PARAMETERS_OF) == CARD


def test_other_parameters_make_another_memory_with_the_same_dates():
    card, rows = acted([(timedelta(days=3), (Rating.GOOD, ReviewKind.STUDY, SCHEDULERS[0]))] * 4)
    refitted = replay(card, rows, {SCHEDULERS[0].model: FITTED})
    assert refitted.memory != card.memory
    assert replace(refitted, memory=card.memory) == card


def test_an_unknown_model_leaves_the_memory_of_the_row():
    row = replace(answered(), model="sm-2", memory=Memory(40, 6), kind=ReviewKind.IMPORTED)
    assert replay(CARD, [row], PARAMETERS_OF).memory == Memory(40, 6)
    bare = replace(row, memory=None)
    assert replay(CARD, [bare], PARAMETERS_OF).memory.stability == DEFAULT_PARAMETERS[2]


def test_a_card_imported_without_its_log_starts_from_what_it_came_with():
    arrival = replace(
        answered(),
        rating=None,
        kind=ReviewKind.IMPORTED,
        state=State.REVIEW,
        memory=Memory(40, 6),
        due_day=CALENDAR.day(NOW) + 30,
        due_at=None,
        model="",
    )
    card = replay(CARD, [arrival], PARAMETERS_OF)
    assert (card.state, card.memory, card.last_day) == (State.REVIEW, Memory(40, 6), arrival.day)
    later = SCHEDULERS[0].answer(card, Rating.GOOD, NOW + timedelta(days=30))
    assert replay(CARD, [arrival, later.review], PARAMETERS_OF) == later.card


def test_set_due_is_never_before_today_and_keeps_the_memory():
    card = SCHEDULERS[0].answer(CARD, Rating.EASY, NOW).card
    today = CALENDAR.day(NOW)
    moved = set_due(card, today + 3, NOW, CALENDAR)
    assert (moved.card.due_day, moved.card.memory) == (today + 3, card.memory)
    assert moved.interval == timedelta(days=3)
    assert set_due(card, today - 3, NOW, CALENDAR).card.due_day == today


def test_a_lab_brings_only_review_cards_forward():
    later = SCHEDULERS[0].answer(CARD, Rating.EASY, NOW).card
    brought = bring_forward(later, NOW, CALENDAR)
    assert brought.card == replace(later, due_day=CALENDAR.day(NOW))
    assert (brought.review.kind, brought.review.rating) == (ReviewKind.LAB, None)
    assert bring_forward(brought.card, NOW, CALENDAR) is None
    assert bring_forward(CARD, NOW, CALENDAR) is None


def answered() -> Review:
    return SCHEDULERS[0].answer(CARD, Rating.GOOD, NOW).review
