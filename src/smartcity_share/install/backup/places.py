"""What a file of a backup is, by its name; a name that says nothing known is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import attrs

from smartcity_share.errors import FileNameError
from smartcity_share.install.backup.documents import Head
from smartcity_share.install.backup.tar import altered
from smartcity_share.install.storage.files import checked_name

_ROWS: Final = re.compile(r"(\d{4,6})/\d{6}\.jsonl")
_SECRET: Final = re.compile(r"(own|shared)/[A-Za-z_][A-Za-z0-9_]*")
_TRAIL: Final = re.compile(r"trail/\d{6}\.jsonl")
_FLAT: Final = re.compile(r"[^/]+")


class What(StrEnum):
    """What a file of a backup is."""

    PROFILE = "profile"
    CODE = "code"
    SETTINGS = "settings.json"
    OVERRIDES = "overrides.json"
    TABLES = "tables.json"
    ROWS = "tables"
    FILE = "files"
    SECRET = "secrets"  # noqa: S105 - a folder
    ACCOUNTS = "accounts.json"
    TRAIL = "trail"


@attrs.frozen
class Place:
    """Where a file of a backup belongs.

    Attributes:
        what: What it is.
        owner: The region, the folder of the code, or region and app.
        name: Its name there: of a stored file its name, of rows the number of the table.
    """

    what: What
    owner: str
    name: str


class Places:
    """Tells what the files of one backup are.

    Args:
        head: Its head: what it does not name has no place.
    """

    def __init__(self, head: Head) -> None:
        self._owners: Mapping[str, tuple[What | None, str]] = {
            **{f"regions/{code}/": (What.PROFILE, code) for code in head.regions},
            **{f"people/{code}/": (What.ACCOUNTS, code) for code in head.people},
            **{f"{one.code.location}/": (What.CODE, one.code.location) for one in head.installations if one.code.location},
            **{f"installations/{one.id}/": (None, one.id) for one in head.installations},
        }
        self._secrets = head.secrets

    def of(self, name: str) -> Place:
        """Return what a file is.

        Raises:
            BackupError: Its name says nothing known.
        """
        parts = name.split("/")
        for count in (2, 3):
            found = self._owners.get("/".join(parts[:count]) + "/")
            if found is not None and len(parts) > count:
                what, owner = found
                place = self._of_installation(owner, "/".join(parts[count:])) if what is None else None
                place = place or (Place(what, owner, "/".join(parts[count:])) if what is not None else None)
                if what is What.ACCOUNTS:
                    place = _of_people(owner, "/".join(parts[count:]))
                if place is not None and (place.what is not What.PROFILE or _FLAT.fullmatch(place.name)):
                    return place
        raise altered(f"`{name[:80]}` has no place in it")

    def _of_installation(self, owner: str, rest: str) -> Place | None:
        first, _, name = rest.partition("/")
        if not name:
            return Place(What(first), owner, first) if first in (What.SETTINGS, What.OVERRIDES, What.TABLES) else None
        if first == What.ROWS and (match := _ROWS.fullmatch(name)):
            return Place(What.ROWS, owner, match[1])
        if first == What.SECRET and self._secrets and _SECRET.fullmatch(name):
            return Place(What.SECRET, owner, name)
        if first == What.FILE:
            try:
                checked_name(name)
            except FileNameError:
                return None
            return Place(What.FILE, owner, name)
        return None


def _of_people(owner: str, rest: str) -> Place | None:
    if rest == What.ACCOUNTS:
        return Place(What.ACCOUNTS, owner, rest)
    return Place(What.TRAIL, owner, rest) if _TRAIL.fullmatch(rest) else None
