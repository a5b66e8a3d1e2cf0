"""A region's own name for a service comes from the setting that the manifest names; what is no name is passed over."""

from __future__ import annotations

from typing import Any

import pytest

from smartcity_share.errors import HookError
from smartcity_share.hooks.discover import discover
from smartcity_share.hooks.registry import AppRegistry
from smartcity_share.install.instance import Instance
from smartcity_share.install.records import SettingValue
from smartcity_share.install.service_title import service_title
from tests.apps.factory import HELLO, AppFactory
from tests.install.conftest import REGION

TITLE = {"id": "Aplikasi parks", "en": "App parks"}


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (None, TITLE),
        ("Taman", {"id": "Taman", "en": "Taman"}),
        ("  ", TITLE),
        ({"id": "Taman"}, {"id": "Taman", "en": "App parks"}),
        ({"id": "Taman", "en": "Parks", "su": "Kebon"}, {"id": "Taman", "en": "Parks", "su": "Kebon"}),
        ({"id": 7, "en": ""}, TITLE),
        (7, TITLE),
    ],
)
def test_the_stored_name_is_shown(instance: Instance, app_factory: AppFactory, stored: Any, shown: dict[str, str]) -> None:
    site = app_factory.installed("parks", manifest={"app": {"title_setting": "name"}})
    manifest = discover([site], environment=[]).get("parks").manifest
    if stored is not None:
        value = SettingValue(REGION, "parks", "name", stored, None, "ani", instance.now())
        instance.ledger.replace_settings([value])
    assert service_title(instance.ledger, manifest, REGION, "parks") == shown


def test_a_secret_is_never_a_name(instance: Instance, app_factory: AppFactory) -> None:
    site = app_factory.installed("parks", manifest={"app": {"title_setting": "name"}})
    manifest = discover([site], environment=[]).get("parks").manifest
    instance.ledger.replace_settings([SettingValue(REGION, "parks", "name", None, "secrets/x", "ani", instance.now())])
    assert service_title(instance.ledger, manifest, REGION, "parks") == TITLE


def test_a_title_setting_that_is_no_setting_is_refused_with_its_mend(app_factory: AppFactory) -> None:
    plugin = HELLO + (
        "\n\nfrom smartcity_share import Settings, setting\n\n\nclass Ours(Settings):\n"
        '    service_name: str = setting("x", title={"id": "Nama"})\n\n\n'
        "@hookimpl\ndef settings_model():\n    return Ours\n"
    )
    site = app_factory.installed("parks", plugin=plugin, manifest={"app": {"title_setting": "service_nam"}})
    with pytest.raises(HookError, match="names `service_nam`, which is none of its settings") as caught:
        AppRegistry(discover([site], environment=[])).settings_model("parks")
    assert "service_name" in str(caught.value.hint)
