"""The fixed words of a manifest: categories with what they map to, contracts of connectors, grounds of processing."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

import attrs

from smartcity_share.documents.sentences import not_allowed
from smartcity_share.documents.shapes import fault

Contract = Literal["message", "identity", "payment"]
"""What a connector can do for the apps of a region."""

LawfulBasis = Literal["consent", "contract", "legal-obligation", "vital-interest", "public-task", "legitimate-interest"]
"""The grounds of UU 27/2022 article 20(2), in the order of its letters a to f."""


@attrs.frozen
class CategoryEntry:
    """One category of ``[app]``.

    Attributes:
        id: The word in the manifest.
        title: Language -> name.
        kpk: Ids of its areas in the KPK's prevention programme (MCP, since 2025 MCSP); empty where it has none.
        publiccode: Categories of publiccode.yml it maps to.
    """

    id: str
    title: Mapping[str, str]
    kpk: tuple[str, ...]
    publiccode: tuple[str, ...]


@attrs.frozen
class KpkArea:
    """One area of the KPK's prevention programme; which lists have it differs by year.

    Attributes:
        id: The word in the vocabulary.
        title: Name in Indonesian.
        lists: The lists that have it, such as ``mcp-2021``.
    """

    id: str
    title: str
    lists: tuple[str, ...]


@cache
def categories() -> Mapping[str, CategoryEntry]:
    """Return the categories by id, in the order of the data file."""
    return MappingProxyType(
        {
            name: CategoryEntry(name, MappingProxyType(entry["title"]), tuple(entry.get("kpk", ())), tuple(entry["publiccode"]))
            for name, entry in _data()["category"].items()
        }
    )


@cache
def kpk_areas() -> Mapping[str, KpkArea]:
    """Return the areas of the KPK's prevention programme by id."""
    return MappingProxyType(
        {name: KpkArea(name, entry["title"], tuple(entry["lists"])) for name, entry in _data()["kpk"].items()}
    )


def category_ids() -> list[str]:
    """Return the ids of the categories, sorted."""
    return sorted(categories())


def check_category(value: str) -> str:
    """Return a category that is in the vocabulary.

    Raises:
        PydanticCustomError: It is not; the mend names the nearest one.
    """
    if value not in categories():
        told = not_allowed(value, category_ids())
        raise fault(told.code, f'"{value}" is not a category', told.mend, found=told.found, wanted=told.wanted)
    return value


@cache
def _data() -> Mapping[str, Mapping[str, dict[str, Any]]]:
    return tomllib.loads(files("smartcity_share.manifest").joinpath("data", "categories.toml").read_text(encoding="utf-8"))
