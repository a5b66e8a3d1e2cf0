"""A schedule is five fields cron understands, and one that comes true some day."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_share.manifest.schedule import fault_of


@pytest.mark.parametrize(
    "schedule",
    [
        "* * * * *",
        "0 3 * * *",
        "*/15 6-18/2 1,15,31 jan-jun,dec mon-fri",
        "5/10 0 * * SUN",
        "0 0 * * 7",
        "0 0 29 2 *",
        "0 0 31 2 mon",
        "0 0 30 2,3 *",
        "  0  3 * *   * ",
    ],
)
def test_a_schedule_cron_understands_has_no_fault(schedule: str) -> None:
    assert fault_of(schedule) is None


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ("0 3 * *", "five fields, this one has 4"),
        ("@daily", "five fields, this one has 1"),
        ("60 * * * *", "minute `60` is not between 0 and 59"),
        ("* 24 * * *", "hour `24` is not between 0 and 23"),
        ("* * 0 * *", "day of the month `0`"),
        ("* * * 13 *", "month `13`"),
        ("* * * mon *", "month `mon`"),
        ("* * * * 8", "day of the week `8`"),
        ("* * * * jan", "day of the week `jan`"),
        ("a * * * *", "no number, range or step"),
        ("1, * * * *", "no number, range or step"),
        ("*-3 * * * *", "no number, range or step"),
        ("-1 * * * *", "no number, range or step"),
        ("9-3 * * * *", "runs backwards"),
        ("*/0 * * * *", "step of the minute `*/0` is 0"),
        ("0 0 30 feb *", "never run"),
        ("0 0 31 4,6,9,11 *", "never run"),
    ],
)
def test_a_schedule_that_is_none_says_which_field_is_wrong(schedule: str, words: str) -> None:
    assert words in (fault_of(schedule) or "")


@given(st.text() | st.text("0123456789*/-, janmo", max_size=30))
def test_any_text_is_judged(schedule: str) -> None:
    assert fault_of(schedule) is None or fault_of(schedule)
