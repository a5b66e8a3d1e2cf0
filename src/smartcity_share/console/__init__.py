"""The web console and the public pages of an instance.

The host calls it for every address that belongs to no app: ``create_host(instance, console=console_app,
error_pages=ConsoleErrorPages())``. Names are imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartcity_share.console.app import console_app
    from smartcity_share.console.errors import ConsoleErrorPages

_HOME = {"ConsoleErrorPages": "errors", "console_app": "app"}

__all__ = ["ConsoleErrorPages", "console_app"]


def __getattr__(name: str) -> object:
    try:
        home = _HOME[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    return getattr(import_module(f"smartcity_share.console.{home}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
