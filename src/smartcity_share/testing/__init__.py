"""What the tests of an app are written with: an instance, installations and unlike regions, without a server.

Names are imported on first use. The pytest fixtures are in :mod:`smartcity_share.testing.fixtures`; a project gets them by
naming itself in its pytest settings (``smartcity_app = "."``).

Example:
    >>> from smartcity_share.testing import Clock
    >>> Clock().moment.isoformat()
    '2026-03-02T01:00:00+00:00'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from smartcity_share.errors import NoInstallationError, RegionFactNotDeclaredError
    from smartcity_share.hooks.installation import VISITOR
    from smartcity_share.install.instance import Instance
    from smartcity_share.manifest.model import REGION_FACTS, Manifest, Page
    from smartcity_share.testing.client import Client
    from smartcity_share.testing.doubles import AuditNote, Clock, PostOffice, RememberedAudit
    from smartcity_share.testing.installations import close_installation, make_installation
    from smartcity_share.testing.instances import Serving, make_instance
    from smartcity_share.testing.subject import AppUnderTest, app_under_test
    from smartcity_share.testing.unlike_regions import UNLIKE_REGIONS, region_at

_HOME: Final = {
    "AppUnderTest": "testing.subject",
    "AuditNote": "testing.doubles",
    "Client": "testing.client",
    "Clock": "testing.doubles",
    "Instance": "install.instance",
    "Manifest": "manifest.model",
    "NoInstallationError": "errors",
    "Page": "manifest.model",
    "PostOffice": "testing.doubles",
    "REGION_FACTS": "manifest.model",
    "RegionFactNotDeclaredError": "errors",
    "RememberedAudit": "testing.doubles",
    "Serving": "testing.instances",
    "UNLIKE_REGIONS": "testing.unlike_regions",
    "VISITOR": "hooks.installation",
    "app_under_test": "testing.subject",
    "close_installation": "testing.installations",
    "make_installation": "testing.installations",
    "make_instance": "testing.instances",
    "region_at": "testing.unlike_regions",
}

__all__ = [
    "REGION_FACTS",
    "UNLIKE_REGIONS",
    "VISITOR",
    "AppUnderTest",
    "AuditNote",
    "Client",
    "Clock",
    "Instance",
    "Manifest",
    "NoInstallationError",
    "Page",
    "PostOffice",
    "RegionFactNotDeclaredError",
    "RememberedAudit",
    "Serving",
    "app_under_test",
    "close_installation",
    "make_installation",
    "make_instance",
    "region_at",
]


def __getattr__(name: str) -> object:
    try:
        home = _HOME[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    return getattr(import_module(f"smartcity_share.{home}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
