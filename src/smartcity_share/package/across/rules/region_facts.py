"""Rule: ``region_uses`` lists every fact of the region that the code reads, and no other."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from smartcity_share.errors import Fault, Location
from smartcity_share.manifest.model import REGION_FACTS
from smartcity_share.package.across.base import Parts
from smartcity_share.package.across.code import Code, Said

NEEDS: Final[Mapping[str, str]] = {
    **{fact: fact for fact in REGION_FACTS},
    "zone": "time_zone",
    "head": "officials",
    "signatory": "officials",
    "office": "offices",
}
"""Attribute of a region -> the fact that has to be declared for it."""


def check(parts: Parts) -> Iterator[Fault]:
    """Yield a fault for each fact read and not declared, and each declared and not read."""
    declared = parts.manifest.region_uses
    yield from undeclared(parts.code, declared, parts.place)
    read = set(_read(parts.code))
    for index, fact in enumerate(declared):
        if fact not in read and not _may_be_read(parts, fact):
            yield Fault(
                "region-fact-unused",
                f"`{fact}` is declared, but nothing reads it of the region",
                parts.key("region_uses", index),
                "Remove it: a region should not have to fill in what nobody reads.",
            )


def undeclared(code: Code, declared: Collection[object], place: str) -> Iterator[Fault]:
    """Yield a fault for each fact that is read and not declared.

    Args:
        code: The code of the app.
        declared: What ``region_uses`` lists.
        place: What stands before the path of a file in messages.
    """
    for fact, said in _read(code).items():
        if fact not in declared:
            yield Fault(
                "region-fact-undeclared",
                f"The code reads `{fact}` of the region, which `region_uses` does not list",
                Location(f"{place}{said.file}", said.line),
                f'Add "{fact}" to `region_uses` in smartcity.toml, or stop reading it.',
                wanted=fact,
            )


def _read(code: Code) -> dict[str, Said]:
    """Return the facts that are read, each with the first place."""
    found: dict[str, Said] = {}
    for said in code.region_facts():
        fact = NEEDS.get(said.text or "")
        if fact is not None:
            found.setdefault(fact, said)
    return found


def _may_be_read(parts: Parts, fact: str) -> bool:
    """Whether a fact may be read where the syntax does not tell: of a region that was handed on whole."""
    names = [name for name, needed in NEEDS.items() if needed == fact]
    return parts.code.region_leaves and any(map(parts.code.reads_attribute, names))
