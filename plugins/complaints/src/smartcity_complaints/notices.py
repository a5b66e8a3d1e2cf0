"""Who is told of what: notices to reporters who asked for news, and to the office a report is given to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final

import attrs
from sqlalchemy import Connection

from smartcity_complaints import outbox, store
from smartcity_complaints.records import Report
from smartcity_complaints.workflow import Action
from smartcity_share import Installation


class NoticeKind(StrEnum):
    """What is told."""

    RECEIVED = "received"
    RETURNED = "returned"
    REJECTED = "rejected"
    FORWARDED = "forwarded"
    ANSWERED = "answered"
    CLOSED = "closed"
    JOINED = "joined"
    # To the office, not the reporter.
    ASSIGNED = "assigned"
    LATE = "late"


_TO_REPORTER: Final[Mapping[Action, NoticeKind]] = {
    Action.RETURN: NoticeKind.RETURNED,
    Action.REJECT: NoticeKind.REJECTED,
    Action.FORWARD: NoticeKind.FORWARDED,
    Action.REPLY: NoticeKind.ANSWERED,
    Action.CLOSE: NoticeKind.CLOSED,
    Action.MERGE: NoticeKind.JOINED,
}
_TO_JOINED: Final = frozenset({Action.REPLY, Action.CLOSE})


@attrs.frozen
class Notice:
    """One thing to be told to one recipient.

    Attributes:
        kind: What is told.
        report: The report it is about.
        occasion: What sets it apart from other notices of the report: number and occasion are the reference.
        sequence: The event of its history that is told, if it is one.
        office: Id of the office it goes to; None: the reporter.
        language: BCP 47 code of the recipient.
        secret: Secret of the follow link, where the notice brings it.
    """

    kind: NoticeKind
    report: Report
    occasion: str
    sequence: int | None = None
    office: str | None = None
    language: str = "id"
    secret: str | None = None

    @property
    def reference(self) -> str:
        """The key of the notice: the same act leads to the same one."""
        return f"{self.report.number}/{self.occasion}/{self.office or 'reporter'}"


def enqueue(connection: Connection, installation: Installation, notice: Notice) -> bool:
    """Put a notice into the outbox, in the transaction of the act it tells of.

    Args:
        connection: The connection of the act.
        installation: The installation.
        notice: The notice.

    Returns:
        Whether it waits now: not where it was put in before, nor in a region without a connector for messages.
    """
    if installation.messages is None:
        return False
    return outbox.add(
        connection,
        installation.now(),
        reference=notice.reference,
        kind=notice.kind,
        report_id=notice.report.id,
        sequence=notice.sequence,
        office=notice.office,
        language=notice.language,
        secret=notice.secret,
    )


def tell_received(connection: Connection, installation: Installation, report: Report, token: str) -> None:
    """Tell the reporter, who asked for news, that the report has arrived.

    Args:
        connection: The connection of the filing.
        installation: The installation.
        report: The report.
        token: The secret of the follow link, which nobody knows afterwards.
    """
    if store.wants_news(connection, report.id):
        notice = Notice(NoticeKind.RECEIVED, report, "1", sequence=1, language=report.language, secret=token)
        enqueue(connection, installation, notice)


def tell_step(connection: Connection, installation: Installation, report: Report, action: Action, sequence: int) -> None:
    """Tell who has to know of a step.

    Args:
        connection: The connection of the step.
        installation: The installation.
        report: The report after the step.
        action: The step.
        sequence: Place of the step in the history.
    """
    kind = _TO_REPORTER.get(action)
    if kind is not None and store.wants_news(connection, report.id):
        notice = Notice(kind, report, str(sequence), sequence=sequence, language=report.language)
        enqueue(connection, installation, notice)
    if action is Action.FORWARD and report.office is not None:
        tell_office(connection, installation, report, NoticeKind.ASSIGNED, str(sequence), sequence=sequence)


def tell_joined(connection: Connection, installation: Installation, joined: Report, action: Action, sequence: int) -> None:
    """Tell the reporter of a joined report of a step of the report it was joined with: that there is one, not its words.

    Args:
        connection: The connection of the step.
        installation: The installation.
        joined: The joined report.
        action: The step.
        sequence: Place of the step in the history of the other report.
    """
    if action in _TO_JOINED and store.wants_news(connection, joined.id):
        occasion = f"{joined.merged_into}-{sequence}"
        enqueue(connection, installation, Notice(_TO_REPORTER[action], joined, occasion, language=joined.language))


def tell_late(connection: Connection, installation: Installation, report: Report, on: date) -> bool:
    """Tell the office that has a report that its deadline has passed; once a day at most.

    Args:
        connection: An open connection in a transaction.
        installation: The installation.
        report: A report that is late.
        on: The day in the region.

    Returns:
        Whether a notice waits that did not before.
    """
    return tell_office(connection, installation, report, NoticeKind.LATE, f"late-{on.isoformat()}")


def tell_office(
    connection: Connection,
    installation: Installation,
    report: Report,
    kind: NoticeKind,
    occasion: str,
    *,
    sequence: int | None = None,
) -> bool:
    """Tell the office that has a report something about it, where the region profile gives it an e-mail address."""
    office = installation.region.office(report.office) if report.office else None
    if office is None or not office.email:
        return False
    notice = Notice(kind, report, occasion, sequence=sequence, office=office.id, language=installation.languages[0])
    return enqueue(connection, installation, notice)
