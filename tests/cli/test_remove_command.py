"""``smartcity remove`` exports first, and asks before anything goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli

WORDS = ("remove", "parks", "--region", "71.08")


def test_an_app_is_removed_after_its_export(cli: Cli, installed: Path, tmp_path: Path) -> None:
    ran = cli(*WORDS, "--export", tmp_path / "out", "--yes", "--basis", "SK 9")
    assert (ran.code, ran.out) == (0, f"Removed parks from 71.08; its data are in {tmp_path / 'out'}\n")
    assert (tmp_path / "out" / "tables" / "park.csv").is_file()
    assert not (installed / "installations" / "71.08").exists()
    assert cli("status", "--json").json["installations"] == []


def test_the_plan_is_shown_and_nothing_is_changed(cli: Cli, installed: Path, tmp_path: Path) -> None:
    ran = cli(*WORDS, "--export", tmp_path / "out", "--plan")
    assert "2. export every table, file and setting" in ran.out
    assert cli(*WORDS, "--export", tmp_path / "out", "--plan", "--json").json["kind"] == "remove"
    assert not (tmp_path / "out").exists()
    assert (installed / "installations" / "71.08" / "parks" / "data.sqlite").is_file()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (WORDS, 2, "--export DIR"),
        ((*WORDS, "--export", "out", "--no-export"), 2, "exclude each other"),
        ((*WORDS, "--no-export"), 2, "Nobody is here to confirm"),
        (("remove", "zoo", "--region", "71.08", "--no-export", "--yes"), 1, "not installed"),
        ((*WORDS, "--export", "..", "--yes"), 1, "is not an empty folder"),
    ],
)
def test_what_is_not_said_clearly_removes_nothing(
    cli: Cli, installed: Path, words: tuple[str, ...], code: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(installed)
    ran = cli(*words)
    assert ran.code == code
    assert told in ran.err
    assert (installed / "installations" / "71.08" / "parks" / "data.sqlite").is_file()


def test_without_an_export_everything_goes(cli: Cli, installed: Path) -> None:
    assert cli(*WORDS, "--no-export", "--yes").code == 0
    assert list((installed / "secrets").iterdir()) == list((installed / "installations").iterdir()) == []
