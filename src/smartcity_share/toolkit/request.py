"""What a request carries: the installation it belongs to, who acts, the page frame, the language.

The host sets these on the ASGI scope before an app is called. An app asks for them here and never builds them itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from smartcity_share.errors import NoInstallationError
from smartcity_share.hooks.installation import VISITOR, Actor, Installation
from smartcity_share.toolkit.shell import Shell

INSTALLATION_KEY: Final = "smartcity.installation"
ACTOR_KEY: Final = "smartcity.actor"
SHELL_KEY: Final = "smartcity.shell"

_MEND: Final = "Serve the app with `smartcity serve`; in a test use `smartcity_share.testing`."


def installation_of(source: Mapping[str, Any]) -> Installation:
    """Return the installation the request belongs to.

    Args:
        source: A Starlette request or the ASGI scope (both are mappings of the scope's keys).

    Raises:
        NoInstallationError: The request did not come through the host: which region it is for is never guessed.
    """
    found = source.get(INSTALLATION_KEY)
    if not isinstance(found, Installation):
        raise NoInstallationError("This request carries no installation: the app was called without the host.", hint=_MEND)
    return found


def actor_of(source: Mapping[str, Any]) -> Actor:
    """Return who acts; a visitor with no rights where nobody signed in.

    Args:
        source: A Starlette request or the ASGI scope.
    """
    found = source.get(ACTOR_KEY)
    return found if isinstance(found, Actor) else VISITOR


def shell_of(source: Mapping[str, Any]) -> Shell:
    """Return what the page frame shows: the region's name, menu, languages, contacts.

    Args:
        source: A Starlette request or the ASGI scope.

    Raises:
        NoInstallationError: The request did not come through the host.
    """
    found = source.get(SHELL_KEY)
    if not isinstance(found, Shell):
        raise NoInstallationError("This request carries no page frame: it was not made through the host.", hint=_MEND)
    return found


def language_of(source: Mapping[str, Any]) -> str:
    """Return the language of the request as a BCP 47 code, for example ``id``.

    Args:
        source: A Starlette request or the ASGI scope.

    Raises:
        NoInstallationError: The request did not come through the host.
    """
    return shell_of(source).language
