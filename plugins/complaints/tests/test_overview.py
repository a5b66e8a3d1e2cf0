"""The figures say what happened: who replied how fast, what is late, what reporters think; by kind, place, office and month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_complaints import store
from smartcity_complaints.filing import Filed
from smartcity_complaints.handling import Order, act_as_reporter
from smartcity_complaints.overview import Figures, Overview, _median, overview, years
from smartcity_complaints.records import Report
from smartcity_complaints.workflow import Action
from smartcity_share import Installation

File = Callable[..., Filed]
Do = Callable[..., Report]


@pytest.fixture
def look(installation: Installation) -> Callable[..., Overview]:
    def make(*months: int) -> Overview:
        with store.reading(installation) as connection:
            span = ((months[0], months[-1]),) if months else ()
            return overview(connection, installation.now(), *span)

    return make


def _by(found: Overview, topic: str) -> dict[str, Figures]:
    return {figures.subject: figures for figures in found.by[topic]}


def test_replies_are_counted_for_the_office_that_gave_them(
    look: Callable[..., Overview], file: File, do: Do, clock: object
) -> None:
    for office, days in (("dinas-lh", 1), ("dinas-lh", 3), ("dinas-lh", 20), ("dinas-pupr", 2)):
        number = file().number
        do(number, Action.VERIFY)
        do(number, Action.FORWARD, office=office)
        clock.move(days=days)  # type: ignore[attr-defined]
        do(number, Action.REPLY, text="Sudah.")
    offices = _by(look(), "office")

    assert (offices["dinas-lh"].replies, offices["dinas-lh"].median_days, offices["dinas-lh"].in_time) == (3, 3.0, 66.7)
    assert (offices["dinas-pupr"].replies, offices["dinas-pupr"].median_days, offices["dinas-pupr"].in_time) == (1, 2.0, 100)
    assert look().total.median_days == 2.5


def test_what_is_late_now_is_counted_where_it_lies(look: Callable[..., Overview], file: File, do: Do, clock: object) -> None:
    district = "71.08.01"
    file(district=district, kind="road")
    number = file(kind="waste").number
    do(number, Action.VERIFY)
    do(number, Action.FORWARD, office="dinas-lh")
    clock.move(days=30)  # type: ignore[attr-defined]
    file()
    found = look()

    assert found.total.late == 2
    assert (_by(found, "kind")["road"].late, _by(found, "kind")["waste"].late) == (1, 1)
    assert _by(found, "district")[district].late == 1
    assert _by(found, "office")["dinas-lh"].late == 1


def test_ratings_are_counted_and_a_changed_one_once(
    look: Callable[..., Overview], installation: Installation, file: File, do: Do
) -> None:
    for first, second in ((1, 5), (4, 4)):
        filed = file()
        do(filed.number, Action.VERIFY)
        do(filed.number, Action.REPLY, text="Sudah.")
        for rating in (first, second):
            act_as_reporter(installation, filed.number, filed.token, Order(Action.RATE, rating=rating))

    assert (look().total.ratings, look().total.rating) == (2, 4.5)


def test_a_report_counts_in_the_month_it_came_where_the_region_lies(
    look: Callable[..., Overview], installation: Installation, file: File, clock: object
) -> None:
    """31 March 16:00 UTC is midnight, the beginning of 1 April, in Makassar."""
    file()
    clock.move(days=29, hours=14, minutes=59)  # type: ignore[attr-defined]
    file()
    clock.move(minutes=1)  # type: ignore[attr-defined]
    file()
    clock.move(days=300)  # type: ignore[attr-defined]
    file()

    months = [("2026-03", 2), ("2026-04", 1), ("2027-01", 1)]
    assert [(month.subject, month.received) for month in look(202601, 202712).times] == months
    assert [(year.subject, year.received) for year in look().times] == [("2026", 3), ("2027", 1)]
    assert look(202604, 202612).total.received == 1
    assert look(202601, 202603).total.received == 2
    with store.reading(installation) as connection:
        assert years(connection) == (2027, 2026)


def test_without_a_report_there_is_nothing_to_say(look: Callable[..., Overview]) -> None:
    total = look().total

    assert (total.received, total.open, total.late, total.in_time, total.rating, total.median_days) == (
        0,
        0,
        0,
        None,
        None,
        None,
    )
    assert look().times == ()


@given(st.lists(st.integers(0, 900), max_size=60))
def test_the_median_of_counts_is_that_of_the_values(tenths: list[int]) -> None:
    expected = round(median(tenths) / 10, 1) if tenths else None

    assert _median(Counter(tenths)) == pytest.approx(expected, abs=0.051)
