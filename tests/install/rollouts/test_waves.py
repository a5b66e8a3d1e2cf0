"""Regions are shared out among waves: everybody in one, the pilots first, as many as was said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_share.install.rollouts.waves import DEFAULT_SHARES, plan_waves, wave_faults

_codes = st.sets(st.integers(1100, 9999).map(lambda number: f"{number // 100}.{number % 100:02d}"), min_size=1, max_size=60)
_shares = st.lists(st.floats(1, 99), unique=True, max_size=4).map(lambda found: [*sorted(found), 100.0])


def test_a_pilot_then_a_share_then_the_rest() -> None:
    codes = [f"11.{number:02d}" for number in range(40)]
    waves = plan_waves(codes, ["11.07", "11.30"])
    assert [len(wave) for wave in waves] == [2, 8, 30]
    assert waves[0] == ("11.07", "11.30")
    assert [len(wave) for wave in plan_waves(codes)] == [1, 1, 8, 30]


@given(_codes, _shares, st.data())
def test_every_region_is_in_one_wave_and_no_wave_is_empty(codes: set[str], shares: list[float], data: st.DataObject) -> None:
    pilots = data.draw(st.lists(st.sampled_from(sorted(codes)), max_size=3))
    waves = plan_waves(codes, pilots, shares)
    assert sorted(code for wave in waves for code in wave) == sorted(codes)
    assert all(waves)
    begun = len(waves[0])
    assert set(pilots) <= set(waves[0])
    for wave in waves[1:]:
        begun += len(wave)
    assert begun == len(codes)


@pytest.mark.parametrize("shares", [(), (5, 50), (50, 5, 100), (100, 100), (0, 100)])
def test_shares_that_do_not_rise_to_everybody_are_refused(shares: tuple[float, ...]) -> None:
    (fault,) = wave_faults(["11.01"], (), shares)
    assert (fault.code, "--share 100" in fault.mend) == ("rollout-shares-invalid", True)


def test_a_pilot_without_the_app_is_refused_with_the_one_that_was_meant() -> None:
    (fault,) = wave_faults(["71.08", "73.71"], ("71.80",), DEFAULT_SHARES)
    assert (fault.code, "71.08" in fault.mend) == ("rollout-pilot-unknown", True)
