"""The stored settings of an installation, put together into what its app is handed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from smartcity_share.install.layout import REGION_SCOPE, Layout
from smartcity_share.install.secret_files import read_secret

if TYPE_CHECKING:
    from smartcity_share.hooks.settings import Settings
    from smartcity_share.install.ledger import Ledger
    from smartcity_share.install.records import SettingValue


def scope_of(model: type[Settings], key: str, app: str) -> str:
    """Return under which app a setting is stored: its own, or the word for the whole region."""
    from smartcity_share.hooks.settings import declared

    return REGION_SCOPE if declared(model.model_fields[key])["scope"] == "region" else app


def stored_settings(ledger: Ledger, model: type[Settings] | None, region: str, app: str) -> dict[str, SettingValue]:
    """Return the stored values that an app is handed, by key: its own and those the region shares.

    Args:
        ledger: The ledger.
        model: The settings of the app; None for an app without settings.
        region: Code of the region.
        app: Id of the app.
    """
    if model is None:
        return {}
    own = {value.key: value for value in ledger.settings(region, app)}
    shared = {value.key: value for value in ledger.settings(region, REGION_SCOPE)}
    found = {}
    for key in model.model_fields:
        value = (shared if scope_of(model, key, app) == REGION_SCOPE else own).get(key)
        if value is not None:
            found[key] = value
    return found


def plain_values(layout: Layout, stored: Mapping[str, SettingValue]) -> dict[str, Any]:
    """Return the values to validate, secrets read from their files.

    Raises:
        SecretError: A secret is missing or can be read by others.
    """
    return {
        key: value.value if value.secret_ref is None else read_secret(layout, value.secret_ref) for key, value in stored.items()
    }
