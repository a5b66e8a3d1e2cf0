"""One app id, two regions that share it: which one is meant is said, never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from smartcity_share.catalogue.offering import offer
from tests.apps.factory import AppFactory
from tests.catalogue.conftest import CITY
from tests.catalogue.made import Made, make
from tests.cli.conftest import Cli
from tests.cli.from_catalogue.conftest import HERE, VALUES, Refused, trust

OTHER = "32.73"


@pytest.fixture
def other(app_factory: AppFactory) -> Path:
    """An app of the same id, of another region."""
    manifest = {"origin": {"region": OTHER}}
    return app_factory.wheel("gardens", manifest=manifest, version="5.0.0", distribution="kebun-kota", package="kebun_kota")


@pytest.fixture
def of_two(catalogue: Made, other: Path) -> Made:
    """The catalogue with both."""
    catalogue.add_origin(OTHER)
    catalogue.add(other)
    catalogue.publish()
    return catalogue


def test_same_app_id_from_two_publishers_both_are_named_and_one_is_asked_for(
    cli: Cli, refused: Refused, following: Path, of_two: Made
) -> None:
    told = refused("release-ambiguous")
    assert "`gardens` is shared by 32.73 and 73.71" in told
    assert "`--origin 32.73` or `--origin 73.71`" in told
    chosen = cli("install", "gardens", "--from", "nasional", "--origin", "73.71", *HERE, *VALUES, "--plan", "--json")
    assert chosen.json["catalogue"]["origin"] == "73.71"


def test_same_app_id_from_two_publishers_an_upgrade_stays_with_the_one_in_use(cli: Cli, gardens: Path, of_two: Made) -> None:
    ran = cli("upgrade", "gardens", "--from", "nasional", *HERE, "--plan", "--json")
    assert (ran.json["version"], ran.json["catalogue"]["origin"]) == ("1.0.0", "73.71")


def test_same_app_id_from_two_publishers_another_one_is_not_slipped_in(
    refused: Refused, gardens: Path, other: Path, tmp_path: Path
) -> None:
    only = make(tmp_path / "only")
    only.add_origin(OTHER)
    only.add(other)
    only.publish()
    told = refused("release-not-found", by=("upgrade", "gardens", "--from", only.folder, "--trust", trust(only), *HERE))
    assert "73.71 shares no app `gardens` in this catalogue" in told
    assert "shared by 32.73: another app under the same id" in told


def test_an_app_of_a_project_stays_with_the_region_it_was_taken_from(
    cli: Cli, refused: Refused, following: Path, catalogue: Made, app_factory: AppFactory, tmp_path: Path
) -> None:
    of_a_project = {"manifest": {"origin": {"region": None}}, "package": "smartcity_test_parks_of_a_project"}
    one = app_factory.wheel("parks", **of_a_project)
    catalogue.keeper(*catalogue.cities[CITY]).add([offer(one, sharer=CITY)])
    catalogue.publish()
    assert cli("install", "parks", "--from", "nasional", *HERE, "--yes").code == 0
    only = make(tmp_path / "only")
    keys = only.add_origin(OTHER)
    only.keeper(*keys).add([offer(app_factory.wheel("parks", version="2.0.0", **of_a_project), sharer=OTHER)])
    only.publish()
    words = ("upgrade", "parks", "--from", only.folder, "--trust", trust(only), *HERE)
    assert "73.71 shares no app `parks` in this catalogue" in refused("release-not-found", by=words)
