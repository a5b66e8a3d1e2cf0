"""Lists: a page at a time by key, narrowed as asked, nothing shown to people it is not for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_complaints import store
from smartcity_complaints.filing import Filed
from smartcity_complaints.listing import Wanted, _read_key, page, tally
from smartcity_complaints.records import Report
from smartcity_complaints.workflow import Action, State
from smartcity_share import Installation

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
    assert _numbers(installation, Wanted(words="%")) == [road]
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


def test_the_public_sees_only_what_was_released(installation: Installation, file: File, do: Do) -> None:
    shown = do(file().number, Action.VERIFY, publish=True).number
    do(file().number, Action.VERIFY, publish=False)
    do(file(confidential=True).number, Action.VERIFY, publish=True)
    file()
    rejected = do(file().number, Action.VERIFY, publish=True).number
    do(rejected, Action.REJECT, text="Bukan kewenangan daerah.")

    assert _numbers(installation, Wanted(public=True)) == [shown]
