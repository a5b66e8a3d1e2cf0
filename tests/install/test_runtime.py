"""An app is handed its installation: quickly, always the present one, and never one it must not open."""

from __future__ import annotations

import os
from pathlib import Path

import attrs
import pytest

from smartcity_share.errors import DataEpochError, InstallationNotFoundError, RegionNotFoundError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, configure_app, install_app, installed_apps, open_installation
from smartcity_share.install.records import InstallationState
from tests.install.conftest import OTHER, REGION
from tests.kept import Brought


@pytest.fixture
def parks(brought: Brought, parks_wheel: Path, actor: Actor) -> Instance:
    """The instance with the app in one region."""
    return brought(__name__, lambda own: install_app(own, REGION, parks_wheel, {"public_name": "Taman"}, actor=actor))


def test_the_same_installation_is_handed_over_while_nothing_changes(parks: Instance) -> None:
    assert open_installation(parks, REGION, "parks") is open_installation(parks, REGION, "parks")


def test_a_change_by_another_process_is_seen_at_the_next_opening(parks: Instance, actor: Actor) -> None:
    before = open_installation(parks, REGION, "parks")
    other = Instance.open(parks.folder, now=parks.now)
    configure_app(other, REGION, "parks", {"opening_hour": 9}, actor=actor)
    other.close()
    after = open_installation(parks, REGION, "parks")
    assert (before.settings.opening_hour, after.settings.opening_hour) == (7, 9)
    assert after.database is before.database


def test_a_changed_profile_is_seen_at_the_next_opening(parks: Instance) -> None:
    path = parks.profile_folder(REGION) / "profile.toml"
    open_installation(parks, REGION, "parks")
    path.write_text(path.read_text().replace('languages = ["id"]', 'languages = ["en", "id"]'))
    os.utime(path, ns=(1, 1))
    assert open_installation(parks, REGION, "parks").languages == ("en", "id")


@pytest.mark.parametrize("state", [InstallationState.INSTALLING, InstallationState.REMOVING, InstallationState.NEEDS_PERSON])
def test_an_installation_that_is_not_active_is_neither_listed_nor_opened(parks: Instance, state: InstallationState) -> None:
    record = parks.ledger.installation(REGION, "parks")
    assert record is not None
    parks.ledger.put_installation(attrs.evolve(record, state=state))
    assert installed_apps(parks, REGION) == ()
    with pytest.raises(InstallationNotFoundError, match=state):
        open_installation(parks, REGION, "parks")


@pytest.mark.parametrize(("epoch", "told"), [(2, "newer than epoch 1"), (0, "older than epoch 1")])
def test_data_of_another_epoch_are_never_opened(parks: Instance, epoch: int, told: str) -> None:
    record = parks.ledger.installation(REGION, "parks")
    assert record is not None
    parks.ledger.put_installation(attrs.evolve(record, data_epoch=epoch))
    with pytest.raises(DataEpochError, match=told) as caught:
        open_installation(parks, REGION, "parks")
    assert "smartcity-test-parks 1.0.0" in str(caught.value.hint)


def test_an_app_or_region_that_is_not_there_is_told(parks: Instance) -> None:
    with pytest.raises(InstallationNotFoundError, match=r"`zoo` is not installed in region 71\.08"):
        open_installation(parks, REGION, "zoo")
    with pytest.raises(InstallationNotFoundError, match=r"`parks` is not installed in region 13\.10"):
        open_installation(parks, OTHER, "parks")
    with pytest.raises(RegionNotFoundError):
        parks.profile("99.99")


def test_an_app_reads_only_the_facts_its_manifest_declares(parks: Instance) -> None:
    from smartcity_share.errors import RegionFactNotDeclaredError

    installation = open_installation(parks, REGION, "parks")
    assert installation.region.name == "Kabupaten Bolaang Mongondow Utara"
    with pytest.raises(RegionFactNotDeclaredError):
        _ = installation.region.offices


def test_what_an_app_does_is_recorded_under_its_region_and_id(parks: Instance, actor: Actor) -> None:
    open_installation(parks, REGION, "parks").audit.record(actor, "park.opened", "park 1")
    entry = parks.audit.entries(REGION, app="parks")[0]
    assert (entry.action, entry.app, entry.name) == ("park.opened", "parks", "IT officer")
