"""Getting a wheel from a folder or from a package index."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, url2pathname, urlopen

from smartcity_share.errors import Location, PackageError
from smartcity_share.install.environments.locked import LockedPackage

_SECONDS: Final = 60.0
_CHUNK: Final = 1 << 20
_MOST_BYTES: Final = 1 << 30
"""Most bytes taken from an index for one wheel."""
_FOLDER_MEND: Final = "Put the wheel into a folder and name it: `--wheels DIR`."


def place_of(package: LockedPackage) -> str:
    """Return where a wheel comes from, for messages."""
    parts = urlsplit(package.origin)
    return url2pathname(parts.path) if parts.scheme == "file" else package.origin


def is_at_hand(package: LockedPackage) -> bool:
    """Whether a wheel can be had without asking anybody: its file lies where it was taken from."""
    parts = urlsplit(package.origin)
    return parts.scheme == "file" and Path(url2pathname(parts.path)).is_file()


def copy_from(package: LockedPackage, target: Path) -> None:
    """Copy a wheel to a file.

    Args:
        package: The package with its origin.
        target: The file; it is made.

    Raises:
        PackageError: The wheel cannot be had.
    """
    parts = urlsplit(package.origin)
    where = Location(place_of(package))
    try:
        if parts.scheme == "file":
            shutil.copyfile(url2pathname(parts.path), target)
        elif parts.scheme in ("http", "https"):
            _download(package.origin, target, where)
        else:
            raise PackageError(f"The wheel of {package.label} is not in the store of the instance", hint=_FOLDER_MEND)
    except FileNotFoundError:
        raise PackageError("The wheel is no longer there", where=where, hint=_FOLDER_MEND) from None


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


def _download(url: str, target: Path, where: Location) -> None:
    mend = "Try again; where the index cannot be reached, put the wheel into a folder and name it: `--wheels DIR`."
    taken = 0
    try:
        with urlopen(_request(url), timeout=_SECONDS) as answer, target.open("wb") as file:  # noqa: S310 - see copy_from
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
