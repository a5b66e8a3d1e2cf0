"""While a rollout runs, a terminal shows a bar and the last regions; a file gets a line for each region that ended."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from smartcity_share.cli import show_rollout
from smartcity_share.cli.show_rollout import SHOWN, telling_regions
from smartcity_share.install.rollouts.records import RegionOutcome, RegionState

NOW = datetime(2026, 3, 2, tzinfo=UTC)
FAULT = "column exists [SQL: ALTER TABLE [/garden] ADD area] [parameters: ()] (see [bold]docs[/nothing])"


def outcomes(number: int) -> tuple[RegionOutcome, RegionOutcome]:
    state, fault = (RegionState.FAILED, FAULT) if number == SHOWN else (RegionState.DONE, "")
    begun = RegionOutcome(f"11.{number:02}", 1, RegionState.WAITING, "1.0")
    return begun, RegionOutcome(f"11.{number:02}", 1, state, "1.0", fault=fault, seconds=1.5, at=NOW)


def shown(total: int) -> None:
    with telling_regions(as_json=False, total=total) as watch:
        for number in range(total):
            for one in outcomes(number):
                watch(one)


def test_a_terminal_shows_a_bar_and_the_last_regions_with_their_errors_as_they_are(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(show_rollout, "is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "200")
    shown(SHOWN + 3)
    err = capsys.readouterr().err
    assert f"{SHOWN + 3}/{SHOWN + 3}" in err
    assert f"failed: {FAULT}" in " ".join(err.split())
    assert "11.14" in err
    assert "11.00" not in err


def test_a_file_gets_a_line_for_each_region(capsys: pytest.CaptureFixture[str]) -> None:
    shown(SHOWN + 1)
    out = capsys.readouterr().out.splitlines()
    assert (len(out), out[0], out[-1]) == (SHOWN + 1, "  11.00  1.5 s", f"  11.{SHOWN}  failed: {FAULT}")
