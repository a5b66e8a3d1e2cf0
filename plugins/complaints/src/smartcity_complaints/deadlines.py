"""What the passing of time does to reports: what is late rises level by level, what was answered closes by itself.

Each report is handled in a transaction of its own, and what was done already is not done again: however often these run, and
however long they did not, a report ends up where its deadline puts it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from smartcity_complaints import model, store
from smartcity_complaints.errors import ChangedMeanwhileError, NotPossibleError
from smartcity_complaints.handling import Order, act_by_clock, appeal_until
from smartcity_complaints.notices import tell_late
from smartcity_complaints.records import Report
from smartcity_complaints.regional import deadline, settings_of
from smartcity_complaints.workflow import ENDED, Action, State
from smartcity_share import Installation

HIGHEST_LEVEL: Final = 3


def level_at(installation: Installation, due: datetime, now: datetime) -> int:
    """Return how far a deadline has been escalated at a moment.

    Level 1 is reached when it passes, each further level after so many working days as the region sets, up to level 3.

    Args:
        installation: The installation, for the settings and the calendar of the region.
        due: When the deadline passed or will pass.
        now: The moment.
    """
    days = settings_of(installation).escalation_days
    level = 0
    # A deadline ends at midnight after its last day: the day the count begins with is that last day, not the one after it.
    last_day = due - timedelta(seconds=1)
    while level < HIGHEST_LEVEL and (due if level == 0 else deadline(installation, last_day, level * days)) <= now:
        level += 1
    return level


def escalate(installation: Installation) -> int:
    """Raise every late report to its level, write it into its history and tell the office; return how many were raised."""
    now = installation.now()
    table = model.report.c
    late = select(table.id).where(table.due_at <= now, table.late_level < HIGHEST_LEVEL, table.state.not_in(sorted(ENDED)))
    today = now.astimezone(ZoneInfo(installation.region.time_zone)).date()
    raised = 0
    for report_id in _ids(installation, late.order_by(table.due_at, table.id)):
        with installation.database.begin() as connection:
            report = store.find_by_id(connection, report_id)
            level = 0 if report.due_at is None else level_at(installation, report.due_at, now)
            if level <= report.late_level:
                continue
            try:
                changed = act_by_clock(connection, installation, report, Order(Action.ESCALATE, level=level))
            except (NotPossibleError, ChangedMeanwhileError):
                continue  # an official has just moved it on
            tell_late(connection, installation, changed, today)
            raised += 1
    return raised


def close_answered(installation: Installation) -> int:
    """Close what was answered and not objected to in time; return how many were closed."""
    now = installation.now()
    table = model.report.c
    # Working days are never fewer than days: what is younger cannot be due, and is not looked at.
    young = now - timedelta(days=settings_of(installation).reopen_days)
    query = select(table.id).where(table.state == State.ANSWERED, table.answered_at <= young).order_by(table.id)
    closed = 0
    for report_id in _ids(installation, query):
        with installation.database.begin() as connection:
            report = store.find_by_id(connection, report_id)
            if not _is_over(installation, report, now):
                continue
            act_by_clock(connection, installation, report, Order(Action.CLOSE))
            closed += 1
    return closed


def _is_over(installation: Installation, report: Report, now: datetime) -> bool:
    until = appeal_until(installation, report)
    return report.state is State.ANSWERED and until is not None and until <= now


def _ids(installation: Installation, query: object) -> list[int]:
    with store.reading(installation) as connection:
        return list(connection.execute(query).scalars())  # type: ignore[call-overload]
