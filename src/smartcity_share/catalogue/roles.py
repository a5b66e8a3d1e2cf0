"""Who may sign what in a catalogue: names of roles, and the paths each of them speaks for. Pure.

Three kinds of roles speak for releases. ``cabut`` lists what is revoked and is asked first. Each origin has a role of its own,
``r-<code>``, for the paths below ``apps/<code>/``. The origins of one province lie below ``p-<province>``, so that a reader
fetches the keys of one province and not those of the country.
"""

from __future__ import annotations

import re
from typing import Final, Self

import attrs

ROOT: Final = "root"
TARGETS: Final = "targets"
SNAPSHOT: Final = "snapshot"
TIMESTAMP: Final = "timestamp"
TOP_LEVEL: Final = (ROOT, TARGETS, SNAPSHOT, TIMESTAMP)
"""The roles every TUF repository has."""

REVOCATIONS: Final = "cabut"
"""The role that revokes releases of any origin; the first that is asked for a path."""
INDEX: Final = "index"
"""The role of the search index, which is a hint and no authority."""
INDEX_PATH: Final = "index/apps.json"
"""Path of the search index."""

SIGNED_AT: Final = "x-signed-at"
"""Field of the timestamp: when it was signed, ISO time in UTC."""

APPS: Final = "apps"
"""First part of the path of every release."""

CODE: Final = re.compile(r"(?=.{1,40}\Z)[0-9A-Z]+(?:[.-][0-9A-Z]+)*", re.ASCII)
"""What the code of an origin may look like: it names files and stands in patterns, on any file system."""
APP_ID: Final = re.compile(r"[a-z][a-z0-9-]{1,30}", re.ASCII)
"""What the id of an app looks like (`manifest.types.AppId`)."""
FILE_NAME: Final = re.compile(r"(?=.{5,200}\Z)[A-Za-z0-9][A-Za-z0-9._+!-]*\.whl", re.ASCII)
"""What the file name of a wheel may look like in a catalogue."""

_REGENCY: Final = re.compile(r"([0-9]{2})\.[0-9]{2}", re.ASCII)
_ORIGIN_PREFIX: Final = "r-"
_PROVINCE_PREFIX: Final = "p-"


@attrs.frozen
class ReleasePath:
    """The path of a wheel in a catalogue: ``apps/<code>/<app id>/<file name>``.

    Attributes:
        origin: Code of the region that shares the app.
        app: Id of the app the wheel is of, or is needed by.
        file: File name of the wheel.
    """

    origin: str
    app: str
    file: str

    def __str__(self) -> str:
        return f"{APPS}/{self.origin}/{self.app}/{self.file}"

    @classmethod
    def read(cls, path: str) -> Self | None:
        """Return what a path says; None where it is not the path of a wheel."""
        parts = path.split("/")
        if len(parts) != 4 or parts[0] != APPS:  # noqa: PLR2004 - the four parts of the path
            return None
        _, origin, app, file = parts
        if not (CODE.fullmatch(origin) and APP_ID.fullmatch(app) and FILE_NAME.fullmatch(file)):
            return None
        return cls(origin, app, file)

    def beside(self, file: str) -> Self:
        """Return the path of another wheel in the same folder."""
        return attrs.evolve(self, file=file)


@attrs.frozen
class ReleaseName:
    """A release as people name it.

    Attributes:
        origin: Code of the region that shares the app.
        app: Id of the app.
        version: Its version.
    """

    origin: str
    app: str
    version: str

    def __str__(self) -> str:
        return f"{self.app}=={self.version} of {self.origin}"


def province_of(code: str) -> str | None:
    """Return the code of the province a regency or city lies in; None for a province itself or an origin elsewhere."""
    match = _REGENCY.fullmatch(code)
    return None if match is None else match[1]


def province_role(province: str) -> str:
    """Return the name of the role that holds the keys of the origins of a province."""
    return f"{_PROVINCE_PREFIX}{province}"


def origin_role(code: str) -> str:
    """Return the name of the role of an origin."""
    return f"{_ORIGIN_PREFIX}{code}"


def code_of(role: str) -> str | None:
    """Return the code of the origin a role is of; None for another role."""
    code = role.removeprefix(_ORIGIN_PREFIX)
    return code if code != role and CODE.fullmatch(code) else None


def province_of_role(role: str) -> str | None:
    """Return the code of the province a role is of; None for another role."""
    code = role.removeprefix(_PROVINCE_PREFIX)
    return code if code != role and re.fullmatch(r"[0-9]{2}", code, re.ASCII) else None


def parent_of(role: str) -> str | None:
    """Return the role that names the keys of a role; None for the root, which names its own."""
    if role in TOP_LEVEL:
        return None if role == ROOT else ROOT
    code = code_of(role)
    province = None if code is None else province_of(code)
    return TARGETS if province is None else province_role(province)


def patterns_of(role: str) -> tuple[str, ...]:
    """Return the paths a delegated role may speak for; ``*`` stands for one part of a path, never for several.

    Args:
        role: A delegated role.
    """
    if role == REVOCATIONS:
        return (f"{APPS}/*/*/*",)
    if role == INDEX:
        return (f"{INDEX}/*",)
    province = province_of_role(role)
    if province is not None:
        return (f"{APPS}/{province}.*/*/*",)
    code = code_of(role)
    return () if code is None else (f"{APPS}/{code}/*/*",)


def speaks_for(role: str, path: str) -> bool:
    """Tell whether a role may list a path, by the rules above and not by a pattern somebody wrote into a file."""
    if role == INDEX:
        return path == INDEX_PATH
    release = ReleasePath.read(path)
    if release is None:
        return False
    return role == REVOCATIONS or release.origin == code_of(role)
