"""Changing settings: old and new are known, unchanged is nothing, a change that breaks the app is taken back."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from smartcity_share.errors import InstallationNotFoundError, OperationError, SecretError, SettingsError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import (
    Instance,
    configure_app,
    install_app,
    open_installation,
    prepared_configure,
)
from tests.install.conftest import NOW, OTHER, REGION, tree
from tests.kept import Brought


@pytest.fixture
def parks(brought: Brought, parks_wheel: Path, actor: Actor) -> Instance:
    """The instance with the app in one region."""
    answers = {"public_name": "Taman", "token": "marker-1"}
    return brought(__name__, lambda own: install_app(own, REGION, parks_wheel, answers, actor=actor, basis="SK 1"))


def test_a_changed_value_is_used_at_once_and_keeps_its_new_provenance(parks: Instance, actor: Actor) -> None:
    before = open_installation(parks, REGION, "parks")
    other = attrs.evolve(actor, name="Sekretaris")
    configure_app(parks, REGION, "parks", {"opening_hour": 9}, actor=other, basis="SK 2")
    after = open_installation(parks, REGION, "parks")
    assert (before.settings.opening_hour, after.settings.opening_hour) == (7, 9)
    stored = {value.key: value for value in parks.ledger.settings(REGION, "parks")}
    assert (stored["opening_hour"].set_by, stored["opening_hour"].basis, stored["opening_hour"].set_at) == (
        "Sekretaris",
        "SK 2",
        NOW,
    )
    assert (stored["public_name"].set_by, stored["public_name"].basis) == ("IT officer", "SK 1")


def test_the_audit_trail_keeps_old_and_new_and_the_basis(parks: Instance, actor: Actor) -> None:
    configure_app(parks, REGION, "parks", {"opening_hour": 9, "token": "marker-2"}, actor=actor, basis="SK 2")
    entry = parks.audit.entries(REGION)[0]
    assert (entry.action, entry.detail["basis"]) == ("settings.changed", "SK 2")
    assert entry.detail["settings"] == [
        {"key": "opening_hour", "scope": "installation", "secret": False, "before": 7, "after": 9, "unset": False},
        {"key": "token", "scope": "installation", "secret": True, "unset": False},
    ]


def test_values_that_are_there_already_are_no_operation(parks: Instance, actor: Actor) -> None:
    count = len(parks.ledger.operations())
    outcome = configure_app(parks, REGION, "parks", {"public_name": "Taman", "token": "marker-1"}, actor=actor)
    assert outcome.operation is None
    assert outcome.plan.steps == ()
    assert len(parks.ledger.operations()) == count


def test_a_value_taken_away_gives_the_default_back(parks: Instance, actor: Actor) -> None:
    configure_app(parks, REGION, "parks", {"opening_hour": 9}, actor=actor)
    configure_app(parks, REGION, "parks", {}, unset=["opening_hour", "token"], actor=actor)
    settings = open_installation(parks, REGION, "parks").settings
    assert (settings.opening_hour, settings.token) == (7, None)
    assert [path.name for path in parks.layout.all_secrets.iterdir() if path.name != "_instance"] == []


def test_a_value_of_the_region_is_shared_by_its_apps_and_by_no_other_region(
    parks: Instance, parks_wheel: Path, actor: Actor
) -> None:
    install_app(parks, OTHER, parks_wheel, {"public_name": "Taman"}, actor=actor)
    outcome = configure_app(parks, REGION, "parks", {"sender": "a@b"}, actor=actor)
    assert "sender" in outcome.plan.notices[0]
    assert open_installation(parks, REGION, "parks").settings.sender == "a@b"
    assert open_installation(parks, OTHER, "parks").settings.sender == ""
    assert [value.key for value in parks.ledger.settings(REGION, "_region")] == ["sender"]


def test_faulty_values_change_nothing(parks: Instance, actor: Actor) -> None:
    before = tree(parks.folder), parks.ledger.settings(REGION, "parks")
    with pytest.raises(SettingsError) as caught:
        configure_app(parks, REGION, "parks", {"opening_hour": 24, "tgas": []}, actor=actor)
    assert {fault.code for fault in caught.value.faults} == {"value-invalid", "key-unknown"}
    assert (tree(parks.folder), parks.ledger.settings(REGION, "parks")) == before


def test_a_change_that_breaks_the_app_is_taken_back(parks: Instance, actor: Actor) -> None:
    with pytest.raises(OperationError, match="the park is closed"):
        configure_app(parks, REGION, "parks", {"public_name": "sick", "opening_hour": 9}, actor=actor)
    settings = open_installation(parks, REGION, "parks").settings
    assert (settings.public_name, settings.opening_hour) == ("Taman", 7)
    assert [entry.action for entry in parks.audit.entries(REGION)] == ["app.installed"]


def test_an_app_that_has_failed_already_can_be_mended_step_by_step(parks: Instance, actor: Actor) -> None:
    """What does not cure the failure is kept all the same, so that two faults can be mended one after the other."""
    record = parks.ledger.settings(REGION, "parks")[0]
    parks.ledger.replace_settings([attrs.evolve(record, key="public_name", value="sick")])
    outcome = configure_app(parks, REGION, "parks", {"opening_hour": 9}, actor=actor)
    assert "the park is closed" in outcome.notices[0]
    configure_app(parks, REGION, "parks", {"public_name": "Taman"}, actor=actor)
    assert open_installation(parks, REGION, "parks").settings.opening_hour == 9


def test_a_stored_value_that_no_longer_fits_is_told_and_can_be_set_again(parks: Instance, actor: Actor) -> None:
    record = parks.ledger.settings(REGION, "parks")[0]
    parks.ledger.replace_settings([attrs.evolve(record, key="opening_hour", value="late")])
    with pytest.raises(SettingsError, match="opening_hour") as caught:
        open_installation(parks, REGION, "parks")
    assert "smartcity configure parks" in str(caught.value.hint)
    configure_app(parks, REGION, "parks", {"opening_hour": 8}, actor=actor)
    assert open_installation(parks, REGION, "parks").settings.opening_hour == 8


@pytest.mark.parametrize("damage", ["missing", "open", "link"])
def test_a_secret_that_is_lost_or_open_to_others_is_not_read_until_it_is_set_again(
    parks: Instance, actor: Actor, tmp_path: Path, damage: str
) -> None:
    (value,) = [value for value in parks.ledger.settings(REGION, "parks") if value.secret_ref]
    path = parks.folder / str(value.secret_ref)
    if damage == "open":
        path.chmod(0o640)
    else:
        path.unlink()
    if damage == "link":
        (tmp_path / "elsewhere").write_text("x")
        path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SecretError) as caught:
        open_installation(parks, REGION, "parks")
    assert caught.value.hint
    configure_app(parks, REGION, "parks", {"token": "marker-3"}, actor=actor)
    assert open_installation(parks, REGION, "parks").settings.token.get_secret_value() == "marker-3"
    assert path.stat().st_mode & 0o777 == 0o600
    assert not path.is_symlink()


def test_an_app_that_is_not_installed_is_told_with_the_near_match(parks: Instance) -> None:
    with pytest.raises(InstallationNotFoundError) as caught:
        prepared_configure(parks, REGION, "park")
    assert caught.value.hint == "Did you mean `parks`?"
    with pytest.raises(InstallationNotFoundError) as caught:
        prepared_configure(parks, OTHER, "parks")
    assert caught.value.hint == "Install it: `smartcity install parks --region 13.10`."
