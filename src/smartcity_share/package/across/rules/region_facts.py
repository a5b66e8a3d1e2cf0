"""Rule: ``region_uses`` lists every fact of the region that the code reads, and no other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from smartcity_share.errors import Fault
from smartcity_share.manifest.model import REGION_FACTS
from smartcity_share.package.across.base import Parts

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
    read: set[str] = set()
    for said in parts.code.region_facts():
        fact = NEEDS.get(said.text or "")
        if fact is None or fact in read:
            continue
        read.add(fact)
        if fact not in declared:
            yield Fault(
                "region-fact-undeclared",
                f"The code reads `{fact}` of the region, which `region_uses` does not list",
                parts.where(said),
                f'Add "{fact}" to `region_uses` in smartcity.toml, or stop reading it.',
            )
    for index, fact in enumerate(declared):
        if fact not in read and not _may_be_read(parts, fact):
            yield Fault(
                "region-fact-unused",
                f"`{fact}` is declared, but nothing reads it of the region",
                parts.key("region_uses", index),
                "Remove it: a region should not have to fill in what nobody reads.",
            )


def _may_be_read(parts: Parts, fact: str) -> bool:
    """Whether a fact may be read where the syntax does not tell: of a region that was handed on whole."""
    names = [name for name, needed in NEEDS.items() if needed == fact]
    return parts.code.region_leaves and any(map(parts.code.reads_attribute, names))
