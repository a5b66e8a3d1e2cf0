"""Making and opening an instance: whole or not at all, and every folder that is none is told apart."""

from __future__ import annotations

import sqlite3
import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from smartcity_share.errors import InstanceConfigError, InstanceError, ProfileError, RegionNotFoundError
from smartcity_share.install import Instance
from smartcity_share.install.ledger_tables import SCHEMA_VERSION
from tests.install.conftest import NOW, OTHER, REGION, tree

FOREIGN = """\
profile_version = 1
code = "SG.01"
country = "SG"
name = "Central Region"
short_name = "Central"
time_zone = "Asia/Singapore"
languages = ["en"]

[[titles]]
language = "en"
region_word = "Region"
head_title = "Mayor"
"""

EXPIRED = """\
profile_version = 1
code = "71.08"
languages = ["id"]

[[officials]]
post = "head"
name = "Contoh Kepala Daerah"
from = 2021-02-26
until = 2026-02-25
signs = ["decision"]
"""


def profile(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "profile.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_new_instance_serves_its_regions_with_what_the_table_knows(instance: Instance) -> None:
    assert instance.region_codes == (OTHER, REGION)
    assert instance.profile(REGION).name == "Kabupaten Bolaang Mongondow Utara"
    assert instance.profile(OTHER).time_zone == "Asia/Jakarta"
    assert instance.ledger.installations() == ()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_databases_and_secrets_of_a_new_instance_are_closed_to_others(instance: Instance) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in instance.folder.iterdir()}
    assert modes["ledger.sqlite"] == modes["accounts.sqlite"] == 0o600
    assert modes["secrets"] == 0o700


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    with_folder = Instance.create(tmp_path / "here", [REGION])
    assert with_folder.region_codes == (REGION,)
    with_folder.close()


@pytest.mark.parametrize(
    ("prepare", "told"),
    [
        (lambda folder: (folder.mkdir(), (folder / "letter.txt").write_text("x")), "holds other files"),
        (lambda folder: folder.write_text("x"), "is a file"),
        (lambda folder: (folder.mkdir(), (folder / "HALF-MADE").write_text("x")), "half made"),
        (lambda folder: Instance.create(folder, [REGION]).close(), "is an instance already"),
    ],
)
def test_a_folder_that_is_taken_is_refused_and_left_alone(tmp_path: Path, prepare: object, told: str) -> None:
    folder = tmp_path / "here"
    prepare(folder)  # type: ignore[operator]
    before = tree(tmp_path)
    with pytest.raises(InstanceError, match=told) as caught:
        Instance.create(folder, [OTHER])
    assert caught.value.hint
    assert tree(tmp_path) == before


@pytest.mark.parametrize("code", ["13.1", "99.99", "bandung"])
def test_a_code_that_is_none_leaves_no_folder_behind(tmp_path: Path, code: str) -> None:
    with pytest.raises(RegionNotFoundError):
        Instance.create(tmp_path / "new", [REGION, code])
    assert list(tmp_path.iterdir()) == []


def test_an_instance_for_no_region_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InstanceError, match="at least one region"):
        Instance.create(tmp_path / "new", [])


def test_a_region_of_another_country_is_a_profile_like_any_other(tmp_path: Path) -> None:
    made = Instance.create(tmp_path / "new", ["SG.01"], {"SG.01": profile(tmp_path / "sg", FOREIGN)})
    assert made.profile("SG.01").name == "Central Region"
    made.close()


def test_a_profile_with_an_expired_signatory_is_refused_with_the_line(tmp_path: Path) -> None:
    source = profile(tmp_path / "source", EXPIRED)
    with pytest.raises(ProfileError) as caught:
        Instance.create(tmp_path / "new", [REGION], {REGION: source}, now=lambda: NOW)
    (fault,) = caught.value.faults
    assert (fault.code, fault.where.line) == ("signatory-expired", 9)
    assert not (tmp_path / "new").exists()
    in_office = Instance.create(tmp_path / "new", [REGION], {REGION: source}, now=lambda: datetime(2026, 2, 1, tzinfo=UTC))
    assert in_office.profile(REGION).signatory("decision", date(2026, 2, 1)) is not None
    in_office.close()


def test_the_profile_of_another_region_is_refused(tmp_path: Path) -> None:
    source = profile(tmp_path / "source", 'profile_version = 1\ncode = "13.10"\n')
    with pytest.raises(ProfileError) as caught:
        Instance.create(tmp_path / "new", [REGION], {REGION: source})
    assert [fault.code for fault in caught.value.faults] == ["profile-other-region"]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda folder: (folder / "instance.toml").unlink(), "half made"),
        (lambda folder: (folder / "ledger.sqlite").unlink(), "half made"),
        (lambda folder: (folder / "accounts.sqlite").unlink(), "half made"),
        (lambda folder: (folder / "HALF-MADE").touch(), "half made"),
    ],
)
def test_a_half_made_instance_is_not_opened(tmp_path: Path, damage: object, told: str) -> None:
    Instance.create(tmp_path / "new", [REGION]).close()
    damage(tmp_path / "new")  # type: ignore[operator]
    with pytest.raises(InstanceError, match=told) as caught:
        Instance.open(tmp_path / "new")
    assert caught.value.hint


def test_a_folder_that_is_no_instance_is_told_with_the_next_command(tmp_path: Path) -> None:
    with pytest.raises(InstanceError, match=r"no instance") as caught:
        Instance.open(tmp_path)
    assert "smartcity init" in str(caught.value.hint)
    with pytest.raises(InstanceError, match="no folder"):
        Instance.open(tmp_path / "absent")


def test_an_instance_of_a_newer_version_is_not_opened(tmp_path: Path) -> None:
    Instance.create(tmp_path / "new", [REGION]).close()
    config = tmp_path / "new" / "instance.toml"
    config.write_text(config.read_text().replace("format = 1", "format = 2"))
    with pytest.raises(InstanceError, match="format 2") as caught:
        Instance.open(tmp_path / "new")
    assert caught.value.where is not None
    assert caught.value.where.line == 2


def test_every_fault_of_instance_toml_is_told_with_its_line(tmp_path: Path) -> None:
    Instance.create(tmp_path / "new", [REGION]).close()
    (tmp_path / "new" / "instance.toml").write_text(
        'format = 1\nid = "short"\nhoster = 1\n[hosts]\n"LAPOR.example" = "71.08"\n"a.example" = "13.10"\n'
        '[limits]\nrequest_body_bytes = "many"\n[database]\nurl = "postgresql://u:secret@db/x"\n'
    )
    with pytest.raises(InstanceConfigError) as caught:
        Instance.open(tmp_path / "new")
    found = {(fault.where.line, fault.code) for fault in caught.value.faults}
    assert found == {
        (2, "value-invalid"),
        (3, "key-unknown"),
        (5, "value-invalid"),
        (6, "host-region-unknown"),
        (8, "value-type"),
        (9, "database-password-shown"),
    }
    assert all(fault.mend for fault in caught.value.faults)
    assert "secret" not in "".join(fault.message for fault in caught.value.faults)


def test_host_names_lead_to_served_regions(tmp_path: Path) -> None:
    Instance.create(tmp_path / "new", [REGION]).close()
    config = tmp_path / "new" / "instance.toml"
    config.write_text(config.read_text().replace("[hosts]", '[hosts]\n"lapor.example.go.id" = "71.08"'))
    assert Instance.open(tmp_path / "new").config.hosts == {"lapor.example.go.id": REGION}


def test_a_region_is_added_once(instance: Instance, tmp_path: Path) -> None:
    added = instance.add_region("SG.01", profile(tmp_path / "sg", FOREIGN))
    assert added.name == "Central Region"
    assert instance.region_codes == (OTHER, REGION, "SG.01")
    with pytest.raises(InstanceError, match="already"):
        instance.add_region("SG.01", tmp_path / "sg")


def test_adding_a_region_with_a_faulty_profile_changes_nothing(instance: Instance, tmp_path: Path) -> None:
    before = tree(instance.folder)
    with pytest.raises(ProfileError):
        instance.add_region("73.71", profile(tmp_path / "p", 'code = "73.71"\ncolour = 3\n'))
    assert tree(instance.folder) == before


def test_a_lost_profile_is_told_and_can_be_given_again(instance: Instance) -> None:
    (instance.profile_folder(REGION) / "profile.toml").unlink()
    with pytest.raises(InstanceError, match="has no profile"):
        instance.profile(REGION)
    assert instance.add_region(REGION).code == REGION


def test_a_changed_profile_is_read_again(instance: Instance) -> None:
    path = instance.profile_folder(REGION) / "profile.toml"
    before = instance.profile_stamp(REGION)
    path.write_text(path.read_text().replace('languages = ["id"]', 'languages = ["id", "en"]'))
    import os

    os.utime(path, ns=(before + 1, before + 1))
    assert instance.profile(REGION).languages == ("id", "en")


def test_a_region_that_is_not_served_is_told_with_the_served_ones(instance: Instance) -> None:
    with pytest.raises(RegionNotFoundError) as caught:
        instance.profile("73.71")
    assert f"{OTHER}, {REGION}" in str(caught.value.hint)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_one_database_of_the_ledger_is_enough_to_be_read_by_others(instance: Instance) -> None:
    """An auditor opens the ledger with any SQLite program."""
    with sqlite3.connect(instance.layout.ledger) as connection:
        assert connection.execute("SELECT version FROM ledger_schema").fetchall() == [(SCHEMA_VERSION,)]
    connection.close()
