"""A rollout stops by its rule, and never for less."""

from __future__ import annotations

import pytest

from smartcity_share.install.rollouts.gate import current_wave, reason_to_stop
from smartcity_share.install.rollouts.records import RegionOutcome, RegionState, StopRule

RULE = StopRule(most_failed=3, most_share=20.0)


def wave_of(done: int, failed: int, waiting: int = 0, *, wave: int = 1) -> list[RegionOutcome]:
    states = [RegionState.DONE] * done + [RegionState.FAILED] * failed + [RegionState.WAITING] * waiting
    return [RegionOutcome(f"11.{number:02d}", wave, state, "1.0") for number, state in enumerate(states)]


@pytest.mark.parametrize(
    ("done", "failed", "stops"),
    [(0, 0, False), (1, 1, False), (0, 3, False), (0, 4, True), (7, 2, False), (8, 2, False), (7, 3, True), (496, 3, False)],
)
def test_the_rule(done: int, failed: int, stops: bool) -> None:
    assert bool(reason_to_stop(wave_of(done, failed, 5), 1, RULE)) is stops


def test_the_reason_names_the_regions_and_the_rule() -> None:
    assert reason_to_stop(wave_of(9, 4), 1, RULE) == "4 regions of wave 2 failed (11.09, 11.10, 11.11, 11.12); at most 3 may"


def test_failures_of_another_wave_do_not_count() -> None:
    assert reason_to_stop([*wave_of(1, 9, wave=0), *wave_of(5, 1)], 1, RULE) == ""


def test_pilots_that_all_fail_stop_it() -> None:
    assert "No pilot region" in reason_to_stop(wave_of(0, 1, wave=0), 0, RULE)
    assert reason_to_stop(wave_of(1, 1, wave=0), 0, RULE) == ""


def test_a_pilot_that_fails_keeps_no_other_pilot_from_its_turn() -> None:
    assert reason_to_stop(wave_of(0, 1, 1, wave=0), 0, RULE) == ""
    assert reason_to_stop(wave_of(0, 2, 1, wave=0), 0, RULE) == ""
    assert "No pilot region" in reason_to_stop(wave_of(0, 2, wave=0), 0, RULE)
    assert "at most 3 may" in reason_to_stop(wave_of(0, 4, 1, wave=0), 0, RULE)


def test_the_current_wave_is_the_first_somebody_waits_in() -> None:
    assert current_wave([*wave_of(2, 0, wave=0), *wave_of(0, 0, 2), *wave_of(0, 0, 1, wave=2)]) == 1
    assert current_wave(wave_of(3, 1)) is None
