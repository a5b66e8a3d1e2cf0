"""What app authors build with: the request, the page frame, forms and translations.

Names are imported on first use.

Example:
    >>> from smartcity_share.toolkit import Pages, actor_of, installation_of
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartcity_share.toolkit.language import text_in
    from smartcity_share.toolkit.pages import Pages
    from smartcity_share.toolkit.regional import regional_file
    from smartcity_share.toolkit.request import actor_of, installation_of, language_of, shell_of
    from smartcity_share.toolkit.shell import Shell
    from smartcity_share.toolkit.translations import translations_for

_HOME = {
    "Pages": "pages",
    "Shell": "shell",
    "actor_of": "request",
    "installation_of": "request",
    "language_of": "request",
    "regional_file": "regional",
    "shell_of": "request",
    "text_in": "language",
    "translations_for": "translations",
}

__all__ = [
    "Pages",
    "Shell",
    "actor_of",
    "installation_of",
    "language_of",
    "regional_file",
    "shell_of",
    "text_in",
    "translations_for",
]


def __getattr__(name: str) -> object:
    try:
        home = _HOME[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    return getattr(import_module(f"smartcity_share.toolkit.{home}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
