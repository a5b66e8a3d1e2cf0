"""Lists of reports: which ones, a page at a time, and how many there are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import attrs
from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from smartcity_complaints import model
from smartcity_complaints.records import Report
from smartcity_complaints.workflow import ENDED, State

PAGE_SIZE: Final = 25
_MOST_WORDS: Final = 8
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_KEY: Final = 36
_NOT_SHOWN: Final = (State.NEW, State.RETURNED, State.REJECTED)


@attrs.frozen
class Wanted:
    """Which reports a list shows. What is None or empty does not narrow it.

    Attributes:
        state: One state.
        open_only: Only reports that have not ended.
        kind: Code of a kind.
        district: Code of a district.
        office: Id of the office that has the report.
        words: Each word must occur in text, place or number.
        late_at: Only reports whose deadline has passed at this moment.
        public: Only what may be shown to everyone.
    """

    state: State | None = None
    open_only: bool = False
    kind: str | None = None
    district: str | None = None
    office: str | None = None
    words: str = ""
    late_at: datetime | None = None
    public: bool = False


@attrs.frozen
class Page:
    """One page of a list, newest first.

    Attributes:
        reports: The reports.
        following: Key of the next page, None at the end.
    """

    reports: tuple[Report, ...]
    following: str | None


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
    """Return one page of a list, newest first; paging is by key, so a new report moves nothing.

    Args:
        connection: An open connection.
        wanted: Which reports.
        after: The key the page before ended with; one that is malformed counts as none.
        size: How many reports.
    """
    query = select(model.report).where(*_conditions(wanted))
    key = _read_key(after)
    if key is not None:
        moment, last = key
        table = model.report.c
        query = query.where(or_(table.submitted_at < moment, and_(table.submitted_at == moment, table.id < last)))
    query = query.order_by(model.report.c.submitted_at.desc(), model.report.c.id.desc()).limit(size + 1)
    found = tuple(Report.of(row) for row in connection.execute(query))
    shown = found[:size]
    return Page(shown, _key(shown[-1]) if len(found) > size else None)


def tally(connection: Connection, now: datetime, office: str | None = None) -> Tally:
    """Count the reports per state, of the whole region or of one office."""
    only = [] if office is None else [model.report.c.office == office]
    counts = connection.execute(select(model.report.c.state, func.count()).where(*only).group_by(model.report.c.state))
    late = connection.execute(select(func.count()).select_from(model.report).where(_is_late(now), *only)).scalar_one()
    return Tally({State(state): count for state, count in counts}, late)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    table = model.report.c
    found: list[ColumnElement[bool]] = []
    for column, value in (
        (table.state, wanted.state),
        (table.kind, wanted.kind),
        (table.district, wanted.district),
        (table.office, wanted.office),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.open_only:
        found.append(table.state.not_in(sorted(ENDED)))
    if wanted.late_at is not None:
        found.append(_is_late(wanted.late_at))
    if wanted.public:
        found += [table.published.is_(True), table.confidential.is_(False), table.state.not_in(_NOT_SHOWN)]
    found += [
        or_(*(column.icontains(word, autoescape=True) for column in (table.text, table.place, table.number)))
        for word in wanted.words.split()[:_MOST_WORDS]
    ]
    return found


def _is_late(now: datetime) -> ColumnElement[bool]:
    return and_(model.report.c.due_at.is_not(None), model.report.c.due_at <= now, model.report.c.state.not_in(sorted(ENDED)))


def _key(report: Report) -> str:
    return f"{(report.submitted_at - _EPOCH) // timedelta(microseconds=1)}-{report.id}"


def _read_key(text: str | None) -> tuple[datetime, int] | None:
    moment, _, last = (text or "").partition("-")
    if not (moment.isascii() and moment.isdigit() and last.isascii() and last.isdigit() and len(text or "") < _LONGEST_KEY):
        return None
    try:
        return _EPOCH + timedelta(microseconds=int(moment)), int(last)
    except OverflowError:
        return None
