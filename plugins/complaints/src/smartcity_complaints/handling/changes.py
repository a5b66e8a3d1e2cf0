"""What a step changes in a report, and the words its event has."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from smartcity_complaints.handling.clocks import due_after
from smartcity_complaints.handling.orders import Order
from smartcity_complaints.rating import rating_values
from smartcity_complaints.records import Report
from smartcity_complaints.regional import settings_of
from smartcity_complaints.workflow import Action, Clock, State, Step
from smartcity_share import Installation

_MOMENTS: Final = {
    State.VERIFIED: "verified_at",
    State.FORWARDED: "forwarded_at",
    State.ANSWERED: "answered_at",
    State.CLOSED: "closed_at",
}


def progress_values(installation: Installation, report: Report, step: Step, now: datetime) -> dict[str, Any]:
    """Return what every step changes by its row of the table: state, moments, the deadline."""
    values: dict[str, Any] = {"updated_at": now, "due_at": due_after(installation, report, step, now)}
    if step.target is not None:
        values["state"] = step.target
        if step.target in _MOMENTS:
            values[_MOMENTS[step.target]] = now
    if step.clock is not Clock.KEEP:
        values["late_level"] = 0
    return values


def own_values(
    installation: Installation, report: Report, order: Order, text: str, head: Report | None, *, now: datetime
) -> dict[str, Any]:
    """Return what only this step changes."""
    match order.action:
        case Action.VERIFY:
            return {"published": order.publish and not report.confidential}
        case Action.MERGE | Action.SPLIT:
            return {"merged_into": head.id if head is not None and order.action is Action.MERGE else None}
        case Action.RATE:
            return rating_values(report, order.rating, text, days=settings_of(installation).rating_days, now=now)
        case Action.ESCALATE:
            return {"late_level": order.level}
        case _:
            return {}


def words_of_event(order: Order, text: str, head: Report | None) -> str:
    """Return the words of the event: what was typed, or what stands for the step."""
    match order.action:
        case Action.MERGE:
            return head.number if head is not None else ""
        case Action.RATE:
            return f"{order.rating}"  # the words of a rating lie with the report, where they can be changed
        case Action.ESCALATE:
            return f"{order.level}"
        case _:
            return text
