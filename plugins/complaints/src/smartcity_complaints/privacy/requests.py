"""What a reporter may ask for with the secret of the follow link: no more news, and erasure, on which an official decides."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Self

import attrs
from sqlalchemy import Connection, Row, func, insert, select, update

from smartcity_complaints import model, outbox, store
from smartcity_complaints.errors import NotAllowedError, NotPossibleError, ReportNotFoundError
from smartcity_complaints.handling import hand_of
from smartcity_complaints.model import erasure_request as table
from smartcity_complaints.numbers import token_fits
from smartcity_complaints.privacy.erasure import erase_contact, erase_words
from smartcity_complaints.records import Report
from smartcity_complaints.workflow import Permission
from smartcity_share import Actor, Installation

LONGEST_WORDS: Final = 1000
TIME_TO_DECIDE: Final = timedelta(hours=72)
"""Three times 24 hours, the time UU 27/2022 gives a controller to act on what a data subject asks for."""
_SUBJECT: Final = Actor(name="")


class RequestState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"


@attrs.frozen
class ErasureRequest:
    """One request for erasure.

    Attributes:
        id: Its key.
        report_id: The report.
        requested_at: When.
        words: What the reporter wrote; empty once it was granted.
        state: Where it stands.
        decided_at: When an official decided.
        answer: What the official told the reporter.
    """

    id: int
    report_id: int
    requested_at: datetime
    words: str
    state: RequestState
    decided_at: datetime | None
    answer: str | None

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """Return the record of a row."""
        found = row._mapping  # noqa: SLF001 - the documented way to read a row by name
        values = {field.name: found[field.name] for field in attrs.fields(cls)}
        return cls(**(values | {"state": RequestState(values["state"])}))

    @property
    def decide_by(self) -> datetime:
        """Until when an official has to decide."""
        return self.requested_at + TIME_TO_DECIDE


def own_report(connection: Connection, number: str, token: str) -> Report:
    """Return the report of a reporter, shown by the secret of the follow link.

    Raises:
        ReportNotFoundError: There is no such report, or the secret is not its own.
    """
    report = store.find(connection, number)
    if report is None or not token_fits(token, report.follow_fingerprint):
        raise ReportNotFoundError
    return report


def stop_news(installation: Installation, number: str, token: str) -> None:
    """Send the reporter no more news, and take back what waits.

    Raises:
        ReportNotFoundError: There is no such report, or the secret is not its own.
    """
    with installation.database.begin() as connection:
        report = own_report(connection, number, token)
        own = model.reporter.c.report_id == report.id
        connection.execute(update(model.reporter).where(own).values(notices_at=None))
        outbox.drop_all(connection, report.id, installation.now())
        installation.audit.record(_SUBJECT, "privacy.news-stopped", report.number)


def ask_erasure(installation: Installation, number: str, token: str, words: str) -> None:
    """Ask an official to erase what identifies the reporter.

    Args:
        installation: The installation.
        number: Number of the report.
        token: Secret of the follow link.
        words: Why, if the reporter wants to say.

    Raises:
        ReportNotFoundError: There is no such report, or the secret is not its own.
        NotPossibleError: It was erased, was asked for already, or the words are too long.
    """
    text = words.strip()
    if len(text) > LONGEST_WORDS:
        raise NotPossibleError("The text is longer than %(limit)s characters.", limit=LONGEST_WORDS)
    with installation.database.begin() as connection:
        report = own_report(connection, number, token)
        if report.erased_at is not None:
            raise NotPossibleError("What identifies you has been erased already.")
        if any(request.state is RequestState.OPEN for request in requests_of(connection, report.id)):
            raise NotPossibleError("You have asked for this already; an official will decide.")
        values = {"report_id": report.id, "requested_at": installation.now(), "words": text, "state": RequestState.OPEN}
        connection.execute(insert(table).values(**values))
        installation.audit.record(_SUBJECT, "privacy.erasure-asked", report.number)


def decide(installation: Installation, actor: Actor, request_id: int, *, grant: bool, answer: str) -> Report:
    """Grant or refuse a request; what was granted is erased at once.

    Args:
        installation: The installation.
        actor: The official, from the session.
        request_id: The request.
        grant: Whether it is granted.
        answer: What the reporter is told: the reason.

    Returns:
        The report as it is now.

    Raises:
        NotAllowedError: The official lacks the permission.
        ReportNotFoundError: There is no such request, or the official may not see its report.
        NotPossibleError: It was decided, or the answer is missing or too long.
        ChangedMeanwhileError: Somebody changed the report at the same time.
    """
    if not actor.may(Permission.PRIVACY):
        raise NotAllowedError("You are not permitted to do this.")
    text = answer.strip()
    if not text:
        raise NotPossibleError("Write some words: this step needs them.")
    if len(text) > LONGEST_WORDS:
        raise NotPossibleError("The text is longer than %(limit)s characters.", limit=LONGEST_WORDS)
    with installation.database.begin() as connection:
        request = find_request(connection, request_id)
        report = store.find_by_id(connection, request.report_id)
        if not hand_of(actor).sees(report.situation):
            raise ReportNotFoundError
        if request.state is not RequestState.OPEN:
            raise NotPossibleError("This request has been decided already.")
        now = installation.now()
        state = RequestState.GRANTED if grant else RequestState.REFUSED
        if grant:
            erase_contact(connection, report.id, now)
            erase_words(connection, installation, report)
        values = {"state": state, "decided_at": now, "account": actor.account, "answer": text}
        kept = "" if grant else request.words
        connection.execute(update(table).where(table.c.id == request.id).values(**values, words=kept))
        installation.audit.record(actor, "privacy.erased" if grant else "privacy.erasure-refused", report.number)
        return store.find_by_id(connection, report.id)


def find_request(connection: Connection, request_id: int) -> ErasureRequest:
    """Return one request.

    Raises:
        ReportNotFoundError: There is none of this key.
    """
    row = connection.execute(select(table).where(table.c.id == request_id)).one_or_none()
    if row is None:
        raise ReportNotFoundError
    return ErasureRequest.of(row)


def requests_of(connection: Connection, report_id: int) -> tuple[ErasureRequest, ...]:
    """Return the requests about a report, oldest first."""
    query = select(table).where(table.c.report_id == report_id).order_by(table.c.id)
    return tuple(ErasureRequest.of(row) for row in connection.execute(query))


def open_requests(connection: Connection, most: int = 100) -> tuple[ErasureRequest, ...]:
    """Return the requests that wait for a decision, oldest first."""
    waiting = select(table).where(table.c.state == RequestState.OPEN)
    query = waiting.order_by(table.c.requested_at, table.c.id).limit(most)
    return tuple(ErasureRequest.of(row) for row in connection.execute(query))


def overdue(connection: Connection, now: datetime) -> int:
    """Return how many requests wait longer than they may."""
    late = select(func.count()).where(table.c.state == RequestState.OPEN, table.c.requested_at <= now - TIME_TO_DECIDE)
    return connection.execute(late).scalar_one()
