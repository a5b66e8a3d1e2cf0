"""The few facts of the region this app reads: offices, districts, time zone, holidays. The manifest declares exactly these."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from smartcity_complaints.settings import ComplaintsSettings
from smartcity_complaints.workdays import due_at
from smartcity_share import Installation
from smartcity_share.toolkit import text_in


def settings_of(installation: Installation) -> ComplaintsSettings:
    """Return the settings of an installation of this app.

    Raises:
        TypeError: The installation is of another app.
    """
    found = installation.settings
    if not isinstance(found, ComplaintsSettings):
        message = f"the settings of {installation.id} are not those of the complaints app"
        raise TypeError(message)
    return found


def offices(installation: Installation, language: str) -> dict[str, str]:
    """Return the names of the region's offices by id, in the order of the profile."""
    return {office.id: text_in(office.name, language) for office in installation.region.offices}


def office_for(installation: Installation, kind_code: str) -> str | None:
    """Return the office a kind of report goes to first: the one of the settings, else one that says it handles such matters."""
    kind = settings_of(installation).kind(kind_code)
    if kind is not None and kind.office is not None:
        return kind.office
    return next((office.id for office in installation.region.offices if kind_code in office.handles), None)


def districts(installation: Installation) -> dict[str, str]:
    """Return the names of the region's districts by code, in the order of the profile."""
    return {district.code: district.name for district in installation.region.districts}


def deadline(installation: Installation, start: datetime, days: int) -> datetime:
    """Return the end of a deadline that begins now, in working days of the region."""
    region = installation.region
    return due_at(start, days, region.time_zone, frozenset(holiday.date for holiday in region.holidays))


def local_month(installation: Installation, moment: datetime) -> tuple[int, int]:
    """Return the year and the month a moment falls in where the region lies."""
    local = moment.astimezone(ZoneInfo(installation.region.time_zone))
    return local.year, local.month
