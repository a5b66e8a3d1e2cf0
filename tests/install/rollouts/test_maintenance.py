"""A region is changed within its window and on days that are not frozen, in its own time."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from smartcity_share.errors import InstanceConfigError
from smartcity_share.install import Instance
from smartcity_share.install.maintenance import Freeze, Maintenance, closed

WIB, WIT = "Asia/Jakarta", "Asia/Jayapura"


@pytest.mark.parametrize(
    ("window", "hour", "is_open"),
    [
        ("00:00-00:00", 12, True),
        ("20:00-04:00", 13, True),  # 20:00 in Jakarta
        ("20:00-04:00", 12, False),
        ("20:00-04:00", 20, True),  # 03:00
        ("20:00-04:00", 21, False),  # 04:00
        ("01:00-02:00", 18, True),  # 01:00
        ("01:00-02:00", 19, False),
    ],
)
def test_a_window_is_in_the_time_of_the_region(window: str, hour: int, is_open: bool) -> None:
    why = closed(Maintenance(window=window), "71.08", WIB, datetime(2026, 3, 2, hour, tzinfo=UTC))
    assert (why == "") is is_open
    assert is_open or window in why


def test_a_region_may_have_a_window_of_its_own() -> None:
    maintenance = Maintenance(window="20:00-04:00", regions={"91.71": "10:00-12:00"})
    moment = datetime(2026, 3, 2, 2, tzinfo=UTC)  # 11:00 in Jayapura, 09:00 in Jakarta
    assert closed(maintenance, "91.71", WIT, moment) == ""
    assert closed(maintenance, "71.08", WIB, moment) != ""


def test_nothing_is_changed_on_frozen_days_and_the_reason_is_said() -> None:
    freeze = Freeze(first=date(2026, 3, 2), last=date(2026, 3, 3), why="Pilkada")
    for day, hour, is_open in (
        (1, 16, True),
        (1, 17, False),
        (3, 16, False),
        (3, 17, True),
    ):  # midnight in Jakarta is 17:00 UTC
        why = closed(Maintenance(freeze=(freeze,)), "71.08", WIB, datetime(2026, 3, day, hour, tzinfo=UTC))
        assert (why == "") is is_open
        assert is_open or ("2026-03-03" in why and "Pilkada" in why)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('window = "8pm"', "value-invalid"),
        ('window = "24:00-25:00"', "value-invalid"),
        ('freeze = [{ first = 2026-03-03, last = 2026-03-02, why = "x" }]', "freeze-reversed"),
        ("freeze = [{ first = 2026-03-03, last = 2026-03-04 }]", "key-missing"),
        ('days = "mon"', "key-unknown"),
    ],
)
def test_a_fault_in_the_table_is_told_with_its_place(instance: Instance, text: str, code: str) -> None:
    path = instance.layout.config
    path.write_text(path.read_text("utf-8").replace("[maintenance]", f"[maintenance]\n{text}"), "utf-8")
    with pytest.raises(InstanceConfigError) as caught:
        Instance.open(instance.folder)
    (fault,) = caught.value.faults
    assert fault.code == code
    assert fault.where.line is not None
