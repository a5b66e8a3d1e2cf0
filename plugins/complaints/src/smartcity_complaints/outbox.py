"""What waits to be told: rows that commit with the act they tell of, and are sent one after the other from a job.

Several processes may look at the same rows: whoever sends a notice has claimed it before, in a transaction of its own, and
marks it afterwards in another one. A process that dies in between leaves a claim that runs out; the notice is then sent once
more under the same reference.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Self

import attrs
from sqlalchemy import ColumnElement, Connection, Row, and_, case, delete, exists, func, insert, or_, select, update

from smartcity_complaints.model import outbox as table
from smartcity_share import Delivery

CLAIM: Final = timedelta(minutes=15)
"""How long a claim holds: longer than the job that sends may last."""
GIVE_UP: Final = timedelta(days=5)
"""How long a notice is tried: as long as mail servers themselves try."""
KEPT: Final = timedelta(days=30)
"""How long it is known that a notice was sent."""
_FIRST_PAUSE: Final = timedelta(minutes=1)
_LONGEST_PAUSE: Final = timedelta(hours=1)
_LONGEST_REASON: Final = 300
_LONGEST_RECEIPT: Final = 200
_COLUMNS: Final = table.c


class NoticeState(StrEnum):
    """Where a notice stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    # Nobody is to be told any more: the address was erased, or the reporter wants no news.
    DROPPED = "dropped"


_OPEN: Final = (NoticeState.WAITING, NoticeState.SENDING)


@attrs.frozen
class Entry:
    """One notice that waits.

    Attributes:
        id: Grows with the order of the acts.
        reference: Unique key of the notice; the connector sends it once.
        kind: What is told.
        report_id: The report it is about.
        sequence: The event of its history that is told, if it is one.
        office: The office it goes to; None: the reporter.
        language: BCP 47 code.
        secret: Secret of the follow link, where the notice brings it.
        created_at: Since when it waits.
        attempts: How often it was claimed.
    """

    id: int
    reference: str
    kind: str
    report_id: int
    sequence: int | None
    office: str | None
    language: str
    secret: str | None
    created_at: datetime
    attempts: int

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """Return the entry of a row."""
        found = row._mapping  # noqa: SLF001 - the documented way to read a row by name
        return cls(**{field.name: found[field.name] for field in attrs.fields(cls)})


@attrs.frozen
class Standing:
    """How the outbox is.

    Attributes:
        waiting: How many wait or are being sent.
        since: Since when the oldest of them waits; None where none does.
        stuck: Whether nobody could be reached at the last attempt.
        failed: How many were given up.
        reason: What the other side said last of those that are stuck or failed.
    """

    waiting: int
    since: datetime | None
    stuck: bool
    failed: int
    reason: str


def add(connection: Connection, now: datetime, *, reference: str, **values: Any) -> bool:
    """Put a notice into the outbox, in the transaction of the act it tells of.

    Args:
        connection: The connection of the act.
        now: The moment of the act.
        reference: Key of the notice; one that is there already is not put in twice.
        **values: The other columns.

    Returns:
        Whether it was put in.
    """
    if connection.execute(select(exists().where(_COLUMNS.reference == reference))).scalar_one():
        return False
    connection.execute(insert(table).values(reference=reference, created_at=now, next_at=now, **values))
    return True


def claim_next(connection: Connection, now: datetime) -> Entry | None:
    """Claim the notice that is to be sent now, None where there is none.

    One notice is sent at a time. Where one holds the line, nothing behind it is tried before it; otherwise the oldest that is
    due, unless an older one about the same report still waits.
    """
    if connection.execute(select(exists().where(_COLUMNS.state == NoticeState.SENDING, _COLUMNS.claimed_until > now))).scalar():
        return None
    holder = connection.execute(
        select(table).where(_is_open(), _COLUMNS.holds_line.is_(True)).order_by(_COLUMNS.id).limit(1)
    ).one_or_none()
    if holder is not None:
        row = holder if holder.next_at <= now else None
    else:
        older = table.alias()
        waits_behind = exists().where(
            older.c.report_id == _COLUMNS.report_id, older.c.id < _COLUMNS.id, older.c.state.in_(_OPEN)
        )
        query = select(table).where(_is_open(), _COLUMNS.next_at <= now, ~waits_behind).order_by(_COLUMNS.id).limit(1)
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    entry = attrs.evolve(Entry.of(row), attempts=row.attempts + 1)
    values = {"state": NoticeState.SENDING, "claimed_until": now + CLAIM, "attempts": entry.attempts}
    connection.execute(update(table).where(_COLUMNS.id == entry.id).values(**values))
    return entry


def settle(connection: Connection, entry: Entry, delivery: Delivery, now: datetime, *, private: str = "") -> NoticeState:
    """Mark what became of a notice.

    Args:
        connection: An open connection.
        entry: The notice, as it was claimed.
        delivery: What the connector said.
        now: The present moment.
        private: The address it went to, which is taken out of what is kept.

    Returns:
        Where the notice stands now.
    """
    reason = _without(delivery.reason, private)[:_LONGEST_REASON] or None
    if delivery.accepted:
        receipt = _without(delivery.receipt or "", private)[:_LONGEST_RECEIPT] or None
        return _finish(connection, entry, NoticeState.SENT, now, receipt=receipt, secret=None, reason=None)
    if not delivery.retry or now - entry.created_at >= GIVE_UP:
        return _finish(connection, entry, NoticeState.FAILED, now, reason=reason)
    values = {
        "state": NoticeState.WAITING,
        "claimed_until": None,
        "next_at": now + pause_after(entry.attempts),
        "holds_line": delivery.unreachable,
        "reason": reason,
    }
    connection.execute(update(table).where(_still_ours(entry)).values(**values))
    return NoticeState.WAITING


def drop(connection: Connection, entry: Entry, now: datetime) -> NoticeState:
    """Mark that nobody is to be told any more."""
    return _finish(connection, entry, NoticeState.DROPPED, now, secret=None, reason=None)


def drop_all(connection: Connection, report_id: int, now: datetime) -> None:
    """Take back every notice to the reporter of a report that was not sent, and its secrets."""
    own = and_(_COLUMNS.report_id == report_id, _COLUMNS.office.is_(None))
    values = {"state": NoticeState.DROPPED, "finished_at": now, "claimed_until": None, "holds_line": False, "secret": None}
    unsent = _COLUMNS.state.in_((*_OPEN, NoticeState.FAILED))
    connection.execute(update(table).where(own, unsent).values(**values))


def try_again(connection: Connection, now: datetime) -> int:
    """Let every notice wait anew that was given up; return how many. Those that wait are due at once."""
    values = {"next_at": now, "attempts": 0}
    anew = {"state": NoticeState.WAITING, "created_at": now, "finished_at": None, "claimed_until": None}
    connection.execute(update(table).where(_COLUMNS.state == NoticeState.WAITING).values(**values))
    return connection.execute(update(table).where(_COLUMNS.state == NoticeState.FAILED).values(**values, **anew)).rowcount


def forget(connection: Connection, now: datetime) -> int:
    """Remove what was sent or taken back a while ago; return how many."""
    old = and_(_COLUMNS.state.in_((NoticeState.SENT, NoticeState.DROPPED)), _COLUMNS.finished_at <= now - KEPT)
    return connection.execute(delete(table).where(old)).rowcount


def standing(connection: Connection) -> Standing:
    """Return how the outbox is."""
    is_open, has_failed = _COLUMNS.state.in_(_OPEN), _COLUMNS.state == NoticeState.FAILED
    waiting, since, stuck, failed = connection.execute(
        select(
            func.count(case((is_open, 1))),
            func.min(case((is_open, _COLUMNS.created_at))),
            func.count(case((and_(is_open, _COLUMNS.holds_line), 1))),
            func.count(case((has_failed, 1))),
        ).where(_COLUMNS.state.in_((*_OPEN, NoticeState.FAILED)))
    ).one()
    said = select(_COLUMNS.reason).where(_COLUMNS.reason.is_not(None), or_(has_failed, and_(is_open, _COLUMNS.attempts > 0)))
    reason = connection.execute(said.order_by(_COLUMNS.next_at.desc(), _COLUMNS.id.desc()).limit(1)).scalar_one_or_none()
    return Standing(waiting, since, bool(stuck), failed, reason or "")


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: a minute at first, twice as long each time, an hour at most."""
    doublings = min(max(attempts, 1) - 1, 10)
    return min(_FIRST_PAUSE * (1 << doublings), _LONGEST_PAUSE)


def _is_open() -> ColumnElement[bool]:
    # A claim that still holds was ruled out before.
    return _COLUMNS.state.in_(_OPEN)


def _still_ours(entry: Entry) -> ColumnElement[bool]:
    """Whether nobody has taken the claim over since: another process would have counted an attempt."""
    return and_(_COLUMNS.id == entry.id, _COLUMNS.state == NoticeState.SENDING, _COLUMNS.attempts == entry.attempts)


def _finish(connection: Connection, entry: Entry, state: NoticeState, now: datetime, **values: Any) -> NoticeState:
    settled = {"state": state, "finished_at": now, "claimed_until": None, "holds_line": False, **values}
    connection.execute(update(table).where(_still_ours(entry)).values(**settled))
    return state


def _without(text: str, private: str) -> str:
    line = " ".join(text.split())
    return line.replace(private, "…") if private else line
