"""Share smart-city apps between regional governments.

This is the door for app authors: what is listed in ``__all__`` is public and kept stable. Names are imported on first use, so
``import smartcity_share`` alone loads nothing heavy.

Example:
    >>> from smartcity_share import Settings, hookimpl, setting
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from smartcity_share._version import __version__

if TYPE_CHECKING:
    from smartcity_share.hooks.installation import Actor, AuditTrail, Database, FileStore, Installation, Messenger
    from smartcity_share.hooks.markers import HOST_API, hookimpl
    from smartcity_share.hooks.region_facts import RegionFacts
    from smartcity_share.hooks.sentence import Sentence
    from smartcity_share.hooks.settings import Settings, setting
    from smartcity_share.hooks.values import (
        DatabaseSchema,
        Dataset,
        Delivery,
        Health,
        HealthState,
        IndicatorValue,
        Job,
        Message,
        ReadinessAnswer,
    )

_HOME = {
    "HOST_API": "markers",
    "Actor": "installation",
    "AuditTrail": "installation",
    "Database": "installation",
    "DatabaseSchema": "values",
    "Dataset": "values",
    "Delivery": "values",
    "FileStore": "installation",
    "Health": "values",
    "HealthState": "values",
    "IndicatorValue": "values",
    "Installation": "installation",
    "Job": "values",
    "Message": "values",
    "Messenger": "installation",
    "ReadinessAnswer": "values",
    "RegionFacts": "region_facts",
    "Sentence": "sentence",
    "Settings": "settings",
    "hookimpl": "markers",
    "setting": "settings",
}

__all__ = [
    "HOST_API",
    "Actor",
    "AuditTrail",
    "Database",
    "DatabaseSchema",
    "Dataset",
    "Delivery",
    "FileStore",
    "Health",
    "HealthState",
    "IndicatorValue",
    "Installation",
    "Job",
    "Message",
    "Messenger",
    "ReadinessAnswer",
    "RegionFacts",
    "Sentence",
    "Settings",
    "__version__",
    "hookimpl",
    "setting",
]


def __getattr__(name: str) -> object:
    try:
        home = _HOME[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    return getattr(import_module(f"smartcity_share.hooks.{home}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
