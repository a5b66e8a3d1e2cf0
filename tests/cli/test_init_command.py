"""``smartcity init`` makes an instance, and says where the profile waits to be filled in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli


def test_an_instance_is_made_for_regions_given_by_code_or_name(cli: Cli, tmp_path: Path) -> None:
    ran = cli("init", tmp_path / "new", "--region", "71.08", "--region", "dharmasraya")
    assert ran.code == 0
    assert "71.08 Kabupaten Bolaang Mongondow Utara" in ran.out
    assert "regions/13.10/profile.toml" in ran.out
    assert "smartcity install APP" in ran.out
    assert (tmp_path / "new" / "instance.toml").is_file()


def test_the_facts_come_as_json(cli: Cli, tmp_path: Path) -> None:
    ran = cli("init", tmp_path / "new", "--region", "13.10", "--json")
    assert ran.json["regions"] == [{"code": "13.10", "name": "Kabupaten Dharmasraya"}]
    assert len(ran.json["instance"]["id"]) == 32


def test_a_profile_brings_its_region(cli: Cli, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "profile.toml").write_text('profile_version = 1\ncode = "13.10"\nlanguages = ["id", "en"]\n')
    ran = cli("init", tmp_path / "new", "--profile", source, "--region", "71.08", "--json")
    assert [region["code"] for region in ran.json["regions"]] == ["71.08", "13.10"]
    assert 'languages = ["id", "en"]' in (tmp_path / "new" / "regions" / "13.10" / "profile.toml").read_text()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ((), 2, "No region is named"),
        (("--region", "13.1"), 1, "13.1"),
        (("--region", "99.99"), 1, "No region has the code 99.99"),
        (("--region", "bandung"), 1, "3 regions answer"),
    ],
)
def test_a_region_that_is_none_is_told_with_the_mend_and_nothing_is_made(
    cli: Cli, tmp_path: Path, words: tuple[str, ...], code: int, told: str
) -> None:
    ran = cli("init", tmp_path / "new", *words)
    assert ran.code == code
    assert told in ran.err
    assert "hint:" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_two_profiles_of_one_region_are_refused(cli: Cli, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "profile.toml").write_text('profile_version = 1\ncode = "13.10"\n')
    ran = cli("init", tmp_path / "new", "--profile", tmp_path / "a", "--profile", tmp_path / "b")
    assert (ran.code, "Two profiles" in ran.err) == (2, True)


def test_an_expired_signatory_is_refused_with_the_line(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "profile.toml").write_text(
        'profile_version = 1\ncode = "13.10"\n[[officials]]\npost = "head"\nname = "Contoh"\n'
        'from = 2016-01-01\nuntil = 2021-01-01\nsigns = ["decision"]\n'
    )
    ran = cli("init", tmp_path / "new", "--profile", tmp_path / "p")
    assert ran.code == 1
    assert "profile.toml:7" in ran.err
    assert "(signatory-expired)" in ran.err
    assert not (tmp_path / "new").exists()


def test_an_existing_instance_is_left_alone(cli: Cli, served: Path) -> None:
    ran = cli("init", served, "--region", "73.71")
    assert (ran.code, "is an instance already" in ran.err) == (1, True)
