"""The icon of an app: the one in its package, checked, or one for its field of government."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smartcity_share.errors import SmartCityError
from smartcity_share.regions.logo import logo_problem
from smartcity_share.toolkit.assets import asset

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.records import InstallationRecord

DEFAULT_ICON: Final = "icons/app.svg"


def icon_of(instance: Instance, record: InstallationRecord) -> tuple[str, bytes]:
    """Return file name and content of an app's icon; nothing of the app is imported.

    Args:
        instance: The instance.
        record: The installation.
    """
    try:
        found = instance.discovered(record)
        name = found.manifest.media.icon
        path = None if name is None else found.package_file(name)
    except SmartCityError:
        path = None
    if path is not None and logo_problem(path.parent, path.name) is None:
        return path.name, path.read_bytes()
    default = asset(DEFAULT_ICON)
    return DEFAULT_ICON, default.content if default else b""
