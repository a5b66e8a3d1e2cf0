"""The service in figures: what came, what is open and late, how fast and how well offices reply.

By kind, district, office and month. Read from the counts that are kept with every change, so that the page costs the same with
a million reports. Counts belong to the month in which a report was received; how many are late is as of now.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import attrs
from sqlalchemy import ColumnElement, Connection, Select, func, literal_column, select

from smartcity_complaints import model
from smartcity_complaints.derived import reply_time, tally
from smartcity_complaints.summaries import EVER, RATING, REPLY, REPLY_IN_TIME
from smartcity_complaints.workflow import ENDED, OPEN, State

ALL_TIME: Final = (1, 999_999)
_STATES: Final = frozenset(State)
_TOPICS: Final = ("kind", "district", "office")
_OF_ALL: Final = (tally.c.topic == "all", tally.c.subject == "")


@attrs.frozen
class Figures:
    """The figures of one subject.

    Attributes:
        subject: Code of the kind or district, id of the office, the month as 2026-03, the year; empty where a report has none.
        counts: How many, by measure.
        late: How many deadlines have passed now.
        median_days: Median days from being given to an office to its reply; None without a reply.
    """

    subject: str
    counts: Mapping[str, int]
    late: int = 0
    median_days: float | None = None

    @cached_property
    def received(self) -> int:
        """How many reports came."""
        return sum(count for measure, count in self.counts.items() if measure in _STATES)

    @cached_property
    def open(self) -> int:
        """How many of them have not ended."""
        return sum(self.counts.get(state, 0) for state in OPEN)

    @property
    def closed(self) -> int:
        """How many of them are closed."""
        return self.counts.get(State.CLOSED, 0)

    @cached_property
    def replies(self) -> int:
        """How many replies offices gave."""
        return self.counts.get(REPLY, 0)

    @property
    def in_time(self) -> float | None:
        """Replies before their deadline, percent of all; None without a reply."""
        return round(100 * self.counts.get(REPLY_IN_TIME, 0) / self.replies, 1) if self.replies else None

    @cached_property
    def ratings(self) -> int:
        """How many reporters rated."""
        return sum(count for measure, count in self.counts.items() if measure.startswith(RATING))

    @property
    def rating(self) -> float | None:
        """Their mean, one to five; None without one."""
        total = sum(
            count * int(measure.removeprefix(RATING)) for measure, count in self.counts.items() if measure.startswith(RATING)
        )
        return round(total / self.ratings, 1) if self.ratings else None


@attrs.frozen
class Overview:
    """All figures of a span of months.

    Attributes:
        total: Of the whole region.
        by: By kind, district and office.
        times: By month, of all time by year; the earliest first, those without a report left out.
    """

    total: Figures
    by: Mapping[str, tuple[Figures, ...]]
    times: tuple[Figures, ...]


def overview(connection: Connection, now: datetime, months: tuple[int, int] = ALL_TIME) -> Overview:
    """Return the figures of the reports received in a span of months.

    Args:
        connection: An open connection.
        now: The moment at which deadlines are late.
        months: First and last month, as 202603, both included.
    """
    query = (
        select(tally.c.topic, tally.c.subject, tally.c.measure, func.sum(tally.c.count).label("number"))
        .where(_in_span(tally.c.month, months))
        .group_by(tally.c.topic, tally.c.subject, tally.c.measure)
    )
    counts: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for topic, subject, measure, number in connection.execute(query).all():
        counts[topic, subject][measure] = int(number)
    late = _late(connection, now)
    times = _reply_times(connection, months)
    by: dict[str, list[Figures]] = {topic: [] for topic in _TOPICS}
    for topic, subject in sorted(counts):
        if topic in by:
            median = _median(times[subject]) if topic == "office" else None
            by[topic].append(Figures(subject, counts[topic, subject], late[topic, subject], median))
    whole: Counter[int] = Counter()
    for found in times.values():
        whole.update(found)
    return Overview(
        Figures("", counts["all", ""], late["all", ""], _median(whole)),
        {topic: tuple(entry for entry in found if entry.received or entry.replies) for topic, found in by.items()},
        _by_year(connection) if months == ALL_TIME else _by_month(connection, months),
    )


def years(connection: Connection) -> tuple[int, ...]:
    """Return the years in which reports were received, the latest first."""
    months = connection.execute(
        select(tally.c.month).where(*_OF_ALL, tally.c.month > EVER, tally.c.count > 0).distinct()
    ).scalars()
    return tuple(sorted({month // 100 for month in months}, reverse=True))


def _by_month(connection: Connection, months: tuple[int, int]) -> tuple[Figures, ...]:
    query = select(tally.c.month, tally.c.measure, tally.c.count).where(*_OF_ALL, tally.c.month.between(*months))
    return _in_order(connection, query, lambda month: f"{month // 100}-{month % 100:02d}")


def _by_year(connection: Connection) -> tuple[Figures, ...]:
    year = tally.c.month // 100
    query = (
        select(year, tally.c.measure, func.sum(tally.c.count))
        .where(*_OF_ALL, tally.c.month > EVER)
        .group_by(year, tally.c.measure)
    )
    return _in_order(connection, query, str)


def _in_order(connection: Connection, query: Select[Any], name: Callable[[int], str]) -> tuple[Figures, ...]:
    found: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for time, measure, count in connection.execute(query).all():
        found[int(time)][measure] = int(count)
    figures = (Figures(name(time), own) for time, own in sorted(found.items()))
    return tuple(entry for entry in figures if entry.received)


def _late(connection: Connection, now: datetime) -> Counter[tuple[str, str]]:
    table = model.report.c
    # In a form no index is in the order of: the few late ones are found by their deadline.
    kind, district, office, state = (
        func.coalesce(column, literal_column("''")) for column in (table.kind, table.district, table.office, table.state)
    )
    query = (
        select(kind, district, office, func.count().label("number"))
        .where(table.due_at <= now, state.not_in(sorted(ENDED)))
        .group_by(kind, district, office)
    )
    found: Counter[tuple[str, str]] = Counter()
    for of_kind, of_district, of_office, number in connection.execute(query).all():
        for key in (("all", ""), ("kind", of_kind), ("district", of_district), ("office", of_office)):
            found[key] += number
    return found


def _reply_times(connection: Connection, months: tuple[int, int]) -> defaultdict[str, Counter[int]]:
    table = reply_time.c
    query = (
        select(table.office, table.tenths_of_days, func.sum(table.count).label("replies"))
        .where(_in_span(table.month, months))
        .group_by(table.office, table.tenths_of_days)
    )
    found: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for office, tenths, replies in connection.execute(query).all():
        found[office][tenths] = int(replies)
    return found


def _in_span(month: ColumnElement[int], months: tuple[int, int]) -> ColumnElement[bool]:
    return month == EVER if months == ALL_TIME else month.between(*months)


def _median(tenths: Counter[int]) -> float | None:
    """Return the median of counted tenths of days, in days."""
    count = tenths.total()
    if not count:
        return None
    middle = ((count - 1) // 2, count // 2)
    seen = 0
    found: list[int] = []
    for value in sorted(tenths):
        found += [value for place in middle if seen <= place < seen + tenths[value]]
        seen += tenths[value]
    return round(sum(found) / 20, 1)
