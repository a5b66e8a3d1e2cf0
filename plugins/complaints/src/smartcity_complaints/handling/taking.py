"""Taking a step: judged, written with its history, recorded, told, all in the transaction of the caller."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from smartcity_complaints import store
from smartcity_complaints.errors import ChangedMeanwhileError, NotPossibleError
from smartcity_complaints.handling.changes import own_values, progress_values, words_of_event
from smartcity_complaints.handling.offices import move_between_offices
from smartcity_complaints.handling.orders import Order
from smartcity_complaints.joining import head_for, joined_with, tell_head
from smartcity_complaints.notices import tell_joined, tell_step
from smartcity_complaints.records import Report
from smartcity_complaints.workflow import Action, Audience, Hand, Permission, judge
from smartcity_share import Actor, Installation

_WORDS_ONLY: Final = frozenset({Action.PROGRESS, Action.REPLY, Action.NOTE})
"""What can be said again in the state it leads to."""


def take(
    connection: Connection,
    installation: Installation,
    report: Report,
    hand: Hand,
    order: Order,
    *,
    author: str,
    actor: Actor | None,
) -> Report:
    """Take a step; words that the same official has just said are not said twice.

    Args:
        connection: A transaction of the caller.
        installation: The installation the report is in.
        report: The report as it was read in this transaction.
        hand: Who wants it.
        order: What is to be done.
        author: Who it is for the history: ``official``, ``reporter`` or ``system``.
        actor: The official; None where it is none.

    Returns:
        The report as it is now.

    Raises:
        NotAllowedError: The hand lacks the permission.
        NotPossibleError: The state does not allow it, or something is missing.
        ChangedMeanwhileError: Somebody else was faster.
    """
    text = order.text.strip()
    step = judge(report.situation, hand, order.action, text=text, office=order.office)
    if order.version is not None and order.version != report.version:
        raise ChangedMeanwhileError("Somebody else has changed this report in the meantime. Look at it again.")
    if order.action in _WORDS_ONLY and not order.pictures and _said_already(connection, report, order.action, text, actor):
        return report
    office = order.office if step.office else None
    if office is not None and installation.region.office(office) is None:
        raise NotPossibleError("Choose the office that has to handle the report.")
    now = installation.now()
    head = _head(connection, report, hand, order)
    values = {
        **progress_values(installation, report, step, now),
        **move_between_offices(connection, installation, report, step, office=office, now=now),
        **own_values(installation, report, order, text, head, now=now),
    }
    text = words_of_event(order, text, head)
    store.change_report(connection, report, **values)
    sequence = store.add_event(
        connection,
        report.id,
        at=now,
        action=step.action,
        from_state=report.state,
        to_state=step.target or report.state,
        author=author,
        account=None if actor is None else actor.account,
        actor_name="" if actor is None else actor.name,
        office=office or (report.office if step.permission is Permission.HANDLE else None),
        audience=step.audience,
        # The number of a confidential report is not told to the reporter of another.
        text_audience=Audience.OFFICIALS if head is not None and head.confidential else step.text_audience,
        text=text or None,
    )
    if head is not None:
        told = Action.JOINED if step.action is Action.MERGE else Action.PARTED
        tell_head(connection, head, told, report.number, now=now, actor=actor)
    if actor is not None:
        detail = {"from": report.state, "to": step.target or report.state} | ({"office": office} if office else {})
        installation.audit.record(actor, f"report.{step.action.replace('_', '-')}", report.number, detail)
    changed = store.find(connection, report.number)
    assert changed is not None  # noqa: S101 - read in this transaction
    tell_step(connection, installation, changed, step.action, sequence)
    for other in joined_with(connection, changed):
        tell_joined(connection, installation, other, step.action, sequence)
    return changed


def _said_already(connection: Connection, report: Report, action: Action, text: str, actor: Actor | None) -> bool:
    """Return whether the last event of a report is this one: a form that is sent again tells nobody anything new."""
    last = store.history(connection, report.id)[-1]
    return actor is not None and (last.action, last.account, last.text) == (action, actor.account, text)


def _head(connection: Connection, report: Report, hand: Hand, order: Order) -> Report | None:
    """Return the other report of a merger or a split."""
    if order.action is Action.MERGE:
        return head_for(connection, report, hand, order.head)
    if order.action is Action.SPLIT and report.merged_into is not None:
        return store.find_by_id(connection, report.merged_into)
    return None
