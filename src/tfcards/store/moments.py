"""Moments, durations and days as the file keeps them: integer UTC milliseconds. Nothing else."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def milliseconds(moment: datetime) -> int:
    """UTC milliseconds since 1970 of an aware moment; what is finer is cut off."""
    return (moment - _EPOCH) // _MILLISECOND


def optional_milliseconds(moment: datetime | None) -> int | None:
    """The same for a moment that may be missing."""
    return None if moment is None else milliseconds(moment)


def moment(stored: int) -> datetime:
    """The aware UTC moment of stored milliseconds."""
    return _EPOCH + timedelta(milliseconds=stored)


def optional_moment(stored: int | None) -> datetime | None:
    """The same for a moment that may be missing."""
    return None if stored is None else moment(stored)


def duration(stored: int) -> timedelta:
    """The duration of stored milliseconds."""
    return timedelta(milliseconds=stored)


def duration_milliseconds(length: timedelta) -> int:
    """A duration as whole milliseconds."""
    return length // _MILLISECOND
