"""Ten real wheels in one folder, nine of them broken, each in its own way: every one is named, and the tenth works on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from smartcity_share.errors import AppImportError, HookError, HostApiError, ManifestMissingError, SmartCityError
from smartcity_share.hooks.discover import discover
from smartcity_share.hooks.installation import Installation
from smartcity_share.hooks.registry import AppRegistry
from smartcity_share.hooks.values import HealthState
from tests.apps.factory import AppFactory


@pytest.fixture
def apps(app_factory: AppFactory, broken_wheels: dict[str, Path]) -> AppRegistry:
    """A registry of an environment that holds all of them."""
    site = app_factory.folder / "environment"
    for wheel in broken_wheels.values():
        app_factory.unpack(wheel, site)
    return AppRegistry(discover([site], environment=[]))


@pytest.mark.parametrize(
    ("app_id", "error", "said", "mend"),
    [
        ("import-error", AppImportError, "No module named 'a_module_nobody_has'", "pip install a_module_nobody_has"),
        ("wrong-argument", HookError, "takes no argument `instalation`", "Did you mean `installation`?"),
        ("misspelt-hook", HookError, "`chek_health` is no hook", "Did you mean `check_health`?"),
        ("other-host-api", HostApiError, "needs host API >=9; this is host API 1.0", "Install a version of"),
        ("no-manifest", ManifestMissingError, "carries no smartcity.toml", "pip install --force-reinstall"),
        ("missing-module", AppImportError, "smartcity_test_missing_module.pulgin", "corrects the entry point"),
    ],
)
def test_broken_plugin_is_named_with_its_mend(
    apps: AppRegistry, app_id: str, error: type[SmartCityError], said: str, mend: str
) -> None:
    fault = apps.fault(app_id)
    assert isinstance(fault, error)
    assert f"`{app_id}`" in str(fault)
    assert said in str(fault)
    assert mend in str(fault.hint)


@pytest.mark.parametrize(
    ("app_id", "said"),
    [("raises", "the sensor does not answer"), ("hangs", "did not answer in 0.05 s"), ("wrong-type", "returned a str")],
)
def test_an_app_that_fails_when_it_is_asked_is_named_with_its_mend(
    apps: AppRegistry, installation: Installation, app_id: str, said: str
) -> None:
    health = apps.check_health(app_id, installation, timeout=0.05 if app_id == "hangs" else 5)
    assert health.state is HealthState.FAILED
    assert f"`{app_id}`" in health.message
    assert said in health.message
    assert health.mend
    if app_id == "hangs":
        sys.modules[apps.app(app_id).discovered.module].release.set()


def test_the_healthy_app_beside_them_works(apps: AppRegistry, installation: Installation) -> None:
    for app_id in apps.index:
        apps.fault(app_id)
    assert apps.fault("healthy") is None
    assert callable(apps.asgi_app("healthy"))
    assert apps.check_health("healthy", installation).state is HealthState.OK
