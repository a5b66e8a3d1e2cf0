"""The table of Indonesian regions: 38 provinces and 514 kabupaten and kota, by code and by name.

Where it comes from is written beside it in ``data/indonesia.source.toml``; ``scripts/regions.py`` makes it anew. It is read
once, on first use, by plain splitting: the script refuses cells that would need quoting.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from smartcity_share.errors import RegionAmbiguousError, RegionNotFoundError
from smartcity_share.regions.codes import canonical, why_unknown
from smartcity_share.regions.region import Region, RegionKind
from smartcity_share.regions.search import Alias, NameIndex

__all__ = ["Region", "RegionKind", "aliases", "all_regions", "by_code", "find", "get", "resolve"]

LISTED_AT_MOST = 12
"""How many candidates an error names before it counts the rest."""


def all_regions() -> tuple[Region, ...]:
    """Return every region of the table, ordered by code; a province comes before its kabupaten and kota."""
    return tuple(by_code().values())


@cache
def by_code() -> Mapping[str, Region]:
    """Return the table as a read-only mapping from code to region, ordered by code."""
    rows = [line.split(",") for line in _read("indonesia.csv").splitlines()[1:]]
    provinces = {code: short_name for code, kind, _, short_name, *_ in rows if kind == RegionKind.PROVINSI}
    return MappingProxyType(
        {
            code: Region(code, name, short_name, RegionKind(kind), province, provinces[province], zone, autonomous == "yes")
            for code, kind, name, short_name, province, zone, autonomous in rows
        }
    )


@cache
def aliases() -> tuple[Alias, ...]:
    """Return the other names regions are known by, each with its source."""
    return tuple(Alias(*line.split(",", 3)) for line in _read("aliases.csv").splitlines()[1:])


def get(code: str) -> Region:
    """Return the region of a code written exactly as in the table.

    Args:
        code: ``PP`` or ``PP.RR``.

    Raises:
        RegionNotFoundError: No region has this code; the hint names the nearest, or the lost zero.
    """
    found = by_code().get(code)
    if found is None:
        raise _not_found(code)
    return found


def find(text: str) -> tuple[Region, ...]:
    """Find the regions a text may mean: a code with or without its dot, or a name in any spelling.

    Kind words may be shortened (``kab``, ``prov``), case and punctuation do not matter, former names and abbreviations are
    known, and spelling mistakes are forgiven when nothing fits exactly. Never raises.

    Args:
        text: What a person typed.

    Returns:
        The regions ordered by code; empty when nothing is near.

    Example:
        >>> [region.code for region in find("bandung")]
        ['32.04', '32.17', '32.73']
    """
    code = canonical(text)
    if code is not None:
        region = by_code().get(code)
        return () if region is None else (region,)
    return _index().find(text)


def resolve(text: str) -> Region:
    """Return the one region a text means, and refuse to guess.

    A code, an official or former name, or words that fit exactly one region are accepted. A misspelt name is not: the error
    names what may have been meant.

    Args:
        text: A code or a name.

    Raises:
        RegionAmbiguousError: Several regions answer to the name; the hint lists them with their codes.
        RegionNotFoundError: No region answers to it.
    """
    code = canonical(text)
    if code is not None:
        return get(code)
    containing = _index().containing(text)
    found = _index().exact(text) or containing
    if len(found) == 1:
        return found[0]
    if found:
        raise RegionAmbiguousError(
            f'{len(containing)} regions answer to "{text.strip()[:60]}"',
            hint=f"Give the code of the one you mean: {_listed(containing)}.",
        )
    raise _not_found(text)


@cache
def _index() -> NameIndex:
    return NameIndex(all_regions(), aliases())


def _not_found(text: str) -> RegionNotFoundError:
    message, hint = why_unknown(text, by_code())
    if hint is None:
        near = _index().find(text)
        hint = f"Did you mean {_listed(near)}?" if near else "Look for it with `smartcity region find NAME`."
    return RegionNotFoundError(message, hint=hint)


def _listed(regions: tuple[Region, ...]) -> str:
    shown = ", ".join(str(region) for region in regions[:LISTED_AT_MOST])
    rest = len(regions) - LISTED_AT_MOST
    return f"{shown} and {rest} more" if rest > 0 else shown


def _read(name: str) -> str:
    return files("smartcity_share.regions").joinpath("data", name).read_text(encoding="utf-8")
