"""Finding requests: a page of them out of hundreds of thousands, from the indexes made for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import attrs
from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from smartcity_complaints import model
from smartcity_complaints.open311.asked import Asked
from smartcity_complaints.workflow import ENDED, State

_TABLE: Final = model.report.c
_COLUMNS: Final[tuple[ColumnElement[Any], ...]] = (
    _TABLE.id, _TABLE.number, _TABLE.kind, _TABLE.state, _TABLE.office, _TABLE.district, _TABLE.text, _TABLE.place,
    _TABLE.latitude, _TABLE.longitude, _TABLE.channel, _TABLE.published, _TABLE.confidential, _TABLE.submitted_at,
    _TABLE.updated_at, _TABLE.closed_at, _TABLE.due_at, _TABLE.merged_into,
)  # fmt: skip
_NOT_SHOWN: Final = frozenset({State.NEW, State.RETURNED, State.REJECTED})
_CHUNK: Final = 500


@attrs.frozen
class Found:
    """What is needed of a report to show it as a request; the columns of the table ``report``."""

    id: int
    number: str
    kind: str
    state: State = attrs.field(converter=State)
    office: str | None
    district: str | None
    text: str
    place: str
    latitude: float | None
    longitude: float | None
    channel: str
    published: bool
    confidential: bool
    submitted_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    merged_into: int | None

    @property
    def shown_to_everyone(self) -> bool:
        """Whether words, place and photos may be shown, by the rule of :class:`~smartcity_complaints.records.Report`."""
        return self.published and not self.confidential and self.state not in _NOT_SHOWN

    @property
    def closed(self) -> bool:
        """Whether nothing more is to be expected: it has ended, or goes on as another report."""
        return self.state in ENDED or self.merged_into is not None


@attrs.frozen
class Page:
    """A page of requests.

    Attributes:
        requests: The requests.
        more: Whether others follow.
    """

    requests: tuple[Found, ...]
    more: bool


def page(connection: Connection, asked: Asked) -> Page:
    """Return the requests that are wanted and may be known of: a confidential report is as if it were not there.

    Newest first; with ``updated_after`` the longest unchanged first.

    Args:
        connection: An open connection.
        asked: Which are wanted.
    """
    if asked.numbers:
        return Page(_by_number(connection, asked.numbers), more=False)
    keys = [row.id for row in connection.execute(_keys(connection, asked).limit(asked.size + 1))]
    return Page(_by_id(connection, keys[: asked.size]), more=len(keys) > asked.size)


def find(connection: Connection, number: str) -> Found | None:
    """Return the request with a number, or None where there is none that may be known of."""
    return next(iter(_by_number(connection, (number,))), None)


def numbers_of(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """Return the numbers of some reports that may be known of, by id."""
    if not ids:
        return {}
    query = select(_TABLE.id, _TABLE.number).where(_TABLE.id.in_(ids), _TABLE.confidential.is_(False))
    return {row.id: row.number for row in connection.execute(query)}


def _keys(connection: Connection, asked: Asked) -> Select[tuple[int]]:
    """Return the query for the ids; everything in it is in one index, so that no row is read for a page passed over."""
    wanted: list[ColumnElement[bool]] = [_TABLE.confidential.is_(False)]
    if asked.services:
        wanted.append(_TABLE.kind.in_(asked.services))
    if len(set(asked.statuses)) == 1:
        closed = or_(_TABLE.state.in_(sorted(ENDED)), _TABLE.merged_into.is_not(None))
        wanted.append(closed if asked.statuses[0] == "closed" else ~closed)
    if asked.updated_after is not None:
        wanted.append(_changed(connection, asked.updated_after, asked.after))
        return select(_TABLE.id).where(*wanted).order_by(_TABLE.updated_at, _TABLE.id)
    wanted.append(_TABLE.submitted_at.between(asked.start, asked.end))
    newest = (_TABLE.submitted_at.desc(), _TABLE.id.desc())
    return select(_TABLE.id).where(*wanted).order_by(*newest).offset((asked.page - 1) * asked.size)


def _changed(connection: Connection, moment: datetime, after: str | None) -> ColumnElement[bool]:
    known = None
    if after is not None:
        known = connection.execute(select(_TABLE.id).where(_TABLE.number == after)).scalar_one_or_none()
    if known is None:
        return _TABLE.updated_at >= moment
    return and_(_TABLE.updated_at >= moment, or_(_TABLE.updated_at > moment, _TABLE.id > known))


def _by_number(connection: Connection, numbers: Sequence[str]) -> tuple[Found, ...]:
    query = select(*_COLUMNS).where(_TABLE.number.in_(numbers), _TABLE.confidential.is_(False))
    found = {row.number: Found(*row) for row in connection.execute(query)}
    return tuple(found[number] for number in numbers if number in found)


def _by_id(connection: Connection, ids: Sequence[int]) -> tuple[Found, ...]:
    found: dict[int, Found] = {}
    for start in range(0, len(ids), _CHUNK):
        rows = connection.execute(select(*_COLUMNS).where(_TABLE.id.in_(ids[start : start + _CHUNK])))
        found |= {row.id: Found(*row) for row in rows}
    return tuple(found[key] for key in ids if key in found)
