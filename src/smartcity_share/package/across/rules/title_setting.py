"""Rule: the setting that ``app.title_setting`` names is there."""

from __future__ import annotations

from collections.abc import Iterator

from smartcity_share.documents.suggest import did_you_mean
from smartcity_share.errors import Fault
from smartcity_share.package.across.base import Parts


def check(parts: Parts) -> Iterator[Fault]:
    """Yield a fault where there is no such setting."""
    name = parts.manifest.app.title_setting
    if name is None or parts.interview is None or "settings_model" in parts.interview.failed:
        return
    settings = (parts.interview.settings or {}).get("properties", {})
    if name not in settings:
        mend = did_you_mean(name, settings) or "Name a setting of the app, or take the key away."
        yield Fault("title-setting-unknown", f"The app has no setting `{name}`", parts.key("app", "title_setting"), mend)
