"""When the installations of a region may be changed by a rollout: windows and frozen days, from ``instance.toml``.

Local time is that of the region: an instance may serve regions of three time zones.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from smartcity_share.documents.model import DocumentModel
from smartcity_share.documents.shapes import Line, Shape, fault

Window = Annotated[
    str,
    Shape(
        r"(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:[01][0-9]|2[0-3]):[0-5][0-9]",
        "two times of day",
        "Write `20:00-04:00`; a window may pass midnight.",
        longest=11,
    ),
]
_ALWAYS: Final = "00:00-00:00"


class Freeze(DocumentModel):
    """Days on which nothing is changed: an election, the week of the yearly report."""

    first: dt.date
    """The first such day."""
    last: dt.date
    """The last such day."""
    why: Line
    """The reason, shown to whoever waits."""

    @model_validator(mode="after")
    def _is_ordered(self) -> Freeze:
        if self.last < self.first:
            raise fault(
                "freeze-reversed", f"The freeze ends on {self.last}, before it begins on {self.first}", "Swap the days."
            )
        return self


class Maintenance(DocumentModel):
    """When rollouts may change the installations of a region."""

    window: Window = _ALWAYS
    """Times of day, local; `00:00-00:00` is the whole day."""
    regions: dict[str, Window] = Field(default_factory=dict)
    """Code of a region -> its own window."""
    freeze: tuple[Freeze, ...] = ()
    """Days on which nothing is changed."""


def closed(maintenance: Maintenance, region: str, zone: str, now: dt.datetime) -> str:
    """Return why a region may not be changed now; empty where it may.

    Args:
        maintenance: The table of ``instance.toml``.
        region: Code of the region.
        zone: Its time zone, as ``Asia/Jayapura``.
        now: The moment, aware.
    """
    local = now.astimezone(ZoneInfo(zone))
    for freeze in maintenance.freeze:
        if freeze.first <= local.date() <= freeze.last:
            return f"nothing is changed until {freeze.last}: {freeze.why}"
    window = maintenance.regions.get(region, maintenance.window)
    begin, _, end = window.partition("-")
    time = f"{local:%H:%M}"
    inside = begin <= time < end if begin < end else (time >= begin or time < end)
    return "" if inside else f"its window is {window} local time, and it is {time} there"
