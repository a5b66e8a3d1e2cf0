"""``smartcity backup`` writes one file and tells what is in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyrage import x25519

from tests.cli.conftest import Cli, everything

WORDS = ("backup", "parks", "--region", "71.08")


def test_an_app_of_a_region_is_backed_up(cli: Cli, installed: Path, tmp_path: Path) -> None:
    ran = cli(*WORDS, "-o", tmp_path / "b")
    assert ran.code == 0
    size = (tmp_path / "b").stat().st_size
    assert f"Backed up parks in 71.08 to {tmp_path / 'b'} ({size:,} bytes)" in ran.out


def test_the_plan_is_shown_and_nothing_is_written(cli: Cli, installed: Path, tmp_path: Path) -> None:
    before = everything(installed)
    ran = cli(*WORDS, "-o", tmp_path / "b", "--plan")
    assert f"1. write 1 installation to {tmp_path / 'b'}, without secrets" in ran.out
    assert cli(*WORDS, "--plan", "--json").json["kind"] == "backup"
    assert not (tmp_path / "b").exists()
    assert everything(installed) == before


def test_json_names_the_file_and_what_was_removed(cli: Cli, installed: Path, tmp_path: Path) -> None:
    cli(*WORDS, "-o", tmp_path / "1")
    ran = cli(*WORDS, "-o", tmp_path / "2", "--keep", "1", "--json")
    assert ran.json["backup"]["file"] == str(tmp_path / "2")
    assert ran.json["removed"] == [str(tmp_path / "1")]
    assert ran.json["operation"]["state"] == "done"


def test_everything_is_backed_up_where_no_app_is_named(cli: Cli, installed: Path) -> None:
    ran = cli("backup")
    assert ran.code == 0
    (file,) = (installed / "backups").iterdir()
    assert file.name.endswith(".smartcity-backup")


def test_a_key_encrypts_it(cli: Cli, installed: Path, tmp_path: Path) -> None:
    key = x25519.Identity.generate().to_public()
    assert cli(*WORDS, "-o", tmp_path / "b", "--encrypt-to", key).code == 0
    assert (tmp_path / "b").read_bytes().startswith(b"age-encryption.org/v1")


def test_a_backup_is_proven_and_status_says_when_and_how_long_it_takes(cli: Cli, installed: Path, tmp_path: Path) -> None:
    assert "never" in cli("status").out
    cli(*WORDS, "-o", tmp_path / "b")
    assert cli("status").out.rstrip().endswith("never")
    assert "ask the app whether what was restored works" in cli("backup", "--prove", tmp_path / "b", "--plan").out
    ran = cli("backup", "--prove", tmp_path / "b")
    assert (ran.code, ran.err) == (0, "")
    assert "Proven: parks in 71.08 was restored beside and is equal, in " in ran.out
    assert "back in " in cli("status").out
    (found,) = cli("status", "--json").json["installations"]
    assert found["backup"]["file"] == str(tmp_path / "b")
    assert found["proven"]["recovery_seconds"] > 0


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ((*WORDS, "-o", "taken"), 1, "exists already (backup-file-taken)"),
        ((*WORDS, "--encrypt-to", "nobody.pub"), 2, "cannot be read"),
        (("backup", "zoo", "--region", "71.08"), 1, "not installed"),
        ((*WORDS, "--keep", "0"), 2, "--keep"),
        (("backup", "--prove", "taken", "--keep", "1"), 2, "--prove writes no backup"),
        ((*WORDS, "--identity", "taken"), 2, "--identity belongs to --prove"),
        (("backup", "--prove", "taken"), 1, "cut short"),
    ],
)
def test_what_cannot_work_is_refused(
    cli: Cli, installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").touch()
    ran = cli(*words)
    assert ran.code == code
    assert told in ran.err
