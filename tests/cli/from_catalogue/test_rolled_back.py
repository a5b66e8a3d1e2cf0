"""A catalogue that goes back in time, whole or in parts, is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.catalogue.making import Making
from tests.cli.conftest import Cli
from tests.cli.from_catalogue.conftest import HERE, VALUES, Refused, Wheels


@pytest.fixture
def older(cli: Cli, following: Path, catalogue: Making, wheels: Wheels, tmp_path: Path) -> Path:
    """A copy of the catalogue from before it was published anew, and the instance has seen the newer one."""
    copy = tmp_path / "older"
    shutil.copytree(catalogue.folder, copy)
    catalogue.add(wheels.two)
    catalogue.publish()
    assert cli("install", "gardens", "--from", "nasional", *HERE, *VALUES, "--plan").code == 0
    return copy


def test_a_catalogue_that_is_rolled_back_whole_is_refused(refused: Refused, catalogue: Making, older: Path) -> None:
    shutil.rmtree(catalogue.folder)
    shutil.copytree(older, catalogue.folder)
    told = refused("catalogue-rolled-back")
    assert "[timestamp]" in told
    assert "Take a newer copy" in told


def test_a_stick_that_is_older_than_what_was_seen_is_refused(refused: Refused, catalogue: Making, older: Path) -> None:
    refused("catalogue-rolled-back", "--from", older, "--trust", catalogue.trust)


def test_an_old_role_under_a_new_name_is_refused(refused: Refused, following: Path, catalogue: Making, wheels: Wheels) -> None:
    metadata = catalogue.folder / "metadata"
    old = (metadata / "1.r-73.71.json").read_bytes()
    catalogue.add(wheels.two)
    catalogue.publish()
    (metadata / "2.r-73.71.json").write_bytes(old)
    told = refused("catalogue-rolled-back")
    assert "[r-73.71]" in told


def test_what_is_no_longer_listed_is_refused(refused: Refused, cli: Cli, following: Path, catalogue: Making) -> None:
    assert cli("install", "gardens", "--from", "nasional", *HERE, *VALUES, "--plan").code == 0
    del catalogue.roles["r-73.71"]
    catalogue.publish()
    assert "What was listed before is gone" in refused("catalogue-rolled-back")
