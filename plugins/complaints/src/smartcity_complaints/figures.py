"""The figures of the service: indicators for console and adoption report, without any personal datum."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import select

from smartcity_complaints import model
from smartcity_complaints.listing import tally
from smartcity_complaints.store import reading
from smartcity_complaints.workflow import State
from smartcity_share import IndicatorValue, Installation

_DAY = timedelta(days=1)


def indicators_of(installation: Installation) -> Iterator[IndicatorValue]:
    """Yield what the manifest lists under ``[[indicator]]``, for the region and, where it is meaningful, per office."""
    now = installation.now()
    with reading(installation) as connection:
        counts = tally(connection, now)
        table = model.forwarding.c
        query = select(table.office, table.forwarded_at, table.answered_at, table.due_at).where(table.answered_at.is_not(None))
        answered = [tuple(row) for row in connection.execute(query)]
    yield IndicatorValue("reports-total", counts.total)
    yield IndicatorValue("reports-open", counts.open)
    yield IndicatorValue("reports-late", counts.late)
    yield IndicatorValue("reports-closed", counts.by_state.get(State.CLOSED, 0))
    yield IndicatorValue("reply-days", _median_days([(start, end) for _, start, end, _ in answered]))
    for office in sorted({row[0] for row in answered}):
        own = [(start, end) for its, start, end, _ in answered if its == office]
        yield IndicatorValue("reply-days", _median_days(own), {"office": office})
    in_time = [end <= due for _, _, end, due in answered]
    yield IndicatorValue("replies-in-time", round(100 * sum(in_time) / len(in_time), 1) if in_time else None)


def _median_days(spans: list[tuple[datetime, datetime]]) -> float | None:
    return round(median((end - start) / _DAY for start, end in spans), 1) if spans else None
