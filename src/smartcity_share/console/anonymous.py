"""The frame of pages that belong to no region: the list of regions, and faults above them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from smartcity_share.toolkit.language import LANGUAGE_COOKIE, choose_language
from smartcity_share.toolkit.request import SHELL_KEY
from smartcity_share.toolkit.shell import Shell

LANGUAGES: Final = ("id", "en")
"""Languages of the pages above all regions; the first is the default."""


def framed(scope: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the scope with a frame: its own, or one of no region.

    Args:
        scope: The ASGI scope of a request.
    """
    if isinstance(scope.get(SHELL_KEY), Shell):
        return scope
    headers = {name: value.decode("latin-1") for name, value in reversed(scope.get("headers", []))}
    language = choose_language(LANGUAGES, chosen=_cookie(headers.get(b"cookie", "")), accepted=headers.get(b"accept-language"))
    shell = Shell(
        region_code="",
        region_name="",
        government="",
        home_url="/",
        static_url="/_/static/",
        language=language,
        languages=LANGUAGES,
        language_url="/_/bahasa",
    )
    return {**scope, SHELL_KEY: shell}


def _cookie(header: str) -> str | None:
    for pair in header.split(";"):
        name, _, value = pair.strip().partition("=")
        if name == LANGUAGE_COOKIE:
            return value
    return None
