"""Taking a step with a report: judged by the workflow, written with its history in one transaction, recorded for audit.

Who acts comes from the session of an official or from the secret link of the reporter, never from what was sent with the form.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import attrs
from sqlalchemy import Connection

from smartcity_complaints import store
from smartcity_complaints.errors import ChangedMeanwhileError, NotPossibleError, ReportNotFoundError
from smartcity_complaints.joining import head_for, joined_with, tell_head
from smartcity_complaints.keeping import KeptFiles
from smartcity_complaints.notices import tell_joined, tell_step
from smartcity_complaints.numbers import token_fits
from smartcity_complaints.photos import Picture
from smartcity_complaints.rating import may_rate, rating_values
from smartcity_complaints.records import Contact, Forwarding, Report
from smartcity_complaints.regional import deadline, settings_of
from smartcity_complaints.workflow import Action, Audience, Clock, Hand, Permission, State, Step, judge, possible
from smartcity_share import Actor, Installation

_MOMENTS: Final = {
    State.VERIFIED: "verified_at",
    State.FORWARDED: "forwarded_at",
    State.ANSWERED: "answered_at",
    State.CLOSED: "closed_at",
}
WITH_PHOTOS: Final = frozenset({Action.PROGRESS, Action.REPLY})
"""What an official may add photos to."""
_DEFAULT_RESPONSE_DAYS: Final = 5
"""Where a kind is no longer among the settings: the follow-up time of SP4N-LAPOR!."""


@attrs.frozen
class Order:
    """What is to be done.

    Attributes:
        action: The step.
        text: The words given with it.
        office: The office named with it.
        publish: With ``verify``: whether words and photos may be shown to everyone.
        version: The version of the report the page showed; None takes whatever is there.
        head: With ``merge``: the number of the report that was there before.
        rating: With ``rate``: one to five.
        level: With ``escalate``: the level it rises to.
        pictures: With ``progress`` and ``reply``: photos of what was done, ready to be kept.
    """

    action: Action
    text: str = ""
    office: str | None = None
    publish: bool = False
    version: int | None = None
    head: str = ""
    rating: int | None = None
    level: int = 0
    pictures: tuple[Picture, ...] = ()


def hand_of(actor: Actor) -> Hand:
    """Return what an official may do here, from the session."""
    return Hand(permissions=actor.permissions, office=actor.office)


def act(installation: Installation, actor: Actor, number: str, order: Order) -> Report:
    """Let an official take a step.

    Args:
        installation: The installation the report is in.
        actor: The official, from the session.
        number: Number of the report.
        order: What is to be done.

    Returns:
        The report as it is now.

    Raises:
        ReportNotFoundError: There is none of this number that the official may see.
        NotAllowedError: The official lacks the permission.
        NotPossibleError: The state does not allow it, or something is missing.
        ChangedMeanwhileError: Somebody else was faster.
    """
    hand = hand_of(actor)
    if order.pictures and order.action not in WITH_PHOTOS:
        raise NotPossibleError("Photos can only be added to progress and to a reply.")
    with KeptFiles(installation.files) as files, installation.database.begin() as connection:
        report = store.find(connection, number)
        if report is None or not hand.sees(report.situation):
            raise ReportNotFoundError
        changed = _take(connection, installation, report, hand, order, author="official", actor=actor)
        if order.pictures:
            last = store.history(connection, changed.id)[-1].sequence
            now = changed.updated_at
            files.keep(connection, changed, order.pictures, author="official", at=now, event_sequence=last)
        return changed


def act_as_reporter(installation: Installation, number: str, token: str, order: Order) -> Report:
    """Let the reporter take a step, shown by the secret of the follow link.

    Raises:
        ReportNotFoundError: There is no such report, or the secret is not its own.
        NotAllowedError: The step is for officials.
        NotPossibleError: The state does not allow it, words are missing, or the time to object has passed.
        ChangedMeanwhileError: An official was faster.
    """
    with installation.database.begin() as connection:
        report = store.find(connection, number)
        if report is None or not token_fits(token, report.follow_fingerprint):
            raise ReportNotFoundError
        if order.action is Action.APPEAL and not _may_still_appeal(installation, report):
            raise NotPossibleError("The time to object has passed. File a new report and name this number.")
        return _take(connection, installation, report, Hand(reporter=True), order, author="reporter", actor=None)


def act_by_clock(connection: Connection, installation: Installation, report: Report, order: Order) -> Report:
    """Take a step because its time has come, in a transaction of the caller.

    Raises:
        NotAllowedError: The step is for people.
        NotPossibleError: The state does not allow it.
        ChangedMeanwhileError: Somebody was faster.
    """
    return _take(connection, installation, report, Hand(clock=True), order, author="system", actor=None)


def steps_for_reporter(installation: Installation, report: Report) -> tuple[Step, ...]:
    """Return the steps the reporter can take now."""
    may = {
        Action.COMPLETE: True,
        Action.APPEAL: _may_still_appeal(installation, report),
        Action.RATE: may_rate(report, settings_of(installation).rating_days, installation.now()),
    }
    return tuple(step for step in possible(report.situation, Hand(reporter=True)) if may[step.action])


def appeal_until(installation: Installation, report: Report) -> datetime | None:
    """Return until when the reporter may object to the reply, None where there is no reply."""
    if report.answered_at is None:
        return None
    return deadline(installation, report.answered_at, settings_of(installation).reopen_days)


def read_contact(installation: Installation, actor: Actor, number: str) -> Contact | None:
    """Return who reported, and record that the official looked.

    Returns:
        The contact; None for an anonymous report.

    Raises:
        ReportNotFoundError: There is no report of this number whose reporter the official may know.
    """
    hand = hand_of(actor)
    with store.reading(installation) as connection:
        report = store.find(connection, number)
        if report is None or not hand.sees(report.situation) or Permission.CONTACT not in hand.permissions:
            raise ReportNotFoundError
        found = store.contact(connection, report.id)
        installation.audit.record(actor, "report.contact-seen", report.number)
        return found


def _may_still_appeal(installation: Installation, report: Report) -> bool:
    until = appeal_until(installation, report)
    return until is not None and installation.now() < until


def _take(
    connection: Connection,
    installation: Installation,
    report: Report,
    hand: Hand,
    order: Order,
    *,
    author: str,
    actor: Actor | None,
) -> Report:
    text = order.text.strip()
    step = judge(report.situation, hand, order.action, text=text, office=order.office)
    if order.version is not None and order.version != report.version:
        raise ChangedMeanwhileError("Somebody else has changed this report in the meantime. Look at it again.")
    office = order.office if step.office else None
    if office is not None and installation.region.office(office) is None:
        raise NotPossibleError("Choose the office that has to handle the report.")
    now = installation.now()
    head = _head(connection, report, hand, order)
    values = {
        **_progress(installation, report, step, now),
        **_move(connection, installation, report, step, office=office, now=now),
        **_own(installation, report, order, text, head, now=now),
    }
    text = _words(order, text, head)
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


def _progress(installation: Installation, report: Report, step: Step, now: datetime) -> dict[str, Any]:
    """Return what every step changes by its row of the table: state, moments, the deadline."""
    values: dict[str, Any] = {"updated_at": now, "due_at": _due(installation, report, step, now)}
    if step.target is not None:
        values["state"] = step.target
        if step.target in _MOMENTS:
            values[_MOMENTS[step.target]] = now
    if step.clock is not Clock.KEEP:
        values["late_level"] = 0
    return values


def _own(
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


def _words(order: Order, text: str, head: Report | None) -> str:
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


def _head(connection: Connection, report: Report, hand: Hand, order: Order) -> Report | None:
    """Return the other report of a merger or a split."""
    if order.action is Action.MERGE:
        return head_for(connection, report, hand, order.head)
    if order.action is Action.SPLIT and report.merged_into is not None:
        return store.find_by_id(connection, report.merged_into)
    return None


def _move(
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
            due = _due(installation, report, step, now) or now
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


def _due(installation: Installation, report: Report, step: Step, now: datetime) -> datetime | None:
    settings = settings_of(installation)
    match step.clock:
        case Clock.KEEP:
            return report.due_at
        case Clock.STOP:
            return None
        case Clock.VERIFY:
            return deadline(installation, now, settings.verify_days)
        case Clock.REPLY:
            kind = settings.kind(report.kind)
            return deadline(installation, now, kind.response_days if kind else _DEFAULT_RESPONSE_DAYS)
