"""``smartcity remove`` exports first, and asks before anything goes; what is erased was signed off."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli

WORDS = ("remove", "parks", "--region", "71.08")


def test_an_app_is_removed_after_its_export(cli: Cli, installed: Path, tmp_path: Path) -> None:
    ran = cli(*WORDS, "--export", tmp_path / "out", "--yes", "--basis", "SK 9")
    assert ran.code == 0
    assert ran.out == (
        f"Removed parks from 71.08; its data are kept aside, and exported to {tmp_path / 'out'}\n"
        "  smartcity remove parks --region 71.08 --erase --signed-off-by NAME    (or --cancel)\n"
    )
    assert (tmp_path / "out" / "tables" / "park.csv").is_file()
    assert [one["state"] for one in cli("status", "--json").json["installations"]] == ["removed"]


def test_a_removed_app_is_brought_back(cli: Cli, installed: Path, tmp_path: Path) -> None:
    assert cli(*WORDS, "--export", tmp_path / "out", "--yes").code == 0
    assert "1. its data wait to be erased no longer" in cli(*WORDS, "--cancel", "--plan").out
    assert cli(*WORDS, "--cancel", "--yes").out == "parks is back in 71.08\n"
    assert [one["state"] for one in cli("status", "--json").json["installations"]] == ["active"]
    assert cli(*WORDS, "--cancel", "--yes").code == 1


def test_a_removed_app_is_erased_when_somebody_signs_it_off(cli: Cli, installed: Path, tmp_path: Path) -> None:
    assert cli(*WORDS, "--export", tmp_path / "out", "--yes").code == 0
    words = (*WORDS, "--erase", "--signed-off-by", "Sekretaris Daerah", "--basis", "SK 11")
    assert "note: there is no way back once it has begun to erase" in cli(*words, "--plan").out
    ran = cli(*words, "--yes")
    assert ran.code == 0
    assert "signed off by Sekretaris Daerah. The report is in deletions/71.08/parks-" in ran.out
    assert not (installed / "installations" / "71.08").exists()
    assert cli("status", "--json").json["installations"] == []
    kinds = [one["kind"] for one in cli("history", "--json").json["operations"]]
    assert sorted(kinds) == ["erase", "install", "remove"]


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
        ((*WORDS, "--erase", "--yes"), 2, "signed off by somebody"),
        ((*WORDS, "--erase", "--signed-off-by", "A", "--yes"), 1, "is active in 71.08"),
        ((*WORDS, "--erase", "--signed-off-by", "A", "--no-export"), 2, "exclude each other"),
        ((*WORDS, "--signed-off-by", "A", "--export", "out"), 2, "goes with --erase"),
        ((*WORDS, "--cancel", "--erase"), 2, "--cancel goes with none of"),
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
    assert cli(*WORDS, "--erase", "--signed-off-by", "Sekretaris Daerah", "--yes").code == 0
    assert list((installed / "secrets").iterdir()) == list((installed / "installations").iterdir()) == []
