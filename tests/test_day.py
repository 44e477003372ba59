"""The learner's days in real time zones: rollover, changes of the clocks, odd offsets."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfcards.core.day import Calendar
from tfcards.errors import BadInputError

ZONES = (
    "UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Santiago",
    "America/Havana", "Asia/Beirut", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Auckland",
    "Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Africa/Casablanca",
)  # fmt: skip
calendars = st.builds(Calendar, st.sampled_from(ZONES), st.integers(0, 23))
moments = st.datetimes(datetime(2015, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))


@given(calendars, moments)
def test_a_moment_lies_within_its_day(calendar, moment):
    day = calendar.day(moment)
    assert calendar.start(day) <= moment < calendar.start(day + 1)
    assert timedelta(0) < calendar.until_end(moment) <= timedelta(hours=25)


@given(calendars, st.integers(date(2015, 1, 2).toordinal(), date(2036, 1, 1).toordinal()))
def test_a_day_begins_where_the_one_before_ends(calendar, day):
    start = calendar.start(day)
    assert calendar.day(start) == day
    assert calendar.day(start - timedelta(microseconds=1)) == day - 1
    length = calendar.start(day + 1) - start
    assert timedelta(hours=23) <= length <= timedelta(hours=25)


@given(calendars, moments, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_days_never_run_backwards(calendar, moment, wait):
    assert calendar.day(moment) <= calendar.day(moment + wait)


@given(calendars, moments, st.sampled_from(ZONES))
def test_the_zone_a_moment_is_written_in_does_not_matter(calendar, moment, zone):
    assert calendar.day(moment.astimezone(ZoneInfo(zone))) == calendar.day(moment)


@pytest.mark.parametrize(
    ("zone", "changes", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 28), 23),
        ("Europe/Berlin", date(2026, 10, 24), 25),
        ("America/New_York", date(2026, 3, 7), 23),
        ("America/New_York", date(2026, 10, 31), 25),
        ("Pacific/Auckland", date(2026, 4, 4), 25),
        ("Pacific/Auckland", date(2026, 9, 26), 23),
        ("Australia/Lord_Howe", date(2026, 4, 4), 24.5),
        ("Asia/Kathmandu", date(2026, 3, 28), 24),
    ],
)
def test_how_long_the_night_of_a_change_is(zone, changes, hours):
    calendar, day = Calendar(zone, 4), changes.toordinal()
    assert calendar.start(day + 1) - calendar.start(day) == timedelta(hours=hours)


def test_before_the_rollover_it_is_still_yesterday():
    calendar = Calendar("Europe/Berlin", 4)
    night = datetime(2026, 1, 15, 3, 59, 59, tzinfo=ZoneInfo("Europe/Berlin"))
    assert calendar.day(night) == date(2026, 1, 14).toordinal()
    assert calendar.day(night + timedelta(seconds=1)) == date(2026, 1, 15).toordinal()
    assert calendar.until_end(night) == timedelta(seconds=1)


def test_a_rollover_in_the_hour_that_is_skipped_is_right_after_it():
    calendar = Calendar("Europe/Berlin", 2)  # 2:00 to 3:00 does not exist on 29 March 2026
    day = date(2026, 3, 29).toordinal()
    assert calendar.start(day) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert calendar.day(datetime(2026, 3, 29, 0, 59, tzinfo=UTC)) == day - 1


@pytest.mark.parametrize(
    "zone", ["", "Berlin", "Europe/Nowhere", "../etc/passwd", "Europe", "/UTC"]
)
def test_a_zone_that_does_not_exist_is_refused(zone):
    with pytest.raises(BadInputError, match="time zone"):
        Calendar(zone)


@pytest.mark.parametrize("hour", [-1, 24])
def test_an_hour_that_does_not_exist_is_refused(hour):
    with pytest.raises(BadInputError, match="0 to 23"):
        Calendar("UTC", hour)
