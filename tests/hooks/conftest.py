"""Fixtures of the hook tests: apps found in a folder, and an installation that stands on nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from smartcity_share.hooks.discover import discover
from smartcity_share.hooks.discovered import DiscoveredApp
from smartcity_share.hooks.installation import Installation
from smartcity_share.hooks.region_facts import RegionFacts
from smartcity_share.hooks.registry import AppRegistry
from smartcity_share.regions.profile import RegionProfile
from tests.apps.factory import AppFactory

HEAD = "from smartcity_share import hookimpl\n"


@pytest.fixture
def profile() -> RegionProfile:
    """The profile of a kabupaten with one office."""
    office = {"id": "dlh", "name": {"id": "Dinas Lingkungan Hidup"}, "abbreviation": "DLH"}
    return RegionProfile.model_validate({"code": "71.08", "offices": [office]})


@pytest.fixture
def installation(profile: RegionProfile) -> Installation:
    """An installation whose ports no test of this folder calls."""
    nothing = cast("Any", None)
    return Installation(
        app="parks",
        version="1.0.0",
        region=RegionFacts(profile, {"name"}),
        settings=None,
        database=nothing,
        files=nothing,
        audit=nothing,
        now=lambda: datetime(2026, 11, 23, tzinfo=UTC),
    )


@pytest.fixture
def discovered(app_factory: AppFactory) -> Callable[..., DiscoveredApp]:
    """Make an app, install it in a code folder and return it as discovery finds it; `plugin` is source after the import."""

    def make(plugin: str, app_id: str = "parks", **options: Any) -> DiscoveredApp:
        folder = app_factory.installed(app_id, plugin=HEAD + plugin, **options)
        return discover([folder], environment=[]).get(app_id)

    return make


@pytest.fixture
def registry(app_factory: AppFactory) -> Callable[..., AppRegistry]:
    """Make a registry of apps, given by the source of their plugin module after the import of hookimpl."""

    def make(**plugins: str) -> AppRegistry:
        folders: list[Path] = [app_factory.installed(app_id, plugin=HEAD + plugin) for app_id, plugin in plugins.items()]
        return AppRegistry(discover(folders, environment=[]))

    return make
