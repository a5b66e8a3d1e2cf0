"""A catalogue that goes back in time, whole or in parts, is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from smartcity_share.catalogue.repository import Repository
from tests.catalogue.forging import forge
from tests.catalogue.made import Made
from tests.cli.conftest import Cli
from tests.cli.from_catalogue.conftest import HERE, VALUES, Refused, Wheels, trust


def see(cli: Cli) -> None:
    """Look at the catalogue, and change nothing."""
    assert cli("install", "gardens==1.0.0", "--from", "nasional", *HERE, *VALUES, "--plan").code == 0


@pytest.fixture
def older(cli: Cli, following: Path, catalogue: Made, wheels: Wheels, tmp_path: Path) -> Path:
    """A copy of the catalogue from before it was published anew, and the instance has seen the newer one."""
    copy = tmp_path / "older"
    shutil.copytree(catalogue.folder, copy)
    catalogue.add(wheels.two)
    catalogue.publish()
    see(cli)
    return copy


def test_a_catalogue_that_is_rolled_back_whole_is_refused(refused: Refused, catalogue: Made, older: Path) -> None:
    shutil.rmtree(catalogue.folder)
    shutil.copytree(older, catalogue.folder)
    told = refused("catalogue-rolled-back")
    assert "[timestamp]" in told
    assert "Take a newer copy" in told


def test_a_stick_that_is_older_than_what_was_seen_is_refused(refused: Refused, catalogue: Made, older: Path) -> None:
    refused("catalogue-rolled-back", "--from", older, "--trust", trust(catalogue))


def test_an_old_role_under_a_new_name_is_refused(refused: Refused, following: Path, catalogue: Made, wheels: Wheels) -> None:
    metadata = catalogue.folder / "metadata"
    old = (metadata / "1.r-73.71.json").read_bytes()
    catalogue.add(wheels.two)
    catalogue.publish()
    (metadata / "2.r-73.71.json").write_bytes(old)
    assert "[r-73.71]" in refused("catalogue-rolled-back")


def test_what_is_no_longer_listed_is_refused(refused: Refused, cli: Cli, following: Path, catalogue: Made) -> None:
    see(cli)
    forge(catalogue, "targets", lambda _: None, catalogue.root)
    snapshot = Repository.open(catalogue.folder).tree().snapshot
    assert snapshot is not None
    del snapshot.signed.meta["r-73.71.json"]
    snapshot.sign(catalogue.online)
    (catalogue.folder / "metadata" / f"{snapshot.signed.version}.snapshot.json").write_bytes(snapshot.to_bytes())
    assert "What was listed before is gone" in refused("catalogue-rolled-back")
