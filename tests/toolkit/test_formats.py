"""Dates, times and numbers are shown in the reader's language and the region's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from jinja2 import DictLoader

from smartcity_share.toolkit.formats import (
    babel_locale,
    format_amount,
    format_day,
    format_moment,
    format_number,
    language_name,
    machine_time,
)
from smartcity_share.toolkit.pages import Pages
from tests.toolkit.frames import scope

LATE = datetime(2026, 7, 27, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "zone", "expected"),
    [
        ("id", "Asia/Jakarta", "28 Jul 2026, 00.30 WIB"),
        ("id", "Asia/Makassar", "28 Jul 2026, 01.30 WITA"),
        ("id", "Asia/Jayapura", "28 Jul 2026, 02.30 WIT"),
        ("en", "Asia/Jayapura", "28 Jul 2026, 02:30 WIT"),
    ],
)
def test_a_moment_is_told_in_the_zone_of_the_region(language: str, zone: str, expected: str) -> None:
    assert format_moment(LATE, language, zone) == expected


def test_the_day_of_a_moment_is_the_day_in_the_region() -> None:
    assert format_day(LATE, "id", "Asia/Jakarta") == "28 Juli 2026"
    assert format_day(LATE, "id", "UTC") == "27 Juli 2026"
    assert format_day(date(2026, 8, 17), "en", "Asia/Jakarta", "full") == "Monday, 17 August 2026"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        format_moment(LATE.replace(tzinfo=None), "id", "Asia/Jakarta")


def test_nothing_is_shown_as_nothing() -> None:
    assert format_day(None, "id", "UTC") == format_moment(None, "id", "UTC") == format_number(None, "id") == ""
    assert format_amount(None, "IDR", "id") == ""


def test_numbers_have_the_separators_of_the_language() -> None:
    assert format_number(1234567.5, "id") == "1.234.567,5"
    assert format_number(Decimal("1234567.5"), "en") == "1,234,567.5"


@pytest.mark.parametrize(
    ("amount", "expected"), [(1500000, "Rp1.500.000"), (Decimal("12.50"), "Rp12,50"), (0, "Rp0"), (Decimal(-5), "-Rp5")]
)
def test_whole_amounts_have_no_decimals(amount: Decimal, expected: str) -> None:
    assert format_amount(amount, "IDR", "id").replace("\xa0", "") == expected


def test_an_unknown_language_is_formatted_as_english() -> None:
    assert str(babel_locale("xx-unknown")) == "en_GB"
    assert language_name("xx-unknown") == "Xx-unknown"
    assert language_name("id") == "Indonesia"


def test_a_moment_for_machines_is_in_utc() -> None:
    assert machine_time(LATE) == "2026-07-27T17:30:00+00:00"
    assert machine_time(date(2026, 7, 27)) == "2026-07-27"


def test_the_filters_of_templates_know_language_and_zone_of_the_frame() -> None:
    pages = Pages("smartcity_share.toolkit")
    source = (
        "{{ at|localdate }} / {{ at|localtime }} / {{ 1234.5|number }} / {{ 2000|currency }} / {{ names|text }}"
        " / {{ at|localdate('short') }}"
    )
    pages.environment.loader = DictLoader({"t.html": source})
    drawn = pages.text(scope(), "t.html", {"at": LATE, "names": {"id": "Nama", "en": "Name"}})
    assert drawn.replace("\xa0", "") == "28 Juli 2026 / 28 Jul 2026, 01.30 WITA / 1.234,5 / Rp2.000 / Nama / 28/07/26"
    english = pages.text(scope(language="en"), "t.html", {"at": LATE, "names": {"id": "Nama", "en": "Name"}})
    assert english.startswith("28 July 2026 / 28 Jul 2026, 01:30 WITA / 1,234.5 / IDR")
