"""Where a catalogue lies: a folder of this machine or of a stick, or an address of the web. A value; nothing is looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Self
from urllib.parse import urlsplit

import attrs

from smartcity_share.errors import UsageError

_SCHEMES: Final = ("http", "https")


@attrs.frozen
class CatalogueLocation:
    """Where a catalogue lies.

    Attributes:
        text: As it was given, for messages.
        folder: Its folder; None for an address.
        url: Its address, without a slash at the end; None for a folder.
    """

    text: str
    folder: Path | None = None
    url: str | None = None

    def __str__(self) -> str:
        return self.text

    @property
    def is_carried(self) -> bool:
        """Whether it is a folder: it may have been copied long ago, where no web server renews it."""
        return self.folder is not None

    @classmethod
    def read(cls, text: str, base: Path | None = None) -> Self:
        """Return the location a text names.

        Args:
            text: A folder, or an http or https address.
            base: The folder a relative folder is looked for in; the current one where left out.

        Raises:
            UsageError: It is an address that cannot be asked, or one that shows a password.
        """
        if not is_address(text):
            return cls(text, folder=(base or Path()) / text)
        trouble = address_trouble(text)
        if trouble is not None:
            raise UsageError(f"{trouble}: {_without_login(text)}", hint="Write it as https://katalog.example.go.id.")
        return cls(text, url=text.rstrip("/"))


def is_address(text: str) -> bool:
    """Tell whether a text is meant as an address of the web; a folder otherwise."""
    return "://" in text


def address_trouble(text: str) -> str | None:
    """Return why no catalogue can be fetched from an address; None where one may be.

    Args:
        text: The address.
    """
    try:
        parts = urlsplit(text)
        host = parts.hostname
        _ = parts.port, (host or "").encode("idna")
    except ValueError:
        return "This is no address"
    if parts.scheme not in _SCHEMES or not host:
        return "This is no http or https address"
    if "@" in parts.netloc:
        return "The address of a catalogue must hold no name and no password"
    if parts.query or parts.fragment:
        return "The address of a catalogue ends with its path: no `?` and no `#`"
    return None


def redirect_trouble(asked: str, to: str) -> str:
    """Return why nobody may be sent on from one address to another; nothing where that is fine.

    Args:
        asked: The address that was asked.
        to: The one it sends on to.
    """
    before, after = urlsplit(asked).scheme, urlsplit(to).scheme
    if after not in _SCHEMES:
        return "it sends on to what is no web address"
    return "it sends on from https to http, where everybody on the way reads along" if before == "https" != after else ""


def _without_login(text: str) -> str:
    scheme, _, rest = text.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"[:120]
