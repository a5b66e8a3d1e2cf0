"""What a region calls an app: the setting its manifest names, read without importing the app, or else the manifest's title."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartcity_share.install.ledger import Ledger
    from smartcity_share.manifest.model import Manifest


def service_title(ledger: Ledger, manifest: Manifest, region: str, app: str) -> Mapping[str, str]:
    """Return the name of an app in a region, per language.

    A language in which the region gave no name keeps the manifest's.

    Args:
        ledger: The ledger.
        manifest: What the app says of itself.
        region: Code of the region.
        app: Id of the app.
    """
    title, key = manifest.app.title, manifest.app.title_setting
    if key is None:
        return title
    given = next((one.value for one in ledger.settings(region, app) if one.key == key and one.secret_ref is None), None)
    if isinstance(given, str) and given.strip():
        return dict.fromkeys(title, given)
    if isinstance(given, dict):
        return {**title, **{word: text for word, text in given.items() if isinstance(text, str) and text.strip()}}
    return title
