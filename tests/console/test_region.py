"""The region profile in the console, with what needs attention today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from tests.console.conftest import NORTH, Clock, Town
from tests.toolkit.markup import faults_of, parse

PAGE = f"/{NORTH}/_/konsol/wilayah/"


def test_facts_officials_offices_and_coming_holidays_are_shown(town: Town) -> None:
    text = parse(town.signed_in("admin").get(PAGE).text).text
    profile = town.instance.profile(NORTH)
    for fact in (
        "71.08",
        "Asia/Makassar",
        "Peraturan Bupati",
        "Kecamatan",
        profile.offices[0].email,
        profile.districts[0].name,
    ):
        assert fact is not None
        assert fact in text
    assert "Profil tidak bermasalah." in text
    coming = min(holiday.date for holiday in profile.holidays if holiday.date > town.clock().date())
    assert str(coming.year) in text


def test_an_expired_signatory_is_named_with_the_mend(make_town: Callable[..., Town]) -> None:
    town = make_town()
    town.clock.moment = datetime(2040, 1, 1, tzinfo=UTC)
    html = town.signed_in("admin").get(PAGE).text
    assert faults_of(html) == []
    text = parse(html).text
    assert "signed by nobody" in text
    assert "Add the successor" in text
    assert "profile.toml" in text
    assert "Masa jabatan berakhir" in text


def test_the_day_is_the_day_in_the_region(make_town: Callable[..., Town]) -> None:
    town = make_town(clock=Clock(datetime(2026, 8, 16, 17, 0, tzinfo=UTC)))  # the 17th at one in the morning there
    assert "17 Agustus 2026" in town.signed_in("admin").get(PAGE).text
    town.clock.moment = datetime(2026, 8, 17, 17, 0, tzinfo=UTC)
    assert "17 Agustus 2026" not in town.signed_in("admin", login="budi").get(PAGE).text
