"""What is near, recent and alike in words is shown, with the reasons; what is confidential is shown to nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_complaints import store
from smartcity_complaints.alike import SPAN, Trace, likeness
from smartcity_complaints.draft import Draft
from smartcity_complaints.filing import Filed, file_report, new_key
from smartcity_complaints.handling import hand_of
from smartcity_complaints.lookalikes import MOST_SHOWN, alike_for, public_alike
from smartcity_complaints.records import Report
from smartcity_complaints.workflow import Action
from smartcity_share import Actor, Installation

File = Callable[..., Filed]
Do = Callable[..., Report]
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HEAP = Trace("waste", "Sampah menumpuk di depan pasar, bau sekali.", "Depan Pasar Sentral", "71.08.01", (0.912, 123.412), NOW)

points = st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180))
traces = st.builds(
    Trace,
    kind=st.sampled_from(["waste", "road"]),
    text=st.text(max_size=60),
    place=st.text(max_size=30),
    district=st.sampled_from(["", "a", "b"]),
    point=points,
    at=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - with the zone
)


@given(traces, traces)
def test_likeness_is_a_share_of_a_hundred_the_same_both_ways(one: Trace, other: Trace) -> None:
    found = likeness(one, other)

    assert 0 <= found.score <= 100
    assert found == likeness(other, one)


def test_the_same_report_is_wholly_alike_and_says_why() -> None:
    found = likeness(HEAP, HEAP)

    assert (found.score, found.metres, found.words, found.same_kind, found.same_district) == (100, 0.0, 100, True, True)
    assert found.alike


@pytest.mark.parametrize(
    ("change", "alike"),
    [
        ({"text": "Tumpukan sampah di depan pasar berbau"}, True),
        ({"text": "smpah menumpuk dpn pasar", "at": NOW + timedelta(days=4)}, True),
        ({"point": None, "text": "Sampah menumpuk di pasar"}, True),
        ({"point": None, "district": "", "text": "Sampah menumpuk di pasar"}, True),
        ({"text": "Lampu jalan padam sejak kemarin malam"}, False),
        ({"point": (0.95, 123.5)}, False),
        ({"point": None, "district": "71.08.02"}, False),
        ({"at": NOW + SPAN}, False),
        ({"text": ""}, False),
        ({"kind": "road", "point": (0.9145, 123.412), "at": NOW + timedelta(days=20)}, False),
    ],
    ids=[
        "words",
        "slips",
        "district",
        "place",
        "other words",
        "far",
        "other district",
        "long ago",
        "no words",
        "little of all",
    ],
)
def test_what_is_alike(change: dict[str, object], alike: bool) -> None:
    assert likeness(HEAP, attrs.evolve(HEAP, **change)).alike is alike


def test_being_farther_or_later_is_never_more_alike() -> None:
    scores = [likeness(HEAP, attrs.evolve(HEAP, point=(0.912 + step / 1000, 123.412))).score for step in range(8)]
    later = [likeness(HEAP, attrs.evolve(HEAP, at=NOW + timedelta(days=days))).score for days in range(35)]

    assert scores == sorted(scores, reverse=True)
    assert later == sorted(later, reverse=True)
    assert later[-1] == 0


@pytest.fixture
def shown(file: File, do: Do) -> Callable[..., str]:
    """File and release reports: ``shown(text="…")``."""

    def make(*, publish: bool = True, **changes: object) -> str:
        return do(file(**changes).number, Action.VERIFY, publish=publish).number

    return make


def test_the_reporter_is_shown_what_everyone_may_see_and_is_being_handled(
    installation: Installation, draft: Callable[..., Draft], shown: Callable[..., str], file: File, do: Do, clock: object
) -> None:
    number = shown()
    file()
    shown(publish=False)
    shown(confidential=True)
    closed = shown()
    do(closed, Action.REPLY, text="Sudah.")
    do(closed, Action.CLOSE)
    shown(text="Lampu jalan padam sejak kemarin malam.")
    found = public_alike(installation, draft(place="Depan pasar"))

    assert [entry.report.number for entry in found] == [number]
    assert found[0].likeness.alike
    clock.move(days=31)  # type: ignore[attr-defined]
    assert public_alike(installation, draft()) == ()


def test_without_a_public_list_nothing_is_shown_to_the_reporter(
    install: Callable[..., Installation], draft: Callable[..., Draft]
) -> None:
    closed = install(public_list=False)
    file_report(closed, draft(), key=new_key())

    assert public_alike(closed, draft()) == ()


def test_coordinates_find_what_is_near_in_another_district(
    installation: Installation, draft: Callable[..., Draft], shown: Callable[..., str]
) -> None:
    """A square of the map and those around it are looked at: the two lie on two sides of the edge of one."""
    here = {"latitude": "0.9099", "longitude": "123.4099"}
    number = shown(district="71.08.01", **here)
    shown(district="71.08.01", latitude="0.99", longitude="123.6")

    found = public_alike(installation, draft(district="71.08.02", latitude="0.9101", longitude="123.4101"))
    assert [entry.report.number for entry in found] == [number]
    assert found[0].likeness.metres is not None
    assert 20 < found[0].likeness.metres < 40


def test_only_the_likest_are_shown(installation: Installation, draft: Callable[..., Draft], shown: Callable[..., str]) -> None:
    for _ in range(MOST_SHOWN + 2):
        shown()
    best = shown(text="Sampah menumpuk di depan pasar sejak tiga hari, belum diangkut.")
    found = public_alike(installation, draft(text="Sampah menumpuk di depan pasar sejak tiga hari, belum diangkut."))

    assert len(found) == MOST_SHOWN
    assert found[0].report.number == best


def test_an_official_is_shown_what_is_theirs_to_see(
    installation: Installation, file: File, do: Do, official: Callable[..., Actor]
) -> None:
    first = do(file().number, Action.VERIFY)
    secret = file(confidential=True).number
    other = do(file().number, Action.VERIFY).number
    do(other, Action.FORWARD, office="dinas-lh")
    with store.reading(installation) as connection:
        everything = alike_for(connection, first, hand_of(official()))
        own = alike_for(connection, first, hand_of(official("office-officer", office="dinas-lh")))

    assert {entry.report.number for entry in everything} == {secret, other}
    assert {entry.report.number for entry in own} == {other}
