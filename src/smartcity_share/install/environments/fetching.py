"""Getting a wheel from a folder or from a package index."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from smartcity_share.errors import Location, PackageError
from smartcity_share.install.environments.locked import LockedPackage

_FOLDER_MEND: Final = "Put the wheel into a folder and name it: `--wheels DIR`."


def local_file(origin: str) -> Path | None:
    """Return the file that a URL names; None where it names none of this machine.

    Args:
        origin: The URL.
    """
    parts = urlsplit(origin)
    if parts.scheme != "file":
        return None
    if os.name == "nt":
        from urllib.request import url2pathname

        return Path(url2pathname(parts.path))
    return Path(unquote(parts.path))


def place_of(package: LockedPackage) -> str:
    """Return where a wheel comes from, for messages."""
    return str(local_file(package.origin) or package.origin)


def is_at_hand(package: LockedPackage) -> bool:
    """Whether a wheel can be had without asking anybody: its file lies where it was taken from."""
    path = local_file(package.origin)
    return path is not None and path.is_file()


def copy_from(package: LockedPackage, target: Path) -> None:
    """Copy a wheel to a file.

    Args:
        package: The package with its origin.
        target: The file; it is made.

    Raises:
        PackageError: The wheel cannot be had.
    """
    path, where = local_file(package.origin), Location(place_of(package))
    try:
        if path is not None:
            shutil.copyfile(path, target)
        elif urlsplit(package.origin).scheme in ("http", "https"):
            from smartcity_share.install.environments.downloading import download  # brings HTTP and TLS

            download(package.origin, target, where)
        else:
            raise PackageError(f"The wheel of {package.label} is not in the store of the instance", hint=_FOLDER_MEND)
    except FileNotFoundError:
        raise PackageError("The wheel is no longer there", where=where, hint=_FOLDER_MEND) from None
