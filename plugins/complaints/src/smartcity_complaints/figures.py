"""The figures of the service: indicators for console and adoption report, without any personal datum."""

from __future__ import annotations

from collections.abc import Iterator

from smartcity_complaints.overview import overview
from smartcity_complaints.store import reading
from smartcity_share import IndicatorValue, Installation


def indicators_of(installation: Installation) -> Iterator[IndicatorValue]:
    """Yield what the manifest lists under ``[[indicator]]``, for the region and, where it is meaningful, per office."""
    with reading(installation) as connection:
        found = overview(connection, installation.now())
    total = found.total
    yield IndicatorValue("reports-total", total.received)
    yield IndicatorValue("reports-open", total.open)
    yield IndicatorValue("reports-late", total.late)
    yield IndicatorValue("reports-closed", total.closed)
    yield IndicatorValue("reply-days", total.median_days)
    for office in found.by["office"]:
        if office.median_days is not None:
            yield IndicatorValue("reply-days", office.median_days, {"office": office.subject})
    yield IndicatorValue("replies-in-time", total.in_time)
    yield IndicatorValue("rating", total.rating)
