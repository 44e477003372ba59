"""Every promise of the scheduler, over random cards, options, zones and moments."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfcards.core import fuzz
from tfcards.core.day import Calendar
from tfcards.core.model import Card, Memory, Rating, ReviewKind, State
from tfcards.core.options import DEFAULT_PARAMETERS, PARAMETER_BOUNDS, Options
from tfcards.core.schedule import Answer, Scheduler

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
NEW = Card(id=1, note_id=1, deck_id=1)
PLAIN = Options(fuzz=False)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
ratings = st.sampled_from(Rating)
steps = st.lists(
    st.timedeltas(timedelta(milliseconds=1), DAY - timedelta(microseconds=1)), max_size=4
).map(tuple)
zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Auckland",
     "America/Santiago", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago"]
)  # fmt: skip
calendars = st.builds(Calendar, zones, st.integers(0, 23))
parameters = st.one_of(
    st.just(DEFAULT_PARAMETERS),
    st.tuples(*(st.floats(low, high) for low, high in PARAMETER_BOUNDS)),
)
options = st.builds(
    Options,
    desired_retention=st.floats(0.7, 0.99),
    learning_steps=steps,
    relearning_steps=steps,
    maximum_interval=st.integers(1, 36_500),
    fuzz=st.booleans(),
    parameters=parameters,
)
schedulers = st.builds(Scheduler, options, calendars)
waits = st.one_of(
    st.timedeltas(timedelta(0), timedelta(hours=30)),
    st.timedeltas(timedelta(0), timedelta(days=900)),
    st.timedeltas(timedelta(days=-400), timedelta(0)),  # the clock was set back
)
histories = st.lists(st.tuples(ratings, waits), max_size=8)


def studied(scheduler: Scheduler, history: list[tuple[Rating, timedelta]], card_id: int = 1):
    card, now = replace(NEW, id=card_id), NOW
    for rating, wait in history:
        now += wait
        card = scheduler.answer(card, rating, now).card
    return card, now


def review_card(stability: float = 10, difficulty: float = 5, interval: int = 10) -> Card:
    last = NOW - interval * DAY
    today = Calendar().day(NOW)
    return replace(
        NEW,
        state=State.REVIEW,
        memory=Memory(stability, difficulty),
        due_day=today,
        last_at=last,
        last_day=today - interval,
        reps=3,
    )


def due(answer: Answer) -> tuple[int, datetime]:
    """The due day, and within it the moment; a review card counts as due all day."""
    card = answer.card
    return card.due_day, card.due_at or datetime.max.replace(tzinfo=UTC)


# ---- promises


@given(schedulers, histories, waits)
def test_the_preview_equals_the_result(scheduler, history, wait):
    card, now = studied(scheduler, history)
    now += wait
    preview = scheduler.preview(card, now)
    assert list(preview) == list(Rating)
    for rating in Rating:
        assert scheduler.answer(card, rating, now) == preview[rating]


@given(schedulers, histories, waits, st.integers(1, 2**53))
def test_a_better_rating_is_never_due_earlier(scheduler, history, wait, card_id):
    card, now = studied(scheduler, history, card_id)
    answers = list(scheduler.preview(card, now + wait).values())
    assert [due(a) for a in answers] == sorted(due(a) for a in answers)
    assert [a.interval for a in answers] == sorted(a.interval for a in answers)


@given(schedulers, calendars, histories, waits)
def test_nothing_is_due_before_its_own_answer(scheduler, calendar, history, wait):
    scheduler = Scheduler(Options(), calendar)
    card, now = studied(scheduler, history)
    now += wait
    for answer in scheduler.preview(card, now).values():
        assert answer.card.last_at == answer.review.at <= now
        assert answer.interval > timedelta(0)
        if answer.card.state is State.REVIEW:
            assert answer.card.due_day > calendar.day(now)
            assert answer.interval == (answer.card.due_day - calendar.day(now)) * DAY
        else:
            assert answer.card.due_at == answer.review.at + answer.interval
            assert answer.card.due_day == calendar.day(answer.card.due_at)


@given(options, calendars, histories)
def test_the_same_input_gives_the_same_schedule(options, calendar, history):
    first = studied(Scheduler(options, calendar), history)
    assert studied(Scheduler(options, calendar), history) == first


@given(schedulers, histories, ratings, waits)
def test_the_row_tells_what_the_card_became(scheduler, history, rating, wait):
    card, now = studied(scheduler, history)
    answer = scheduler.answer(card, rating, now + wait)
    after, row = answer.card, answer.review
    assert (row.card_id, row.rating, row.model) == (card.id, rating, scheduler.model)
    assert (row.state_before, row.state, row.step) == (card.state, after.state, after.step)
    assert (row.memory, row.due_day, row.due_at) == (after.memory, after.due_day, after.due_at)
    assert (row.at, row.day) == (after.last_at, after.last_day)
    assert row.at.microsecond % 1000 == 0


@given(histories, waits, st.integers(1, 400), st.booleans())
def test_intervals_stay_within_the_longest(history, wait, longest, fuzzed):
    scheduler = Scheduler(Options(maximum_interval=longest, fuzz=fuzzed), Calendar())
    card, now = studied(scheduler, history)
    for answer in scheduler.preview(card, now + wait).values():
        assert timedelta(0) < answer.interval <= longest * DAY


@given(st.integers(1, 2**53), st.integers(4, 400), st.floats(0.7, 1.0))
def test_a_growing_interval_never_shrinks_by_fuzz(card_id, interval, share):
    card = replace(review_card(interval * share, difficulty=10, interval=interval), id=card_id)
    plain = Scheduler(PLAIN, Calendar()).preview(card, NOW)
    fuzzed = Scheduler(Options(), Calendar()).preview(card, NOW)
    for rating in (Rating.HARD, Rating.GOOD, Rating.EASY):
        if plain[rating].interval > interval * DAY:
            assert fuzzed[rating].interval > interval * DAY


# ---- known values


def test_known_values_of_fsrs_6():
    preview = Scheduler(PLAIN, Calendar()).preview(NEW, NOW)
    assert preview[Rating.AGAIN].card.memory == Memory(0.212, 6.4133)
    assert preview[Rating.GOOD].card.memory.stability == 2.3065
    assert preview[Rating.GOOD].card.memory.difficulty == pytest.approx(2.1181, abs=1e-4)
    assert preview[Rating.EASY].card.memory == Memory(8.2956, 1.0)
    assert [a.interval for a in preview.values()] == [
        MINUTE,
        5.5 * MINUTE,
        10 * MINUTE,
        8 * DAY,
    ]


def test_known_intervals_of_a_card_always_good():
    scheduler = Scheduler(PLAIN, Calendar())
    card, now, days = NEW, NOW, []
    for _ in range(7):
        answer = scheduler.answer(card, Rating.GOOD, now)
        card, now = answer.card, now + answer.interval
        days.append(answer.interval.days)
    assert days == [0, 2, 11, 46, 163, 498, 1348]


def test_recall_is_ninety_percent_after_the_stability():
    scheduler = Scheduler(PLAIN, Calendar())
    card = review_card(stability=7.5)
    assert scheduler.recall(card, card.last_at + 7.5 * DAY) == pytest.approx(0.9)
    assert scheduler.recall(card, card.last_at) == 1
    assert scheduler.recall(card, card.last_at - DAY) == 1
    assert scheduler.recall(NEW, NOW) is None


def test_a_study_day_later_but_under_24_hours_counts_as_a_day():
    scheduler = Scheduler(PLAIN, Calendar())
    card = scheduler.answer(NEW, Rating.EASY, NOW).card
    next_morning = scheduler.answer(card, Rating.GOOD, NOW + timedelta(hours=23.5)).card
    same_clock = scheduler.answer(card, Rating.GOOD, NOW + timedelta(hours=24)).card
    assert next_morning.memory == same_clock.memory
    assert next_morning.memory.stability > card.memory.stability + 1


def test_the_clock_set_back_counts_as_the_same_day():
    scheduler = Scheduler(PLAIN, Calendar())
    card = review_card(interval=0)
    same_day = scheduler.answer(card, Rating.GOOD, card.last_at)
    set_back = scheduler.answer(card, Rating.GOOD, card.last_at - 40 * DAY)
    assert set_back.card.memory == same_day.card.memory
    assert set_back.interval == same_day.interval
    assert set_back.card.due_day > set_back.review.day


def test_the_model_is_named_after_its_parameters():
    fitted = (0.3, *DEFAULT_PARAMETERS[1:])
    default = Scheduler(Options(), Calendar())
    assert default.model.startswith("fsrs-6:")
    assert Scheduler(Options(desired_retention=0.8), Calendar()).model == default.model
    assert Scheduler(Options(parameters=fitted), Calendar()).model != default.model


# ---- steps


def step_of(answer: Answer) -> tuple[State, int, timedelta]:
    return answer.card.state, answer.card.step, answer.interval


def test_learning_steps_are_walked_through():
    scheduler = Scheduler(
        Options(learning_steps=(MINUTE, 10 * MINUTE, 60 * MINUTE), fuzz=False), Calendar()
    )
    first = scheduler.preview(NEW, NOW)
    assert step_of(first[Rating.AGAIN]) == (State.LEARNING, 0, MINUTE)
    assert step_of(first[Rating.HARD]) == (State.LEARNING, 0, 5.5 * MINUTE)
    assert step_of(first[Rating.GOOD]) == (State.LEARNING, 1, 10 * MINUTE)
    assert first[Rating.EASY].card.state is State.REVIEW
    second = scheduler.preview(first[Rating.GOOD].card, NOW)
    assert step_of(second[Rating.AGAIN]) == (State.LEARNING, 0, MINUTE)
    assert step_of(second[Rating.HARD]) == (State.LEARNING, 1, 10 * MINUTE)
    third = scheduler.preview(second[Rating.GOOD].card, NOW)
    assert third[Rating.GOOD].card.state is State.REVIEW
    assert third[Rating.GOOD].card.step == 0
    assert third[Rating.GOOD].card.due_at is None


def test_hard_on_a_single_step_waits_half_as_long_again_but_no_more_than_a_day():
    one = Scheduler(Options(learning_steps=(10 * MINUTE,)), Calendar())
    assert one.preview(NEW, NOW)[Rating.HARD].interval == 15 * MINUTE
    long = Scheduler(Options(learning_steps=(timedelta(hours=23),)), Calendar())
    assert long.preview(NEW, NOW)[Rating.HARD].interval == DAY


def test_without_steps_a_card_is_in_review_at_once():
    scheduler = Scheduler(Options(learning_steps=(), relearning_steps=()), Calendar())
    for answer in scheduler.preview(NEW, NOW).values():
        assert answer.card.state is State.REVIEW
    failed = scheduler.preview(review_card(), NOW)[Rating.AGAIN].card
    assert (failed.state, failed.lapses) == (State.REVIEW, 1)


def test_a_failed_review_card_is_relearned_and_counted_once():
    scheduler = Scheduler(Options(), Calendar())
    failed = scheduler.answer(review_card(), Rating.AGAIN, NOW).card
    assert (failed.state, failed.step, failed.lapses) == (State.RELEARNING, 0, 1)
    again = scheduler.answer(failed, Rating.AGAIN, NOW + MINUTE).card
    assert (again.state, again.lapses) == (State.RELEARNING, 1)
    good = scheduler.answer(again, Rating.GOOD, NOW + 20 * MINUTE).card
    assert (good.state, good.lapses) == (State.REVIEW, 1)


def test_a_step_that_no_longer_exists_counts_as_the_last():
    scheduler = Scheduler(Options(learning_steps=(MINUTE, 10 * MINUTE)), Calendar())
    card = replace(NEW, state=State.LEARNING, step=5, memory=Memory(1, 5))
    preview = scheduler.preview(card, NOW)
    assert step_of(preview[Rating.HARD]) == (State.LEARNING, 1, 10 * MINUTE)
    assert preview[Rating.GOOD].card.state is State.REVIEW


# ---- days


@pytest.mark.parametrize(
    ("zone", "before"),
    [
        ("Europe/Berlin", datetime(2026, 3, 28, 11, 30, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 24, 10, 30, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 7, 17, 30, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 10, 31, 16, 30, tzinfo=UTC)),
        ("Australia/Sydney", datetime(2026, 4, 4, 1, 30, tzinfo=UTC)),
        ("Australia/Sydney", datetime(2026, 10, 3, 2, 30, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("hours", [23, 24, 25])
def test_a_change_of_the_clocks_is_still_one_day(zone, before, hours):
    scheduler = Scheduler(PLAIN, Calendar(zone))
    card = scheduler.answer(NEW, Rating.EASY, before).card
    after = before + timedelta(hours=hours)
    assert scheduler.explain(card, Rating.GOOD, after).elapsed_days == 1
    # one more day and the dates still differ by the interval
    answer = scheduler.answer(card, Rating.GOOD, after)
    assert answer.card.due_day - answer.review.day == answer.interval.days


def test_travel_counts_the_days_of_where_the_learner_is():
    evening = datetime(2026, 5, 1, 20, tzinfo=UTC)  # 1 May in Berlin, 2 May in Auckland
    card = Scheduler(PLAIN, Calendar("Europe/Berlin")).answer(NEW, Rating.EASY, evening).card
    there = Scheduler(PLAIN, Calendar("Pacific/Auckland"))
    assert there.explain(card, Rating.GOOD, evening + timedelta(hours=1)).elapsed_days == 1
    back = there.answer(card, Rating.GOOD, evening).card
    west = Scheduler(PLAIN, Calendar("Pacific/Pago_Pago"))
    assert west.explain(back, Rating.GOOD, evening + timedelta(hours=2)).elapsed_days == 0
    answer = west.answer(back, Rating.GOOD, evening + timedelta(hours=2))
    assert answer.card.due_day > answer.review.day


def test_a_step_over_the_rollover_is_due_on_the_next_day():
    scheduler = Scheduler(Options(), Calendar(rollover_hour=4))
    late = datetime(2026, 3, 3, 3, 55, tzinfo=UTC)
    preview = scheduler.preview(NEW, late)
    assert preview[Rating.AGAIN].card.due_day == preview[Rating.AGAIN].review.day
    assert preview[Rating.GOOD].card.due_day == preview[Rating.GOOD].review.day + 1


# ---- kinds, fuzz, explanation


def test_cramming_is_logged_and_leaves_the_card_alone():
    scheduler = Scheduler(Options(), Calendar())
    card = review_card()
    answer = scheduler.answer(card, Rating.AGAIN, NOW, kind=ReviewKind.CRAM, duration=MINUTE)
    assert answer.card == card
    assert (answer.review.kind, answer.review.duration) == (ReviewKind.CRAM, MINUTE)
    assert (answer.review.state, answer.review.memory) == (card.state, card.memory)


def test_kind_and_duration_are_logged_and_change_nothing_else():
    scheduler = Scheduler(Options(), Calendar())
    study = scheduler.answer(NEW, Rating.GOOD, NOW)
    quiz = scheduler.answer(NEW, Rating.GOOD, NOW, kind=ReviewKind.QUIZ, duration=MINUTE)
    assert quiz.card == study.card
    assert quiz.review == replace(study.review, kind=ReviewKind.QUIZ, duration=MINUTE)


def test_fuzz_limits():
    assert fuzz.bounds(1, 100) == (1, 1)
    assert fuzz.bounds(2, 100) == (2, 2)
    assert fuzz.bounds(3, 100) == (2, 4)
    assert fuzz.bounds(10, 100) == (8, 12)
    assert fuzz.bounds(100, 105) == (93, 105)
    assert fuzz.bounds(10, 100, at_least=10) == (10, 12)


@given(st.integers(1, 36_500), st.integers(1, 36_500), st.integers(1, 40_000))
def test_fuzz_reaches_its_limits_and_no_further(days, maximum, at_least):
    days = min(days, maximum)
    shortest, longest = limits = fuzz.bounds(days, maximum, at_least)
    assert 1 <= shortest <= days <= longest <= maximum
    assert fuzz.within(limits, 0.0) == shortest
    assert fuzz.within(limits, 1 - 2**-48) == longest


def test_fuzz_spreads_cards_evenly():
    shares = [fuzz.fraction(card_id, 3) for card_id in range(2000)]
    for tenth in range(10):
        assert 140 <= sum(tenth <= share * 10 < tenth + 1 for share in shares) <= 260


@given(schedulers, histories, ratings, waits)
def test_the_explanation_agrees_with_the_answer(scheduler, history, rating, wait):
    card, now = studied(scheduler, history)
    now += wait
    told, answer = scheduler.explain(card, rating, now), scheduler.answer(card, rating, now)
    assert (told.before, told.after) == (card.memory, answer.card.memory)
    assert told.shortest_days <= told.wanted_days <= told.longest_days
    if answer.card.state is State.REVIEW:
        assert told.step is None
        assert timedelta(days=told.days) == answer.interval
        assert told.days >= told.shortest_days
    else:
        assert (told.step.state, told.step.index) == (answer.card.state, answer.card.step)
        assert told.days == 0
