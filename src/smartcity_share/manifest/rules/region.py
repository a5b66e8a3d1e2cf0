"""Rules about regions: the one an app comes from, and the facts it reads of the one it runs in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from smartcity_share.documents.suggest import did_you_mean
from smartcity_share.documents.toml import Key, TomlDocument
from smartcity_share.errors import Fault, RegionNotFoundError
from smartcity_share.manifest.model import REGION_FACTS
from smartcity_share.manifest.rules.raw import Table, table
from smartcity_share.regions import table as regions

_ALWAYS: Final = frozenset({"code", "kind", "wording"})
"""What every app may read of its region without saying so."""


def origin_is_known(document: TomlDocument) -> Iterator[Fault]:
    """An origin is stated, and its Indonesian region codes are in the table of regions."""
    origin = table(document, "origin")
    if origin and "region" not in origin and "agency" not in origin:
        yield Fault(
            "origin-unstated",
            "Neither a region nor an agency is named",
            document.locate(("origin", "region")),
            'Add `region = "PP.RR"`, or `agency` for an app that no region made.',
        )
    yield from _code(document, origin, ("origin", "region"))
    based_on = origin.get("based_on")
    if isinstance(based_on, dict):
        yield from _code(document, based_on, ("origin", "based_on", "region"))


def _code(document: TomlDocument, holder: Table, key: Key) -> Iterator[Fault]:
    code = holder.get("region")
    if not isinstance(code, str) or table(document, "origin").get("country", "ID") != "ID":
        return
    try:
        regions.get(code)
    except RegionNotFoundError as error:
        yield Fault("region-unknown", error.message, document.locate(key), error.hint or "Write the code as PP.RR, in quotes.")


def facts_are_known(document: TomlDocument) -> Iterator[Fault]:
    """``region_uses`` lists facts a region profile has, each once."""
    found = document.data.get("region_uses")
    seen: set[str] = set()
    for index, fact in enumerate(found if isinstance(found, list) else ()):
        if not isinstance(fact, str) or not fact.strip():
            continue
        place = ("region_uses", index)
        if fact in seen:
            yield Fault("region-fact-repeated", f"`{fact}` is listed twice", document.locate(place), "Remove one.")
        elif fact in _ALWAYS:
            message = f"`{fact}` needs no declaration"
            yield Fault("region-fact-unknown", message, document.locate(place), "Remove it: every app may read it.")
        elif fact not in REGION_FACTS:
            near = did_you_mean(fact, REGION_FACTS)
            message = f"`{fact[:60]}` is no fact of a region profile"
            mend = f"{near} Known: {', '.join(REGION_FACTS)}.".strip()
            yield Fault("region-fact-unknown", message, document.locate(place), mend)
        seen.add(fact)
