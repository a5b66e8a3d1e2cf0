"""Asking a package index."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from smartcity_share.errors import Location, PackageError

_SECONDS: Final = 60.0
_CHUNK: Final = 1 << 20
_MOST_BYTES: Final = 1 << 30
"""Most bytes taken from an index for one wheel."""


def index_trouble(index: str, name: str) -> str | None:
    """Return why a package index cannot be asked; None where it answers, also that it has no such package.

    Args:
        index: Its URL.
        name: The package that is asked for.
    """
    try:
        with urlopen(  # noqa: S310 - http(s) alone, see config
            _request(f"{index.rstrip('/')}/{name}/"), timeout=_SECONDS
        ):
            return None
    except HTTPError as error:
        with error:
            return None if error.code in (404, 410) else f"it answers {error.code} {error.reason}"
    except (OSError, ValueError) as error:
        return str(error.reason if isinstance(error, URLError) else error)


def _request(url: str) -> Request:
    return Request(url, headers={"User-Agent": "smartcity-share", "Accept": "text/html"})  # noqa: S310 - http(s), see config


def download(url: str, target: Path, where: Location) -> None:
    """Fetch a wheel into a file.

    Args:
        url: Its address, http or https.
        target: The file; it is made.
        where: The place faults are told at.

    Raises:
        PackageError: The wheel cannot be had, or is too large.
    """
    mend = "Try again; where the index cannot be reached, put the wheel into a folder and name it: `--wheels DIR`."
    taken = 0
    try:
        with urlopen(_request(url), timeout=_SECONDS) as answer, target.open("wb") as file:  # noqa: S310 - see fetching
            while chunk := answer.read(_CHUNK):
                taken += len(chunk)
                if taken > _MOST_BYTES:
                    raise PackageError(f"The wheel is larger than {_MOST_BYTES} bytes", where=where, hint=mend)
                file.write(chunk)
    except HTTPError as error:
        with error:
            raise PackageError(f"The index answers {error.code} {error.reason}", where=where, hint=mend) from None
    except URLError as error:
        raise PackageError(f"The wheel cannot be fetched: {error.reason}", where=where, hint=mend) from None
