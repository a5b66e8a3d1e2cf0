"""What an author of an app writes, checked by mypy and never run: the door keeps its types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_type

from smartcity_share import (
    HOST_API,
    Actor,
    Health,
    HealthState,
    IndicatorValue,
    Installation,
    Settings,
    hookimpl,
    setting,
)


class GreetingSettings(Settings):
    """Settings with one text."""

    greeting: str = setting("Selamat datang", title={"en": "Greeting"}, help={"en": "What citizens read first."})


@hookimpl
def settings_model() -> type[Settings]:
    """Keep the type of the function that is marked."""
    return GreetingSettings


@hookimpl
def check_health(installation: Installation) -> Health:
    """Build a health from its state and a sentence."""
    assert_type(installation.region.code, str)
    assert_type(installation.id, str)
    return Health(HealthState.OK, "ready")


@hookimpl
def indicators(installation: Installation) -> Iterable[IndicatorValue]:
    """Return nothing to measure."""
    return ()


assert_type(settings_model(), type[Settings])
assert_type(GreetingSettings().greeting, str)


def api_version() -> str:
    """Return the version of the host API as text."""
    return HOST_API


def name_of(actor: Actor) -> str:
    """Return who acts, as text."""
    return actor.name
