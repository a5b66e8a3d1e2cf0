"""Make an app the region's own: planned, applied as named steps, recorded in the ledger.

Names are imported on first use; ``import smartcity_share.install`` alone loads nothing heavy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.runtime import installed_apps, open_installation

_HOME: Final = {
    "Instance": "instance",
    "installed_apps": "runtime",
    "open_installation": "runtime",
}

__all__ = [
    "Instance",
    "installed_apps",
    "open_installation",
]


def __getattr__(name: str) -> object:
    try:
        home = _HOME[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    return getattr(import_module(f"smartcity_share.install.{home}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
