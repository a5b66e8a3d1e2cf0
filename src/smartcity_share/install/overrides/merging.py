"""Carrying what a region changed over to a new version of the app: three versions in, one out, every conflict by its key."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final

import attrs

from smartcity_share.errors import Fault, Location
from smartcity_share.install.overrides.item import Item, ItemKind
from smartcity_share.install.overrides.lines import chunks
from smartcity_share.install.overrides.messages import read_messages, shown_key, write_messages
from smartcity_share.install.overrides.trees import MISSING, Difference, merge_trees

_KEYED: Final = ("toml", "json")
_LONGEST: Final = 160


class Choice(StrEnum):
    """Whose version is taken where both changed the same."""

    OURS = "ours"
    THEIRS = "theirs"


@attrs.frozen
class Conflict:
    """One place that the new version of the app and the region both changed, differently.

    Attributes:
        key: Names the place: ``texts/id:Send``, ``templates/front.html:12-15``, ``files/kinds.toml:road.days``.
        base: What the region's change was made from, short.
        theirs: What the new version says, short.
        ours: What the region says, short.
    """

    key: str
    base: str
    theirs: str
    ours: str


@attrs.frozen
class Merged:
    """What becomes of one changed part.

    Attributes:
        content: The new content; None where the part is the app's own again.
        conflicts: Places nobody has decided on; the content then means nothing.
        notice: What the person should know; empty where nothing.
    """

    content: bytes | None
    conflicts: tuple[Conflict, ...] = ()
    notice: str = ""


@attrs.define
class _Decider:
    """Answers conflicts by what was chosen, and keeps those nobody decided on."""

    item: Item
    choices: Mapping[str, Choice]
    open: list[Conflict] = attrs.field(factory=list)

    def take(self, place: str, base: object, theirs: object, ours: object) -> Choice:
        key = f"{self.item}:{place}" if place else str(self.item)
        chosen = self.choices.get(key) or self.choices.get(str(self.item)) or self.choices.get("all")
        if chosen is None:
            self.open.append(Conflict(key, _short(base), _short(theirs), _short(ours)))
            return Choice.OURS
        return chosen


def merge_item(item: Item, base: bytes | None, theirs: bytes | None, ours: bytes, choices: Mapping[str, Choice]) -> Merged:
    """Merge what a region made of a part with what a new version of the app makes of it.

    Args:
        item: The part.
        base: The app's own content the region started from; None where that is not known.
        theirs: The content in the new version; None where it has no such part.
        ours: The region's content.
        choices: What to take where both changed the same: by key of the conflict, by part, or ``all``.
    """
    decider = _Decider(item, choices)
    if item.kind is ItemKind.TEXT:
        return _merge_texts(item, read_messages(base or b""), read_messages(theirs or b""), read_messages(ours), decider)
    if theirs is None:
        if decider.take("", "" if base is None else "(the app had it)", "(gone)", "(changed by the region)") is Choice.THEIRS:
            return Merged(None, notice=f"{item} is gone from the new version, and so is what the region made of it")
        return Merged(ours, tuple(decider.open), f"{item} is gone from the new version; the region's is kept and not used")
    if theirs == ours:
        return Merged(None, notice=f"{item}: the new version says the same; the region's own is no longer needed")
    if base == theirs:
        return Merged(ours)
    content = _merge_content(item, base, theirs, ours, decider)
    return Merged(None if content == theirs else content, tuple(decider.open))


def conflict_faults(conflicts: tuple[Conflict, ...], where: str) -> tuple[Fault, ...]:
    """Return conflicts as what keeps a plan from working.

    Args:
        conflicts: The conflicts.
        where: Names the installation.
    """
    return tuple(
        Fault(
            "override-conflict",
            f"Both the new version and the region changed it. It was: {one.base}. The new version says: {one.theirs}. "
            f"The region says: {one.ours}",
            Location(where, key=one.key),
            f'Keep the region\'s with `--ours "{one.key}"`, take the new one with `--theirs "{one.key}"`.',
        )
        for one in conflicts
    )


def _merge_texts(
    item: Item,
    base: Mapping[str, str | tuple[str, ...]],
    theirs: Mapping[str, str | tuple[str, ...]],
    ours: Mapping[str, str | tuple[str, ...]],
    decider: _Decider,
) -> Merged:
    kept = {}
    gone = []
    for key, text in ours.items():
        own = theirs.get(key)
        if own == text:
            continue
        if own is None and key in base:
            gone.append(shown_key(key))
            continue
        if own != base.get(key) and decider.take(shown_key(key), base.get(key, ""), own, text) is Choice.THEIRS:
            continue
        kept[key] = text
    notice = f"{item}: the new version no longer says {', '.join(map(_short, gone))}" if gone else ""
    return Merged(write_messages(kept, item.name) if kept else None, tuple(decider.open), notice)


def _merge_content(item: Item, base: bytes | None, theirs: bytes, ours: bytes, decider: _Decider) -> bytes:
    try:
        texts = [(base or b"").decode("utf-8"), theirs.decode("utf-8"), ours.decode("utf-8")]
    except UnicodeDecodeError:
        chosen = decider.take("", f"{len(base or b'')} bytes", f"{len(theirs)} bytes", f"{len(ours)} bytes")
        return theirs if chosen is Choice.THEIRS else ours
    if base is None:
        return theirs if decider.take("", "(not known)", texts[1], texts[2]) is Choice.THEIRS else ours
    if item.suffix in _KEYED:
        return _merge_keyed(item, texts[0], texts[1], texts[2], decider).encode()
    return _merge_lines(texts[0], texts[1], texts[2], decider).encode()


def _merge_lines(base: str, theirs: str, ours: str, decider: _Decider) -> str:
    parts: list[str] = []
    for chunk in chunks(*(text.splitlines(keepends=True) for text in (base, theirs, ours))):
        if chunk.conflict:
            chosen = decider.take(chunk.place, "".join(chunk.base), "".join(chunk.theirs), "".join(chunk.ours))
            parts += chunk.theirs if chosen is Choice.THEIRS else chunk.ours
        else:
            parts += chunk.merged
    return "".join(parts)


def _merge_keyed(item: Item, base: str, theirs: str, ours: str, decider: _Decider) -> str:
    read, write = (_read_toml, _write_toml) if item.suffix == "toml" else (json.loads, _write_json)

    def decide(difference: Difference) -> Any:
        place = ".".join(difference.path)
        chosen = decider.take(place, difference.base, difference.theirs, difference.ours)
        return difference.theirs if chosen is Choice.THEIRS else difference.ours

    values = [read(text) for text in (base, theirs, ours)]
    merged = merge_trees(values[0], values[1], values[2], decide)
    if merged == values[2]:
        return ours
    return theirs if merged == values[1] else write(theirs, merged)


def _read_toml(text: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(text)


def _write_json(_: str, merged: Any) -> str:
    return json.dumps(merged, ensure_ascii=False, indent=2) + "\n"


def _write_toml(theirs: str, merged: Mapping[str, Any]) -> str:
    """Return the new version's document with the merged values; its comments stay."""
    import tomlkit

    document = tomlkit.parse(theirs)
    _lay_over(document, merged, tomlkit.item)
    return tomlkit.dumps(document)


def _lay_over(table: Any, merged: Mapping[str, Any], item: Callable[[Any], Any]) -> None:
    for key in [key for key in table if key not in merged]:
        del table[key]
    for key, value in merged.items():
        there = table.get(key)
        if isinstance(value, Mapping) and isinstance(there, Mapping):
            _lay_over(there, value, item)
        elif there is None or (there.unwrap() if hasattr(there, "unwrap") else there) != value:
            table[key] = item(value)


def _short(value: object) -> str:
    if value is None or value is MISSING:
        return "(nothing)"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = " ".join(text.split()) or "(nothing)"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
