"""``smartcity configure`` shows old and new, and changes nothing where every value is there already."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from tests.cli.conftest import Cli

WORDS = ("configure", "parks", "--region", "71.08")


def test_a_change_is_told_with_old_and_new(cli: Cli, installed: Path) -> None:
    ran = cli(*WORDS, "--set", "opening_hour=9", "--set", "texts.en=Hi", "--basis", "SK 2", "--plan")
    assert "  opening_hour: 7 → 9" in ran.out
    assert '  texts: {"id": "Selamat datang"} → {"id": "Selamat datang", "en": "Hi"}' in ran.out
    ran = cli(*WORDS, "--set", "opening_hour=9", "--basis", "SK 2")
    assert (ran.code, ran.out) == (0, "Changed opening_hour of parks in 71.08\n")
    assert installed.is_dir()


def test_a_value_that_is_there_already_changes_nothing(cli: Cli, installed: Path) -> None:
    ran = cli(*WORDS, "--set", "public_name=Taman Kota", "--json")
    assert (ran.code, ran.json["changed"], ran.json["operation"], ran.json["steps"]) == (0, False, None, [])
    assert "Nothing to change" in cli(*WORDS, "--set", "public_name=Taman Kota").out
    assert installed.is_dir()


def test_every_setting_is_listed_with_its_provenance_and_no_secret(cli: Cli, installed: Path) -> None:
    ran = cli(*WORDS, "--list", "--json")
    rows = {row["key"]: row for row in ran.json["settings"]}
    assert (rows["public_name"]["set_by"], rows["public_name"]["basis"]) == ("Petugas", "SK 1")
    assert (rows["opening_hour"]["value"], rows["opening_hour"]["is_set"]) == (7, False)
    assert (rows["token"]["secret"], rows["token"]["is_set"], rows["token"]["value"]) == (True, True, None)
    table = cli(*WORDS, "--list").out
    assert "7 (default)" in table
    assert "(set)" in table
    assert "marker-1" not in table + ran.out
    assert installed.is_dir()


def test_a_value_is_taken_away(cli: Cli, installed: Path) -> None:
    assert cli(*WORDS, "--unset", "token").code == 0
    assert not (installed / "secrets" / "71.08").exists()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (WORDS, 2, "Nothing is asked for"),
        ((*WORDS, "--set", "hour=9"), 1, "`hour` is not a known key"),
        ((*WORDS, "--set", "hour"), 1, "This is not KEY=VALUE"),
        ((*WORDS, "--unset", "hour"), 1, "`hour` is not a known key"),
        ((*WORDS, "--set", "public_name=sick"), 1, "the park is closed"),
        (("configure", "park", "--region", "71.08", "--list"), 1, "Did you mean `parks`?"),
        (("configure", "parks", "--region", "13.10", "--list"), 1, "is not installed in region 13.10"),
    ],
)
def test_what_cannot_be_is_told_with_the_mend(cli: Cli, installed: Path, words: tuple[str, ...], code: int, told: str) -> None:
    ran = cli(*words)
    assert ran.code == code
    assert told in ran.err
    assert "hint:" in ran.err
    assert installed.is_dir()


def test_the_wizard_offers_what_is_stored(cli: Cli, installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def typed(text: str, default: object = None, **_: object) -> str:
        asked.append((text.strip(), default))
        return "10" if "opening_hour" in text else str(default)

    monkeypatch.setattr(click, "prompt", typed)
    ran = cli(*WORDS, "--wizard", "--json")
    assert ran.code == 0
    assert ("public_name", "Taman Kota") in asked
    assert [change["key"] for change in ran.json["settings"]] == ["opening_hour"]
    assert installed.is_dir()
