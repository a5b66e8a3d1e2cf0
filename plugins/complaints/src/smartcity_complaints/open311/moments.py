"""Moments as GeoReport v2 writes them: the W3C profile of ISO 8601 with a time of day and always with a time zone.

https://www.w3.org/TR/NOTE-datetime
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

from smartcity_complaints.open311.errors import UnreadableError
from smartcity_share.toolkit.translations import message

_FORM: Final = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|[+-]\d{2}:\d{2})?( \d{2}:\d{2})?", re.ASCII
)
_MICROSECOND_DIGITS: Final = 6
_LAST_HOUR: Final = 23
_LAST_MINUTE: Final = 59

EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
LATEST: Final = datetime.max.replace(tzinfo=UTC)


def read_moment(text: str) -> datetime:
    """Read a moment.

    Args:
        text: For example ``2026-03-02T09:30:00+08:00`` or ``2026-03-02T01:30Z``; fractions of a second may follow.

    Returns:
        The moment in UTC. One that falls out of the calendar by its offset is the first or last there is.

    Raises:
        UnreadableError: It has another form, no time zone, or is on no calendar.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise UnreadableError(message("Write the moment like 2026-03-02T09:30:00+08:00 or 2026-03-02T01:30:00Z."))
    zone, blank = found[8], found[9]
    if blank is not None and zone is None:
        raise UnreadableError(message("The + of the time zone has become a blank on the way: write it as %2B in the address."))
    if zone is None or blank is not None:
        raise UnreadableError(message("The moment has no time zone: add Z for UTC, or an offset such as +08:00."))
    year, month, day, hour, minute = (int(part) for part in found.groups()[:5])
    fraction = (found[7] or "")[:_MICROSECOND_DIGITS].ljust(_MICROSECOND_DIGITS, "0")
    try:
        local = datetime(year, month, day, hour, minute, int(found[6] or 0), int(fraction), tzinfo=_offset(zone))
    except ValueError as fault:
        raise UnreadableError(message("This moment is on no calendar: check day, hour and time zone.")) from fault
    try:
        return local.astimezone(UTC)
    except OverflowError:
        return EARLIEST if year == EARLIEST.year else LATEST


def write_moment(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment where the region lies, to the second: ``2026-03-02T09:30:00+08:00``."""
    return moment.astimezone(zone).isoformat(timespec="seconds")


def shifted(moment: datetime, span: timedelta) -> datetime:
    """Return a moment some time earlier or later, the first or last there is where the calendar ends."""
    try:
        return moment + span
    except OverflowError:
        return LATEST if span > timedelta() else EARLIEST


def _offset(text: str) -> timezone:
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > _LAST_HOUR or minutes > _LAST_MINUTE:
        raise ValueError(text)
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(-span if text[0] == "-" else span)
