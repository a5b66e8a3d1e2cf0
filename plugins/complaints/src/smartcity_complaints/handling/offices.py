"""The record of the offices that had a report."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from smartcity_complaints import store
from smartcity_complaints.handling.clocks import due_after
from smartcity_complaints.records import Forwarding, Report
from smartcity_complaints.workflow import Action, Step
from smartcity_share import Installation


def move_between_offices(
    connection: Connection,
    installation: Installation,
    report: Report,
    step: Step,
    *,
    office: str | None,
    now: datetime,
) -> dict[str, Any]:
    """Keep the record of offices, and return what changes in the report itself."""
    match step.action:
        case Action.FORWARD:
            store.mark_forwardings(connection, report.id, column="ended_at", at=now)
            assert office is not None  # noqa: S101 - judged
            due = due_after(installation, report, step, now) or now
            entry = Forwarding(office, now, due, answered_at=None, ended_at=None)
            store.add_forwarding(connection, report.id, entry)
            return {"office": office}
        case Action.REPLY:
            store.mark_forwardings(connection, report.id, column="answered_at", at=now)
            return {}
        case Action.HAND_BACK | Action.REOPEN | Action.APPEAL | Action.RETURN | Action.SPLIT:
            store.mark_forwardings(connection, report.id, column="ended_at", at=now)
            return {"office": None, "closed_at": None}
        case Action.MERGE:
            store.mark_forwardings(connection, report.id, column="ended_at", at=now)
            return {}
        case _:
            return {}
