"""Deadlines end with the last working day where the region lies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from smartcity_complaints.workdays import add_working_days, due_at, is_working_day

days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def test_a_weekend_does_not_count() -> None:
    assert add_working_days(date(2026, 3, 6), 1, ()) == date(2026, 3, 9)


def test_a_holiday_does_not_count() -> None:
    assert add_working_days(date(2026, 3, 2), 3, {date(2026, 3, 4)}) == date(2026, 3, 6)


@given(days, st.integers(1, 60), st.frozensets(days, max_size=20))
def test_exactly_so_many_working_days_lie_between(start: date, count: int, holidays: frozenset[date]) -> None:
    end = add_working_days(start, count, holidays)
    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]

    assert sum(is_working_day(day, holidays) for day in between) == count
    assert is_working_day(end, holidays)


def test_the_deadline_is_midnight_in_the_region() -> None:
    """A report of Monday 23:30 UTC is one of Tuesday in Makassar: one working day later is Wednesday, until its midnight."""
    start = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)

    assert due_at(start, 1, "Asia/Makassar", ()) == datetime(2026, 3, 4, 16, 0, tzinfo=UTC)
    assert due_at(start, 1, "UTC", ()) == datetime(2026, 3, 4, 0, 0, tzinfo=UTC)
