"""When a job is due: the last moment of its schedule, in the time zone of its region."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from smartcity_share.manifest.schedule import fields_of

_DAYS_BACK: Final = 4 * 366 + 1  # a schedule for 29 February has a moment in every such span but around 1900 and 2100
_EVERY_DAY: Final = 31
_EVERY_WEEKDAY: Final = 7


class Schedule:
    """The five fields of a job's schedule in one time zone.

    As in cron, where both the day of the month and the day of the week are restricted, either is enough.

    Args:
        text: The schedule of the manifest, without fault.
        zone: The region's time zone.
    """

    def __init__(self, text: str, zone: ZoneInfo) -> None:
        minutes, hours, self._days, self._months, self._weekdays = fields_of(text)
        self._times = sorted(((hour, minute) for hour in hours for minute in minutes), reverse=True)
        self._zone = zone

    def last_due(self, now: datetime) -> datetime | None:
        """Return the last moment at or before ``now`` the job was due, UTC; None where there was none in four years.

        A moment the clocks skip is due an hour later on the clock; one they show twice is due the first time.

        Args:
            now: Aware.
        """
        today = now.astimezone(self._zone).date()
        for back in range(_DAYS_BACK):
            day = today - timedelta(days=back)
            if not self._covers(day):
                continue
            for hour, minute in self._times:
                moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=self._zone).astimezone(UTC)
                if moment <= now:
                    return moment
        return None

    def _covers(self, day: date) -> bool:
        if day.month not in self._months:
            return False
        in_month, in_week = day.day in self._days, day.isoweekday() % 7 in self._weekdays
        if len(self._days) < _EVERY_DAY and len(self._weekdays) < _EVERY_WEEKDAY:
            return in_month or in_week
        return in_month and in_week
