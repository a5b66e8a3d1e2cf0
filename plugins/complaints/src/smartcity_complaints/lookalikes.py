"""Finding the reports that may be of the same matter: for a reporter before sending, for an official beside a report."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import attrs
from sqlalchemy import ColumnElement, Connection, Row, false, func, or_, select, true

from smartcity_complaints import model, store
from smartcity_complaints.alike import SPAN, Likeness, Trace, likeness
from smartcity_complaints.draft import Draft, degrees
from smartcity_complaints.places import Square, square_of
from smartcity_complaints.records import Report
from smartcity_complaints.regional import settings_of
from smartcity_complaints.workflow import HIDDEN, OPEN, Hand
from smartcity_share import Installation

MOST_SHOWN: Final = 5
_MOST_COMPARED: Final = 300
_TABLE: Final = model.report.c
_COMPARED: Final = (
    _TABLE.id, _TABLE.kind, _TABLE.text, _TABLE.place, _TABLE.district, _TABLE.latitude, _TABLE.longitude, _TABLE.submitted_at,
)  # fmt: skip
"""What is read of hundreds of reports to compare them; only those that are shown are read whole."""


@attrs.frozen
class Lookalike:
    """A report that may be of the same matter, and why."""

    report: Report
    likeness: Likeness


def public_alike(installation: Installation, draft: Draft) -> tuple[Lookalike, ...]:
    """Return what everyone may see and is still being handled that a draft may be about, the likest first.

    Args:
        installation: The installation.
        draft: What is about to be sent, without faults.
    """
    if not settings_of(installation).public_list:
        return ()
    latitude, longitude = degrees(draft.latitude), degrees(draft.longitude)
    point = None if latitude is None or longitude is None else (latitude, longitude)
    trace = Trace(draft.kind, draft.text, draft.place, draft.district, point, installation.now())
    # In a form no index is looked up by: the few open reports of the last weeks are found by their state.
    released = (func.coalesce(_TABLE.published, False) == true(), func.coalesce(_TABLE.confidential, False) == false())
    with store.reading(installation) as connection:
        return _likest(connection, trace, [_TABLE.state.in_(sorted(OPEN - HIDDEN)), *released])


def alike_for(connection: Connection, report: Report, hand: Hand) -> tuple[Lookalike, ...]:
    """Return the open reports an official may see that may be of the same matter as one, the likest first."""
    found = _likest(connection, _trace(report), [_TABLE.state.in_(sorted(OPEN)), _TABLE.id != report.id])
    return tuple(entry for entry in found if hand.sees(entry.report.situation))


def _likest(connection: Connection, trace: Trace, conditions: list[ColumnElement[bool]]) -> tuple[Lookalike, ...]:
    query = (
        select(*_COMPARED)
        .where(
            *conditions,
            *_about(trace.at),
            _around(trace),
            func.coalesce(_TABLE.merged_into, 0) == 0,
            _TABLE.erased_at.is_(None),
        )
        .order_by(_TABLE.submitted_at.desc(), _TABLE.id.desc())
        .limit(_MOST_COMPARED)
    )
    compared = ((row.id, likeness(trace, _trace(row))) for row in connection.execute(query).all())
    alike = sorted(
        ((report_id, found) for report_id, found in compared if found.alike), key=lambda pair: (-pair[1].score, pair[0])
    )
    return tuple(Lookalike(store.find_by_id(connection, report_id), found) for report_id, found in alike[:MOST_SHOWN])


def _about(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return _TABLE.submitted_at >= at - SPAN, _TABLE.submitted_at <= at + SPAN


def _around(trace: Trace) -> ColumnElement[bool]:
    """Whether a report can be near: in the same square of the map or next to it, in the same district, or anywhere."""
    ways: list[ColumnElement[bool]] = []
    if trace.point is not None:
        here = square_of(*trace.point)
        beside = [Square(here.row + up, here.column + along).cell for up in (-1, 0, 1) for along in (-1, 0, 1)]
        ways.append(func.coalesce(_TABLE.cell, 0).in_(beside))
    if trace.district:
        ways.append(func.coalesce(_TABLE.district, "") == trace.district)
    if not ways:
        ways.append(func.coalesce(_TABLE.kind, "") == trace.kind)
    return or_(*ways)


def _trace(report: Report | Row[*tuple[Any, ...]]) -> Trace:
    point = None if report.latitude is None or report.longitude is None else (report.latitude, report.longitude)
    return Trace(report.kind, report.text, report.place, report.district or "", point, report.submitted_at)
