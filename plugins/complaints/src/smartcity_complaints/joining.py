"""Joining a report with the one that was there before, and parting them again.

Nothing of the joined report is copied: its words and photos stay its own, and who may not see it learns from the other report
only that somebody else reported the same.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, exists, select

from smartcity_complaints import model, store
from smartcity_complaints.errors import NotPossibleError
from smartcity_complaints.numbers import parse_number
from smartcity_complaints.records import Report
from smartcity_complaints.workflow import ENDED, Action, Audience, Hand
from smartcity_share import Actor


def head_for(connection: Connection, report: Report, hand: Hand, typed: str) -> Report:
    """Return the report that another is joined with.

    Args:
        connection: An open connection.
        report: The report that is to end.
        hand: Who joins them.
        typed: The number of the other one.

    Raises:
        NotPossibleError: It is no number, there is no such report that this hand sees, or one of the two does not allow it.
    """
    number = parse_number(typed)
    head = store.find(connection, number) if number else None
    if head is None or not hand.sees(head.situation):
        raise NotPossibleError("Write the number of the report that was there before.")
    if head.id == report.id:
        raise NotPossibleError("A report cannot be joined with itself.")
    if head.merged_into is not None:
        raise NotPossibleError("That report is itself joined with another. Choose the one it is joined with.")
    if head.state in ENDED:
        raise NotPossibleError("That report has ended. Reopen it first, or handle this one for itself.")
    if joined_with(connection, report):
        raise NotPossibleError("Other reports are joined with this one. Part them first, or join the other way round.")
    return head


def joined_with(connection: Connection, head: Report) -> tuple[Report, ...]:
    """Return the reports that were joined with one, in the order they came."""
    query = select(model.report).where(model.report.c.merged_into == head.id).order_by(model.report.c.id)
    return tuple(Report.of(row) for row in connection.execute(query))


def voices(connection: Connection, head: Report) -> int:
    """Return how many others said the same: joined reports, and those who only said so."""
    if not connection.execute(select(exists().where(model.report.c.merged_into == head.id))).scalar_one():
        return head.echoes
    return head.echoes + len(joined_with(connection, head))


def tell_head(connection: Connection, head: Report, action: Action, number: str, *, now: datetime, actor: Actor | None) -> None:
    """Write into the history of the other report that one was joined with it, or parted from it.

    Args:
        connection: The connection of the act.
        head: The other report.
        action: ``joined`` or ``parted``.
        number: Number of the report; only officials are shown it.
        now: The moment.
        actor: The official.
    """
    store.add_event(
        connection,
        head.id,
        at=now,
        action=action,
        from_state=head.state,
        to_state=head.state,
        author="official",
        account=None if actor is None else actor.account,
        actor_name="" if actor is None else actor.name,
        office=None,
        audience=Audience.EVERYONE if action is Action.JOINED else Audience.OFFICIALS,
        text_audience=Audience.OFFICIALS,
        text=number,
    )
