"""What an upgrade wrote of the settings the apps of a region share comes back with it, unless somebody relies on it since."""

from __future__ import annotations

from pathlib import Path

import pytest

from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, configure_app, install_app, planned_rollback, rollback_app, upgrade_app
from smartcity_share.install.layout import REGION_SCOPE
from tests.apps.factory import AppFactory
from tests.apps.gardens import gardens_one, gardens_two
from tests.install.conftest import REGION, new_process


@pytest.fixture
def engine() -> str:
    """What comes back is planned alike wherever the ledger lies; the kill harness rolls back on both."""
    return "sqlite"


@pytest.fixture
def upgraded(instance: Instance, app_factory: AppFactory, actor: Actor) -> Instance:
    """An instance with an app whose upgrade changed the sender of the region."""
    with new_process(instance) as own:
        answers = {"public_name": "Taman", "sender": "old@b"}
        install_app(own, REGION, gardens_one(app_factory), answers, actor=actor, basis="SK 1")
    with new_process(instance) as own:
        new = {"contact": "Ibu Sari", "sender": "new@b"}
        upgrade_app(own, REGION, "gardens", gardens_two(app_factory), new, actor=actor, basis="SK 2")
    return instance


def sender(instance: Instance) -> tuple[object, str]:
    (value,) = instance.ledger.settings(REGION, REGION_SCOPE)
    assert value.key == "sender"
    return value.value, value.basis


def rolled_back(instance: Instance, actor: Actor, app: str = "gardens") -> str:
    """Roll back, and return what the plan said."""
    with new_process(instance) as own:
        notices = planned_rollback(own, REGION, app).notices
        rollback_app(own, REGION, app, actor=actor)
    return "\n".join(notices)


def test_what_only_the_upgrade_wrote_comes_back_with_who_set_it_and_there_again(upgraded: Instance, actor: Actor) -> None:
    assert "put back with it: sender" in rolled_back(upgraded, actor)
    assert sender(upgraded) == ("old@b", "SK 1")
    assert "put back with it: sender" in rolled_back(upgraded, actor, "gardens==2.0.0")
    assert sender(upgraded) == ("new@b", "SK 2")


def test_what_somebody_set_since_stays(upgraded: Instance, actor: Actor) -> None:
    with new_process(upgraded) as own:
        configure_app(own, REGION, "gardens", {"sender": "newest@b"}, actor=actor, basis="SK 3")
    assert "stays as it is now: sender" in rolled_back(upgraded, actor)
    assert sender(upgraded) == ("newest@b", "SK 3")


def test_what_another_app_began_with_stays(upgraded: Instance, parks_wheel: Path, actor: Actor) -> None:
    with new_process(upgraded) as own:
        install_app(own, REGION, parks_wheel, {"public_name": "Taman"}, actor=actor)
    assert "stays as it is now: sender" in rolled_back(upgraded, actor)
    assert sender(upgraded) == ("new@b", "SK 2")
