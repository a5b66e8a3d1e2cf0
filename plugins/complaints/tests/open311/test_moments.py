"""Moments are read strictly and never without a time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_complaints.open311.errors import UnreadableError
from smartcity_complaints.open311.moments import EARLIEST, LATEST, read_moment, shifted, write_moment

MAKASSAR = ZoneInfo("Asia/Makassar")
OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@pytest.mark.parametrize(
    ("text", "hour", "minute", "second"),
    [
        ("1994-11-05T08:15:30-05:00", 13, 15, 30),
        ("1994-11-05T13:15:30Z", 13, 15, 30),
        ("1994-11-05T13:15Z", 13, 15, 0),
        ("1994-11-05T13:15:30.25Z", 13, 15, 30),
        ("1994-11-05T21:15:30+08:00", 13, 15, 30),
    ],
)
def test_the_forms_of_the_w3c_note_are_read(text: str, hour: int, minute: int, second: int) -> None:
    found = read_moment(text)

    assert (found.hour, found.minute, found.second, found.tzinfo) == (hour, minute, second, UTC)


@pytest.mark.parametrize("text", ["2026-03-02T09:30:00", "2026-03-02T09:30", "2026-03-02T09:30:00.5"])
def test_a_moment_without_a_zone_is_refused_with_the_mend(text: str) -> None:
    with pytest.raises(UnreadableError, match=r"no time zone: add Z for UTC, or an offset such as \+08:00"):
        read_moment(text)


def test_a_plus_that_became_a_blank_is_named() -> None:
    with pytest.raises(UnreadableError, match="%2B"):
        read_moment("2026-03-02T09:30:00 08:00")


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02", "2026-03", "2026", "2026-03-02 09:30:00Z", "2026-3-2T9:30Z", "2026-03-02t09:30:00z", "now",
        "2026-03-02T09:30:00+0800", "2026-03-02T09:30:00+08", "2026-03-02T09Z", "2026-W10-1T09:30:00Z", "1772415000",
        " 2026-03-02T09:30:00Z", "2026-03-02T09:30:00Z\n", "\u0662026-03-02T09:30:00Z", "2026-03-02T09:30:00,5Z",
    ],
)  # fmt: skip
def test_another_form_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UnreadableError, match="2026-03-02T09:30:00"):
        read_moment(text)


@pytest.mark.parametrize(
    "text",
    ["2026-02-30T09:30:00Z", "2026-13-01T09:30:00Z", "2026-03-02T24:00:00Z", "2026-03-02T09:60Z", "2026-03-02T09:30:00+24:00"],
)
def test_a_moment_on_no_calendar_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match="no calendar"):
        read_moment(text)


@given(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1), timezones=OFFSETS))  # noqa: DTZ001
def test_every_aware_moment_is_read_as_what_it_is(moment: datetime) -> None:
    assert read_moment(moment.isoformat()) == moment


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = read_moment(text)
    except UnreadableError:
        return
    assert found.tzinfo is UTC


def test_a_moment_beyond_the_calendar_by_its_offset_is_the_last_there_is() -> None:
    assert read_moment("9999-12-31T23:59:59-14:00") == LATEST
    assert read_moment("0001-01-01T00:00:00+14:00") == EARLIEST
    assert shifted(LATEST, timedelta(days=90)) == LATEST
    assert shifted(EARLIEST, timedelta(days=-90)) == EARLIEST


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_what_is_written_has_an_offset_and_is_read_again_to_the_second(moment: datetime) -> None:
    written = write_moment(moment, MAKASSAR)

    assert written.endswith("+08:00")
    assert read_moment(written) == moment.replace(microsecond=0)
