"""Reading what uv and pip answer: their lock formats, into one value."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import attrs
from packaging.utils import canonicalize_name

from smartcity_share.errors import OperationError
from smartcity_share.install.environments.locked import LockedPackage


@attrs.frozen
class ResolverAnswer:
    """What a resolver answered.

    Attributes:
        packages: The wheels of each package by its normalised name; None where it found no way.
        said: What it said then.
    """

    packages: Mapping[str, Sequence[LockedPackage]] | None
    said: str = ""


def read_uv_lock(text: str) -> ResolverAnswer:
    """Read a ``pylock.toml`` (PEP 751).

    Args:
        text: Its content.

    Raises:
        OperationError: It says something else than this version expects.
    """
    try:
        return ResolverAnswer({one["name"]: list(_wheels(one)) for one in tomllib.loads(text).get("packages", [])})
    except (KeyError, TypeError, ValueError) as cause:
        raise _unreadable("uv", cause) from None


def _wheels(package: Mapping[str, Any]) -> Iterator[LockedPackage]:
    for wheel in package["wheels"]:
        url = wheel["url"]
        filename = wheel.get("name") or _last_part(url)
        yield LockedPackage(package["name"], package["version"], wheel["hashes"]["sha256"], filename, url)


def read_pip_report(text: str) -> ResolverAnswer:
    """Read the report of ``pip install --report``.

    Args:
        text: Its content.

    Raises:
        OperationError: It says something else than this version expects.
    """
    found: dict[str, list[LockedPackage]] = {}
    try:
        for one in json.loads(text)["install"]:
            name, version = canonicalize_name(one["metadata"]["name"]), one["metadata"]["version"]
            file = one["download_info"]
            digest = file["archive_info"]["hashes"]["sha256"]
            found[name] = [LockedPackage(name, version, digest, _last_part(file["url"]), file["url"])]
    except (KeyError, TypeError, ValueError) as cause:
        raise _unreadable("pip", cause) from None
    return ResolverAnswer(found)


def _last_part(url: str) -> str:
    return PurePosixPath(unquote(urlsplit(url).path)).name


def _unreadable(tool: str, cause: Exception) -> OperationError:
    return OperationError(
        f"What {tool} answered cannot be read: {type(cause).__name__}: {cause}",
        hint=f"Install another version of {tool}, and report which one this was.",
    )
