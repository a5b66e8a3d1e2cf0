"""Lists of reports: which ones, in which order, a page at a time, and how many there are.

Each order is found in one index that also holds what a list is narrowed by, so that a page costs the same whether ten reports
are kept or a million: first the ids of the page, in the index alone, then the reports themselves. Paging is by key: a report
filed meanwhile moves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import attrs
from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, literal, select, true, tuple_, union_all

from smartcity_complaints import model, search
from smartcity_complaints.derived import tally as counts
from smartcity_complaints.model import Moment
from smartcity_complaints.records import Report
from smartcity_complaints.summaries import EVER
from smartcity_complaints.workflow import ENDED, HIDDEN, OPEN, State

PAGE_SIZE: Final = 25
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_KEY: Final = re.compile(r"(\d{1,17})-(\d{1,15})", re.ASCII)
_SEARCH_KEY: Final = re.compile(r"s(\d{1,15})", re.ASCII)
_DEADLINE: Final = "d"
_TABLE: Final = model.report.c


@attrs.frozen
class Wanted:
    """Which reports a list shows, and in which order. What is None or empty does not narrow it.

    Attributes:
        state: One state.
        open_only: Only reports that have not ended.
        kind: Code of a kind.
        district: Code of a district.
        office: Id of the office that has the report.
        words: Each word must occur in text or place, or one like it; or the beginning of a number.
        late_at: Only reports whose deadline has passed at this moment.
        public: Only what may be shown to everyone.
        cell: Number of the square of the map.
        urgent_first: Those whose deadline is next, the late ones at the head, then those without one; else newest first.
            A search is newest first always.
    """

    state: State | None = None
    open_only: bool = False
    kind: str | None = None
    district: str | None = None
    office: str | None = None
    words: str = ""
    late_at: datetime | None = None
    public: bool = False
    cell: int | None = None
    urgent_first: bool = False

    @property
    def states(self) -> tuple[State, ...]:
        """The states a report may be in, in the order of the workflow."""
        wanted = {self.state} if self.state is not None else set(State)
        if self.open_only or self.late_at is not None:
            wanted &= OPEN
        if self.public:
            wanted -= HIDDEN
        return tuple(state for state in State if state in wanted)


@attrs.frozen
class Page:
    """One page of a list.

    Attributes:
        reports: The reports.
        following: Key of the next page, None at the end. A search may end a page early, even empty, and go on from there.
        guessed: Whether a word that was looked for is not known and another was taken for it.
    """

    reports: tuple[Report, ...]
    following: str | None
    guessed: bool = False


@attrs.frozen
class Tally:
    """How many reports are where.

    Attributes:
        by_state: Count per state; states without a report are left out.
        late: How many deadlines have passed.
    """

    by_state: Mapping[State, int]
    late: int

    @property
    def open(self) -> int:
        """How many have not ended."""
        return sum(count for state, count in self.by_state.items() if state not in ENDED)

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.by_state.values())


def page(connection: Connection, wanted: Wanted, after: str | None = None, size: int = PAGE_SIZE) -> Page:
    """Return one page of a list.

    Args:
        connection: An open connection.
        wanted: Which reports.
        after: The key the page before ended with; one that is malformed counts as none.
        size: How many reports.
    """
    if wanted.words.strip():
        return _searched(connection, wanted, after, size)
    if wanted.urgent_first or wanted.late_at is not None:
        return _urgent(connection, wanted, after, size)
    return _newest(connection, wanted, _read_key(after), size)


def tally(connection: Connection, now: datetime, office: str | None = None) -> Tally:
    """Count the reports per state, of the whole region or of one office."""
    topic, subject = ("all", "") if office is None else ("office", office)
    query = select(counts.c.measure, counts.c.count).where(
        counts.c.topic == topic,
        counts.c.subject == subject,
        counts.c.measure.in_(tuple(State)),
        counts.c.month == EVER,
        counts.c.count > 0,
    )
    by_state = {State(measure): count for measure, count in connection.execute(query)}
    late = select(func.count()).where(_is_late(now), *([] if office is None else [_narrowed(_TABLE.office) == office]))
    return Tally(by_state, connection.execute(late).scalar_one())


def _searched(connection: Connection, wanted: Wanted, after: str | None, size: int) -> Page:
    found = _SEARCH_KEY.fullmatch(after or "")
    query = search.understand(connection, wanted.words)
    conditions = [_narrowed(_TABLE.state).in_(wanted.states), *_narrowing(wanted), *_of_office(wanted), *_released(wanted)]
    if wanted.late_at is not None:
        conditions.append(_is_late(wanted.late_at))
    first: tuple[int, ...] = ()
    if query.number is not None and found is None:
        first = search.numbered(connection, query.number, conditions, size)
    hits = search.newest(connection, query, conditions, before=int(found[1]) if found else None, most=size)
    ids = (*first, *(report_id for report_id in hits.ids if report_id not in first))
    following = None if hits.further is None else f"s{hits.further}"
    return Page(_reports(connection, ids), following, guessed=query.guessed and bool(hits.ids))


def _urgent(connection: Connection, wanted: Wanted, after: str | None, size: int) -> Page:
    """Return those with a deadline, the earliest first; then, unless only late ones are wanted, those without, newest first."""
    key = _read_key(after)
    if key is not None and wanted.late_at is None:
        return _newest(connection, wanted, key, size, undated=True)
    found = _dated(connection, wanted, _read_key((after or "").removeprefix(_DEADLINE)), size)
    reports = _reports(connection, [report_id for _, report_id in found[:size]])
    if len(found) > size:
        return Page(reports, _DEADLINE + _key(*found[size - 1]))
    if wanted.late_at is not None:
        return Page(reports, None)
    room = size - len(found)
    rest = _newest(connection, wanted, None, max(room, 1), undated=True)
    if room == 0:
        return Page(reports, _DEADLINE + _key(*found[-1]) if rest.reports else None)
    return Page(reports + rest.reports, rest.following)


def _dated(connection: Connection, wanted: Wanted, key: tuple[datetime, int] | None, size: int) -> list[tuple[datetime, int]]:
    query = select(_TABLE.due_at, _TABLE.id).where(
        _TABLE.due_at.is_not(None) if wanted.late_at is None else _TABLE.due_at <= wanted.late_at,
        _narrowed(_TABLE.state).in_(wanted.states),
        *_of_office(wanted),
        *_narrowing(wanted),
        *_released(wanted),
    )
    if key is not None:
        query = query.where(tuple_(_TABLE.due_at, _TABLE.id) > _pair(key))
    return [(row.due_at, row.id) for row in connection.execute(query.order_by(_TABLE.due_at, _TABLE.id).limit(size + 1))]


def _newest(
    connection: Connection, wanted: Wanted, key: tuple[datetime, int] | None, size: int, *, undated: bool = False
) -> Page:
    """Return reports by when they came; ``undated``: only those for which no deadline runs."""
    beyond = [] if key is None else [tuple_(_TABLE.submitted_at, _TABLE.id) < _pair(key)]
    if undated:
        beyond.append(_TABLE.due_at.is_(None))
    streams = _streams(wanted)
    if not streams:
        return Page((), None)
    parts = [stream.where(*beyond).limit(size + 1).subquery() for stream in streams]
    together = union_all(*(select(part.c.submitted_at, part.c.id) for part in parts)).subquery()
    query = select(together.c.submitted_at, together.c.id).order_by(together.c.submitted_at.desc(), together.c.id.desc())
    found = [(row.submitted_at, row.id) for row in connection.execute(query.limit(size + 1))]
    reports = _reports(connection, [report_id for _, report_id in found[:size]])
    return Page(reports, _key(*found[size - 1]) if len(found) > size else None)


def _streams(wanted: Wanted) -> list[Select[Any]]:
    """Return queries for the keys of what is wanted, one for each index that has to be gone through."""
    narrow = [_narrowed(_TABLE.state).in_(wanted.states), *_released(wanted), *_of_office(wanted), *_narrowing(wanted)]
    if wanted.cell is not None:
        return [_stream(_TABLE.cell == wanted.cell, *narrow)]
    if wanted.office is None and (wanted.public or not OPEN.issuperset(wanted.states)):
        # Of the whole region, the reports of a district or a kind are few enough to be gone through.
        if wanted.district is not None:
            return [_stream(_TABLE.district == wanted.district, *narrow)]
        if wanted.kind is not None:
            return [_stream(_TABLE.kind == wanted.kind, *narrow)]
    if wanted.public:
        return [_stream(_TABLE.published == true(), *narrow)]
    office = [] if wanted.office is None else [_TABLE.office == wanted.office]
    return [_stream(_TABLE.state == state, *office, *_narrowing(wanted)) for state in wanted.states]


def _stream(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Return a query for keys, newest first, that one index answers."""
    return select(_TABLE.submitted_at, _TABLE.id).where(*conditions).order_by(_TABLE.submitted_at.desc(), _TABLE.id.desc())


def _released(wanted: Wanted) -> list[ColumnElement[bool]]:
    if not wanted.public:
        return []
    return [
        _narrowed(_TABLE.published, empty=False) == true(),
        _narrowed(_TABLE.confidential, empty=False) == false(),
        _narrowed(_TABLE.merged_into, empty=0) == 0,
    ]


def _of_office(wanted: Wanted) -> list[ColumnElement[bool]]:
    return [] if wanted.office is None else [_narrowed(_TABLE.office) == wanted.office]


def _narrowing(wanted: Wanted) -> list[ColumnElement[bool]]:
    pairs = ((_TABLE.kind, wanted.kind), (_TABLE.district, wanted.district))
    found = [_narrowed(column) == value for column, value in pairs if value is not None]
    if wanted.cell is not None:
        found.append(_narrowed(_TABLE.cell, empty=0) == wanted.cell)
    return found


def _narrowed(column: ColumnElement[Any], empty: Any = "") -> ColumnElement[Any]:
    """Return a column in a form no index is looked up by: it narrows what the index of the order yields."""
    return func.coalesce(column, empty)


def _reports(connection: Connection, ids: Sequence[int]) -> tuple[Report, ...]:
    if not ids:
        return ()
    found = {row.id: Report.of(row) for row in connection.execute(select(model.report).where(_TABLE.id.in_(ids)))}
    return tuple(found[report_id] for report_id in ids if report_id in found)


def _is_late(now: datetime) -> ColumnElement[bool]:
    return and_(_TABLE.due_at <= now, _narrowed(_TABLE.state).not_in(sorted(ENDED)))


def _pair(key: tuple[datetime, int]) -> ColumnElement[Any]:
    moment, last = key
    return tuple_(literal(moment, Moment()), literal(last))


def _key(moment: datetime, report_id: int) -> str:
    return f"{(moment - _EPOCH) // timedelta(microseconds=1)}-{report_id}"


def _read_key(text: str | None) -> tuple[datetime, int] | None:
    found = _KEY.fullmatch(text or "")
    if found is None:
        return None
    try:
        return _EPOCH + timedelta(microseconds=int(found[1])), int(found[2])
    except OverflowError:
        return None
