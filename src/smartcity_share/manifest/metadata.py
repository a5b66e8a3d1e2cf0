"""The metadata every Python distribution carries, from wherever a manifest is read."""

from __future__ import annotations

import configparser
import re
from collections.abc import Mapping
from email.message import Message
from email.parser import HeaderParser
from importlib.metadata import Distribution
from types import MappingProxyType
from typing import Any, Final

import attrs

APPS_GROUP: Final = "smartcity_share.apps"
CONNECTORS_GROUP: Final = "smartcity_share.connectors"

_BODY: Final = re.compile(r"\r?\n\r?\n")

EntryPoints = Mapping[str, Mapping[str, str]]
"""Group -> name -> value."""

_NONE: Final[EntryPoints] = MappingProxyType({})


@attrs.frozen
class CoreMetadata:
    """The core metadata of a distribution, as far as this library reads it.

    Attributes:
        name: Name of the distribution; empty where a manifest was read from a bare file.
        version: Version; empty where the build works it out and has not run yet.
        summary: One line.
        requires_dist: Requirements, as written.
        requires_python: Range of Python versions; empty for every one.
        license: SPDX expression, or what older metadata says; empty where nothing is said.
        authors: Names, with e-mail addresses where given.
        entry_points: Group -> name -> value.
        urls: Label -> address, as written; Python's labels such as ``Repository`` and ``Homepage``.
    """

    name: str = ""
    version: str = ""
    summary: str = ""
    requires_dist: tuple[str, ...] = ()
    requires_python: str = ""
    license: str = ""
    authors: tuple[str, ...] = ()
    entry_points: EntryPoints = _NONE
    urls: Mapping[str, str] = MappingProxyType({})

    @property
    def app_entry_points(self) -> EntryPoints:
        """The entry points of apps and connectors."""
        return {group: self.entry_points[group] for group in (APPS_GROUP, CONNECTORS_GROUP) if self.entry_points.get(group)}


def from_texts(metadata: str, entry_points: str = "") -> CoreMetadata:
    """Read the files ``METADATA`` and ``entry_points.txt`` of a dist-info folder. Never raises: what is not there is empty."""
    headers = _BODY.split(metadata, maxsplit=1)[0]  # the parser would go through the long description too, line by line
    return _from_message(HeaderParser().parsestr(headers), _entry_points(entry_points))


def from_distribution(distribution: Distribution) -> CoreMetadata:
    """Read the metadata of an installed distribution, without importing anything of it."""
    return from_texts(
        _text(distribution, "METADATA") or _text(distribution, "PKG-INFO"), _text(distribution, "entry_points.txt")
    )


def from_pyproject(project: Mapping[str, Any]) -> CoreMetadata:
    """Read the static part of the ``[project]`` table of a ``pyproject.toml``; values of a wrong type are passed over."""
    people = project.get("authors")
    authors = [person for person in people if isinstance(person, dict)] if isinstance(people, list) else []
    licence = project.get("license")
    groups: dict[str, Any] = project["entry-points"] if isinstance(project.get("entry-points"), dict) else {}
    requirements = project.get("dependencies")
    return CoreMetadata(
        name=_string(project.get("name")),
        version=_string(project.get("version")),
        summary=_string(project.get("description")),
        requires_dist=tuple(entry for entry in requirements if isinstance(entry, str))
        if isinstance(requirements, list)
        else (),
        requires_python=_string(project.get("requires-python")),
        license=_string(licence.get("text") if isinstance(licence, dict) else licence),
        authors=tuple(_person(_string(person.get("name")), _string(person.get("email"))) for person in authors),
        entry_points={
            group: {name: _string(value) for name, value in entries.items()}
            for group, entries in groups.items()
            if isinstance(entries, dict)
        },
        urls=_urls(project.get("urls")),
    )


def _from_message(message: Message, entry_points: EntryPoints) -> CoreMetadata:
    def one(name: str) -> str:
        return " ".join(str(message.get(name, "")).split())

    def every(name: str) -> list[str]:
        return [str(value) for value in message.get_all(name, [])]

    return CoreMetadata(
        name=one("Name"),
        version=one("Version"),
        summary=one("Summary"),
        requires_dist=tuple(every("Requires-Dist")),
        requires_python=one("Requires-Python"),
        license=one("License-Expression") or one("License"),
        authors=tuple(every("Author-email") or every("Author")),
        entry_points=entry_points,
        urls={label.strip(): url.strip() for label, _, url in (value.partition(",") for value in every("Project-URL"))},
    )


def _entry_points(text: str) -> EntryPoints:
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[method-assign,assignment] # names of entry points keep their case
    try:
        parser.read_string(text)
    except configparser.Error:
        return {}
    return {group: dict(parser.items(group)) for group in parser.sections()}


def _text(distribution: Distribution, name: str) -> str:
    try:
        return distribution.read_text(name) or ""
    except (OSError, UnicodeDecodeError):
        return ""


def _urls(found: object) -> dict[str, str]:
    return {str(label): _string(url) for label, url in found.items() if _string(url)} if isinstance(found, dict) else {}


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _person(name: str, email: str) -> str:
    return f"{name} <{email}>" if name and email else name or email
