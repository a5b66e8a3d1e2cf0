"""Deadlines in working days: Monday to Friday without the holidays of the region. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_SATURDAY: Final = 5


def is_working_day(day: date, holidays: Collection[date]) -> bool:
    """Whether offices are open on this day."""
    return day.weekday() < _SATURDAY and day not in holidays


def add_working_days(start: date, days: int, holidays: Collection[date]) -> date:
    """Return the working day that lies ``days`` working days after ``start``; the day of the start does not count.

    Args:
        start: Any day.
        days: How many working days, 1 or more.
        holidays: Days that are no working days.
    """
    day = start
    left = days
    while left > 0:
        day += timedelta(days=1)
        if is_working_day(day, holidays):
            left -= 1
    return day


def due_at(start: datetime, days: int, zone: str, holidays: Collection[date]) -> datetime:
    """Return the moment a deadline ends: midnight at the end of its last working day where the region lies.

    Args:
        start: Aware moment from which the deadline runs.
        days: Its length in working days.
        zone: IANA time zone of the region.
        holidays: Holidays of the region.

    Returns:
        An aware moment in UTC.
    """
    local = ZoneInfo(zone)
    last = add_working_days(start.astimezone(local).date(), days, holidays)
    return datetime.combine(last + timedelta(days=1), time.min, tzinfo=local).astimezone(UTC)
