"""Whether a catalogue is new enough, by four dates and a rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from smartcity_share.catalogue.freshness import Freshness, judge
from smartcity_share.errors import CatalogueExpiredError, CatalogueInvalidError, Location

SIGNED = datetime(2026, 3, 1, tzinfo=UTC)
EXPIRES = SIGNED + timedelta(days=14)


def at(day: float, *, floor: float | None = None, signed: float | None = 0.0, copied_for: int | None = None) -> Freshness:
    """Judge so many days after the signing."""
    return judge(
        now=SIGNED + timedelta(days=day),
        floor=None if floor is None else SIGNED + timedelta(days=floor),
        signed_at=None if signed is None else SIGNED + timedelta(days=signed),
        expires=EXPIRES,
        most_stale=None if copied_for is None else timedelta(days=copied_for),
        where=Location("k"),
    )


def test_in_time_it_is_judged_now() -> None:
    found = at(13)
    assert (found.judged_at, found.age_days, found.notices) == (SIGNED + timedelta(days=13), 13, ())
    assert found.seen == found.present


@pytest.mark.parametrize("day", [14, 15, 400])
def test_out_of_time_a_server_is_refused_to_the_second(day: int) -> None:
    with pytest.raises(CatalogueExpiredError):
        at(day)
    assert at(14 - 1e-6).present < EXPIRES


def test_a_copy_is_judged_when_it_was_signed_and_only_that_moment_is_remembered() -> None:
    found = at(180, copied_for=180)
    assert (found.judged_at, found.seen, found.age_days) == (SIGNED, SIGNED, 180)
    with pytest.raises(CatalogueExpiredError, match="181 days ago; at most 180 days"):
        at(181, copied_for=180)


def test_a_copy_that_does_not_say_when_it_was_signed_must_be_in_time() -> None:
    assert at(1, signed=None, copied_for=180).age_days is None
    with pytest.raises(CatalogueExpiredError):
        at(15, signed=None, copied_for=180)


def test_what_is_known_to_have_passed_counts_where_the_clock_is_behind() -> None:
    assert at(-400).present == SIGNED
    assert at(-400, floor=10).age_days == 10
    with pytest.raises(CatalogueExpiredError):
        at(-400, floor=15)
    assert at(-400, floor=15, copied_for=180).age_days == 15


def test_a_clock_that_is_behind_by_a_day_is_told() -> None:
    assert at(-0.9).notices == ()
    assert "The clock of this machine says 2026-02-27" in at(-1.5).notices[0]


def test_a_timestamp_signed_after_its_end_is_none() -> None:
    with pytest.raises(CatalogueInvalidError, match="after it runs out"):
        at(0, signed=15)
