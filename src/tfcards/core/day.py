"""The learner's days: counted from the rollover hour in the learner's time zone, DST and all."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tfcards.errors import BadInputError


@dataclass(frozen=True, slots=True)
class Calendar:
    """Turns moments into the learner's days and back. `zone` is an IANA name."""

    zone: str = "UTC"
    rollover_hour: int = 4

    def __post_init__(self) -> None:
        """Refuse a zone or hour that does not exist."""
        if not 0 <= self.rollover_hour <= 23:
            raise BadInputError("The hour at which a new day begins must be 0 to 23.")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise BadInputError(
                f"There is no time zone {self.zone!r}. Use a name such as Europe/Berlin or UTC."
            ) from error

    def day(self, moment: datetime) -> int:
        """The learner's day that `moment` (aware) falls in, as a date ordinal."""
        local = moment.astimezone(ZoneInfo(self.zone))
        before_rollover = local.hour < self.rollover_hour
        return local.date().toordinal() - before_rollover

    def start(self, day: int) -> datetime:
        """The moment, in UTC, at which `day` begins."""
        local = datetime.combine(date.fromordinal(day), time(self.rollover_hour))
        return local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def until_end(self, moment: datetime) -> timedelta:
        """How long the learner's current day still lasts."""
        return self.start(self.day(moment) + 1) - moment.astimezone(UTC)
