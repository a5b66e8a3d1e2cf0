"""Lists: a page at a time by key, narrowed as asked, nothing shown to people it is not for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from smartcity_complaints import model, store
from smartcity_complaints.draft import Draft
from smartcity_complaints.filing import Filed, file_report, new_key
from smartcity_complaints.handling import Order, act
from smartcity_complaints.listing import Wanted, _read_key, page, tally
from smartcity_complaints.places import cell_of
from smartcity_complaints.records import Report
from smartcity_complaints.workflow import OPEN, Action, State
from smartcity_share import Actor, Installation

File = Callable[..., Filed]
Do = Callable[..., Report]


def _numbers(installation: Installation, wanted: Wanted) -> list[str]:
    with store.reading(installation) as connection:
        return [report.number for report in page(connection, wanted).reports]


def test_pages_by_key_show_every_report_once_newest_first(installation: Installation, file: File, clock: object) -> None:
    """Several reports of one moment lie across the border of two pages."""
    filed = []
    for number in range(11):
        filed.append(file().number)
        if number % 3 == 0:
            clock.move(minutes=1)  # type: ignore[attr-defined]
    seen: list[str] = []
    after = None
    with store.reading(installation) as connection:
        while True:
            found = page(connection, Wanted(), after, size=4)
            seen += [report.number for report in found.reports]
            after = found.following
            if after is None:
                break

    assert seen == filed[::-1]


def test_a_report_filed_meanwhile_moves_nothing(installation: Installation, file: File, clock: object) -> None:
    first = [file().number for _ in range(4)]
    with store.reading(installation) as connection:
        key = page(connection, Wanted(), size=2).following
    clock.move(minutes=5)  # type: ignore[attr-defined]
    file()
    with store.reading(installation) as connection:
        rest = page(connection, Wanted(), key, size=2)

    assert [report.number for report in rest.reports] == [first[1], first[0]]


@given(st.text(max_size=60))
def test_any_text_is_a_key_or_none(text: str) -> None:
    assert _read_key(text) is None or isinstance(_read_key(text), tuple)


@pytest.mark.parametrize("key", ["", "x", "1-", "-1", "9" * 30 + "-1", "99999999999999999999999-1"])
def test_a_malformed_key_shows_the_first_page(installation: Installation, file: File, key: str) -> None:
    number = file().number
    with store.reading(installation) as connection:
        assert [report.number for report in page(connection, Wanted(), key).reports] == [number]


def test_a_list_is_narrowed_by_what_is_asked(installation: Installation, file: File, do: Do) -> None:
    district = installation.region.districts[0].code
    road = file(kind="road", text="Lubang besar di Jalan 100%_Baru.", district=district).number
    waste = file(kind="waste").number
    do(waste, Action.VERIFY)
    do(waste, Action.FORWARD, office="dinas-lh")

    assert _numbers(installation, Wanted(kind="road")) == [road]
    assert _numbers(installation, Wanted(district=district)) == [road]
    assert _numbers(installation, Wanted(state=State.FORWARDED)) == [waste]
    assert _numbers(installation, Wanted(office="dinas-lh")) == [waste]
    assert _numbers(installation, Wanted(words="LUBANG baru")) == [road]
    assert _numbers(installation, Wanted(words="100%_")) == [road]
    assert _numbers(installation, Wanted(words="%")) == []
    assert _numbers(installation, Wanted(words=road[:3])) == [road]
    assert _numbers(installation, Wanted(words="' OR 1=1 --")) == []


def test_late_is_what_is_past_its_deadline(installation: Installation, file: File, do: Do, clock: object) -> None:
    late, handled = file().number, file().number
    do(handled, Action.VERIFY)
    do(handled, Action.REPLY, text="Selesai.")
    clock.move(days=6)  # type: ignore[attr-defined]
    fresh = file().number
    now = clock.moment  # type: ignore[attr-defined]

    assert _numbers(installation, Wanted(late_at=now)) == [late]
    with store.reading(installation) as connection:
        counts = tally(connection, now)
    assert (counts.late, counts.open, counts.total) == (1, 3, 3)
    assert counts.by_state == {State.NEW: 2, State.ANSWERED: 1}
    assert fresh in _numbers(installation, Wanted(open_only=True))


def test_urgent_first_is_the_earliest_deadline_first_and_what_has_none_after_it(
    installation: Installation, file: File, do: Do, clock: object
) -> None:
    """Every page size shows the same order: late, next due, then answered and returned ones, newest first."""
    filed = []
    for number in range(9):
        filed.append(file().number)
        clock.move(hours=30)  # type: ignore[attr-defined]
        if number % 3 == 1:
            do(filed[-1], Action.RETURN, text="Di mana?")
        if number % 3 == 2:
            do(filed[-1], Action.VERIFY)
            do(filed[-1], Action.FORWARD, office="dinas-lh")
    closed = file().number
    do(closed, Action.REJECT, text="Bukan kewenangan daerah.")
    undated = [filed[number] for number in (7, 4, 1)]
    with store.reading(installation) as connection:
        found = {number: store.find(connection, number) for number in filed}
        dated = sorted((report.due_at, report.id, number) for number, report in found.items() if report and report.due_at)
        for size in (1, 2, 3, 4, 6, 9, 20):
            seen: list[str] = []
            after = None
            while True:
                listed = page(connection, Wanted(open_only=True, urgent_first=True), after, size)
                assert len(listed.reports) <= size
                assert listed.reports
                seen += [report.number for report in listed.reports]
                after = listed.following
                if after is None:
                    break

            assert seen == [number for _, _, number in dated] + undated


WANTED = st.builds(
    Wanted,
    state=st.none() | st.sampled_from(State),
    open_only=st.booleans(),
    kind=st.sampled_from([None, "waste", "road", "no-such-kind"]),
    district=st.sampled_from([None, "71.08.01", "71.08.02"]),
    office=st.sampled_from([None, "dinas-lh", "dinas-pupr"]),
    late_at=st.sampled_from([None, datetime(2026, 3, 9, tzinfo=UTC), datetime(2026, 4, 20, tzinfo=UTC)]),
    public=st.booleans(),
    cell=st.sampled_from([None, cell_of(0.5, 123.5)]),
    urgent_first=st.booleans(),
)


def _expected(reports: list[Report], wanted: Wanted) -> set[str]:
    return {
        report.number
        for report in reports
        if (wanted.state is None or report.state is wanted.state)
        and (not wanted.open_only or report.state in OPEN)
        and (wanted.kind is None or report.kind == wanted.kind)
        and (wanted.district is None or report.district == wanted.district)
        and (wanted.office is None or report.office == wanted.office)
        and (wanted.late_at is None or report.late(wanted.late_at))
        and (not wanted.public or (report.shown_to_everyone and report.merged_into is None))
        and (wanted.cell is None or report.cell == wanted.cell)
    }


def test_whatever_is_asked_for_a_list_holds_what_fits_and_each_once(
    install: Callable[..., Installation], draft: Callable[..., Draft], official: Callable[..., Actor], clock: object
) -> None:
    """All combinations of what a list can be narrowed by, against the plain meaning of the words."""
    installation = install()
    steps = (
        (), (Action.VERIFY,), (Action.VERIFY, Action.FORWARD), (Action.RETURN,), (Action.REJECT,),
        (Action.VERIFY, Action.FORWARD, Action.REPLY), (Action.VERIFY, Action.FORWARD, Action.REPLY, Action.CLOSE),
    )  # fmt: skip
    for count, done in enumerate(steps * 6):
        what = {
            "kind": ("waste", "road")[count % 2], "district": ("71.08.01", "71.08.02", "")[count % 3],
            "confidential": count % 5 == 0, "latitude": "0.5" if count % 2 else "", "longitude": "123.5" if count % 2 else "",
        }  # fmt: skip
        number = file_report(installation, draft(**what), key=new_key()).number
        for action in done:
            office = ("dinas-lh", "dinas-pupr")[count % 4 // 2]
            act(installation, official(), number, Order(action, text="Kata.", office=office, publish=count % 7 != 0))
        clock.move(hours=5)  # type: ignore[attr-defined]
    with store.reading(installation) as connection:
        everything = [Report.of(row) for row in connection.execute(select(model.report))]

        @given(WANTED, st.sampled_from([2, 5, 50]))
        @settings(max_examples=200, deadline=None)
        def holds(wanted: Wanted, size: int) -> None:
            seen: list[str] = []
            after = None
            while True:
                found = page(connection, wanted, after, size)
                seen += [report.number for report in found.reports]
                after = found.following
                if after is None:
                    break
            assert len(seen) == len(set(seen))
            assert set(seen) == _expected(everything, wanted)

        holds()


def test_the_public_sees_only_what_was_released(installation: Installation, file: File, do: Do) -> None:
    shown = do(file().number, Action.VERIFY, publish=True).number
    do(file().number, Action.VERIFY, publish=False)
    do(file(confidential=True).number, Action.VERIFY, publish=True)
    file()
    rejected = do(file().number, Action.VERIFY, publish=True).number
    do(rejected, Action.REJECT, text="Bukan kewenangan daerah.")

    assert _numbers(installation, Wanted(public=True)) == [shown]
