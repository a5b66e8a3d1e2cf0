"""Counts kept with every change are those that counting all reports gives."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from smartcity_complaints import store, upkeep
from smartcity_complaints.derived import posting, reply_time, spelling, spot, tally, term
from smartcity_complaints.draft import Draft
from smartcity_complaints.errors import ComplaintsError
from smartcity_complaints.filing import file_report, new_key
from smartcity_complaints.handling import Order, act
from smartcity_complaints.places import metres_between, rounded, square_numbered, square_of
from smartcity_complaints.summaries import tenths
from smartcity_complaints.workflow import STEPS
from smartcity_share import Actor, Installation

KINDS = ("waste", "road", "water")
OFFICES = ("dinas-lh", "dinas-pupr")


def _derived(installation: Installation) -> dict[str, object]:
    """Everything that follows from the reports, without ids and without counts of nothing."""
    with store.reading(installation) as connection:
        words = {row.id: row.word for row in connection.execute(select(term))}
        return {
            "words": sorted((row.word, row.reports) for row in connection.execute(select(term))),
            "postings": sorted((words[term_id], report) for term_id, report in connection.execute(select(posting))),
            "forms": sorted((form, words[term_id]) for form, term_id in connection.execute(select(spelling))),
            "tally": sorted(tuple(row) for row in connection.execute(select(tally)) if row.count),
            "times": sorted(tuple(row) for row in connection.execute(select(reply_time)) if row.count),
            "spots": sorted(tuple(row) for row in connection.execute(select(spot)) if row.shown),
        }


@pytest.mark.parametrize("seed", [0, 1, 2, 4])
def test_after_any_steps_the_counts_are_those_made_anew(
    installation: Installation, draft: Callable[..., Draft], official: Callable[..., Actor], clock: object, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test
    districts = ["", *(district.code for district in installation.region.districts[:3])]
    numbers: list[str] = []
    for _ in range(700):
        clock.move(hours=chance.randrange(1, 60))  # type: ignore[attr-defined]
        if len(numbers) < 12 or chance.random() < 0.02:
            where = chance.random() < 0.9
            filed = file_report(
                installation,
                draft(
                    kind=chance.choice(KINDS),
                    district=chance.choice(districts),
                    text=f"Masalah {chance.choice(['sampah', 'jalan', 'lampu'])} di titik {chance.randrange(99)}",
                    latitude=f"{0.9 + chance.random() / 20:.6f}" if where else "",
                    longitude=f"{123.4 + chance.random() / 20:.6f}" if where else "",
                    confidential=chance.random() < 0.1,
                ),
                key=new_key(),
            )
            numbers.append(filed.number)
        order = Order(chance.choice(STEPS).action, text="Kata.", office=chance.choice(OFFICES), publish=chance.random() < 0.9)
        try:
            act(installation, official(), chance.choice(numbers), order)
        except ComplaintsError:
            continue
    kept = _derived(installation)

    assert upkeep.rebuild(installation) == len(numbers)
    assert _derived(installation) == kept
    assert kept["spots"]
    assert kept["times"]
    assert upkeep.rebuild(installation) == len(numbers)


def test_a_square_has_a_number_and_holds_its_point() -> None:
    square = square_of(-6.9147, 107.6098)

    assert square_numbered(square.cell) == square
    assert square.south <= -6.9147 < square.south + 0.01
    assert square.west <= 107.6098 < square.west + 0.01


@pytest.mark.parametrize(("latitude", "longitude"), [(-90.0, -180.0), (90.0, 180.0), (0.0, 0.0), (-0.001, 179.999)])
def test_the_corners_of_the_world_have_squares_of_their_own(latitude: float, longitude: float) -> None:
    square = square_of(latitude, longitude)

    assert square_numbered(square.cell) == square


def test_distances_and_rounding_are_those_of_the_earth() -> None:
    assert metres_between((0.0, 100.0), (0.0, 101.0)) == pytest.approx(111_195, abs=10)
    assert metres_between((-6.9, 107.6), (-6.9, 107.6)) == 0
    assert rounded(-6.914744) == -6.915


def test_time_is_counted_in_tenths_of_days() -> None:
    assert [tenths(timedelta(hours=hours)) for hours in (-5, 0, 1, 2, 24, 60)] == [0, 0, 0, 1, 10, 25]
