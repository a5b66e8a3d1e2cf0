"""Counts of reports that are kept with every change, so that no page has to read all reports.

What a report counts for follows from the report alone (:func:`shares_of`). A change takes away what it counted for before and
adds what it counts for now, in the same transaction. Counts belong to the month in which the report was received.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, select

from smartcity_complaints import model
from smartcity_complaints.counting import add_counts
from smartcity_complaints.derived import reply_time, spot, tally
from smartcity_complaints.records import Report
from smartcity_complaints.workflow import OPEN

REPLY: Final = "reply"
REPLY_IN_TIME: Final = "reply-in-time"
RATING: Final = "rating-"
EVER: Final = 0
"""Stands for all months together."""
_TENTH: Final = timedelta(days=0.1)

Key = tuple[str, str, int, str]
"""Topic, subject, month, measure."""
SpotKey = tuple[int, str, str]
"""Square, kind, district."""


def month_of(year: int, month: int) -> int:
    """Return year and month as the number they are counted under: 202603."""
    return year * 100 + month


def shares_of(report: Report) -> Counter[Key]:
    """Return what a report counts for."""
    month = month_of(report.register_year, report.register_month)
    measures = [str(report.state)] + ([f"{RATING}{report.rating}"] if report.rating is not None else [])
    return Counter(
        (topic, subject, month, measure)
        for topic, subject in _topics(report.kind, report.district, report.office)
        for measure in measures
    )


def spots_of(report: Report) -> Mapping[SpotKey, tuple[int, int]]:
    """Return what a report counts for on the map: shown, and open; nothing where not everyone may see it."""
    if report.cell is None or report.merged_into is not None or not report.shown_to_everyone:
        return {}
    return {(report.cell, report.kind, report.district or ""): (1, int(report.state in OPEN))}


def recount(connection: Connection, before: Report | None, after: Report) -> None:
    """Bring the counts from what a report was to what it is.

    Args:
        connection: The connection of the transaction that changes the report.
        before: The report as it was; None where it is new.
        after: The report as it is now.
    """
    shares = shares_of(after)
    if before is not None:
        shares.subtract(shares_of(before))
    add_tallies(connection, shares)
    old = {} if before is None else spots_of(before)
    new = spots_of(after)
    if old != new:
        taken = {key: (-shown, -still) for key, (shown, still) in old.items()}
        add_spots(connection, taken)
        add_spots(connection, new)


def count_reply(
    connection: Connection, report_id: int, office: str, *, given: datetime, due: datetime, answered: datetime
) -> None:
    """Count the reply of an office.

    Args:
        connection: The connection of the transaction the reply is in.
        report_id: The report.
        office: The office.
        given: When the office got the report.
        due: When the reply was due.
        answered: When it came.
    """
    table = model.report.c
    row = connection.execute(
        select(table.kind, table.district, table.register_year, table.register_month).where(table.id == report_id)
    ).one()
    month = month_of(row.register_year, row.register_month)
    add_tallies(connection, replies_of(row.kind, row.district, office, month, in_time=answered <= due))
    add_reply_times(connection, Counter({(office, month, tenths(answered - given)): 1}))


def replies_of(kind: str, district: str | None, office: str, month: int, *, in_time: bool) -> Counter[Key]:
    """Return what a reply counts for."""
    measures = (REPLY, REPLY_IN_TIME) if in_time else (REPLY,)
    return Counter(
        (topic, subject, month, measure) for topic, subject in _topics(kind, district, office) for measure in measures
    )


def tenths(span: timedelta) -> int:
    """Return how many tenths of a day a span lasts, to the nearest."""
    return max(0, round(span / _TENTH))


def add_tallies(connection: Connection, shares: Mapping[Key, int]) -> None:
    """Add to the counts by topic, subject, month and measure, and to those of all time."""
    key = ("topic", "subject", "month", "measure")
    add_counts(connection, tally, _rows(key, shares), key=key)


def add_reply_times(connection: Connection, shares: Mapping[tuple[str, int, int], int]) -> None:
    """Add to the counts by office, month and tenths of days, and to those of all time."""
    key = ("office", "month", "tenths_of_days")
    add_counts(connection, reply_time, _rows(key, shares), key=key)


def add_spots(connection: Connection, shares: Mapping[SpotKey, tuple[int, int]]) -> None:
    """Add to the counts of the map."""
    key = ("cell", "kind", "district")
    rows = [
        {**dict(zip(key, values, strict=True)), "shown": shown, "open": still}
        for values, (shown, still) in shares.items()
        if shown or still
    ]
    add_counts(connection, spot, rows, key=key)


def _topics(kind: str, district: str | None, office: str | None) -> tuple[tuple[str, str], ...]:
    return ("all", ""), ("kind", kind), ("district", district or ""), ("office", office or "")


def _rows(key: Sequence[str], shares: Mapping[Any, int]) -> list[dict[str, Any]]:
    """Return the rows of counts by a key with a month in it, and beside those of each month those of all time."""
    month = key.index("month")
    counts = Counter(shares)
    for values, count in shares.items():
        counts[*values[:month], EVER, *values[month + 1 :]] += count
    return [{**dict(zip(key, values, strict=True)), "count": count} for values, count in counts.items() if count]
