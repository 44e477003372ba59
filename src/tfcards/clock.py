"""The only reader of the machine's clock and time zone; all below takes them as arguments."""

from datetime import UTC, datetime

from tzlocal import get_localzone_name


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def zone() -> str:
    """The machine's time zone as an IANA name."""
    return get_localzone_name() or "UTC"
