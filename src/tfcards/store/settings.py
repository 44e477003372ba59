"""The learner's settings and calendar: small JSON values by key. Nothing here is a study rule."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tfcards.core.day import Calendar
from tfcards.errors import BadInputError
from tfcards.store.database import Database


def read(database: Database, key: str, default: object) -> object:
    """The value last set for `key`, or `default`."""
    found = database.row("SELECT value FROM settings WHERE key = ?", (key,))
    return default if found is None else json.loads(found[0])


def write(database: Database, key: str, value: object) -> None:
    """Set `key` to a value that JSON can hold."""
    database.run(
        "INSERT INTO settings (key, value) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, json.dumps(value)),
    )


def calendar(database: Database) -> Calendar:
    """The learner's days. A time zone this machine does not know counts as UTC."""
    stored = read(database, "calendar", {})
    given = stored if isinstance(stored, dict) else {}
    zone = str(given.get("zone", "UTC"))
    return Calendar(zone if _known(zone) else "UTC", int(given.get("rollover_hour", 4)))


def write_calendar(database: Database, chosen: Calendar) -> None:
    """Set time zone and rollover hour.

    Raises:
        BadInputError: the zone is no IANA name, or the hour is not 0 to 23.
    """
    if not _known(chosen.zone):
        raise BadInputError(
            f"'{chosen.zone}' is not a time zone. Use an IANA name such as Europe/Madrid."
        )
    if not 0 <= chosen.rollover_hour <= 23:
        raise BadInputError("A day must begin at an hour from 0 to 23.")
    write(database, "calendar", {"zone": chosen.zone, "rollover_hour": chosen.rollover_hour})


def today(database: Database, now: datetime) -> int:
    """The learner's day of `now`."""
    return calendar(database).day(now)


def _known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
