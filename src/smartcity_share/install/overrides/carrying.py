"""Carrying everything a region changed over to a new version of the app: pure, values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from smartcity_share.documents.suggest import did_you_mean
from smartcity_share.errors import Fault, Location
from smartcity_share.install.overrides.checking import check_content
from smartcity_share.install.overrides.item import Item, ItemKind
from smartcity_share.install.overrides.kept import KeptOverride
from smartcity_share.install.overrides.merging import Choice, conflict_faults, merge_item
from smartcity_share.install.overrides.messages import read_messages, write_messages


@attrs.frozen
class Carried:
    """What a region changed, on the new version.

    Attributes:
        kept: What it changes of the new version.
        changed: Parts that differ from before.
        faults: Conflicts nobody decided on, and merged parts the new version cannot use.
        notices: What the person should know.
    """

    kept: Mapping[Item, KeptOverride]
    changed: tuple[Item, ...] = ()
    faults: tuple[Fault, ...] = ()
    notices: tuple[str, ...] = ()


def carry(  # noqa: PLR0917 - three versions, what decides between them, and the place
    before: Mapping[Item, KeptOverride],
    theirs: Mapping[Item, bytes],
    version: str,
    choices: Mapping[str, Choice],
    languages: Iterable[str],
    where: str,
) -> Carried:
    """Merge every part a region changed with the new version of the app.

    Args:
        before: What the region changed.
        theirs: Every part of the new version.
        version: The new version.
        choices: What to take where both changed the same: by key of the conflict, by part, or ``all``.
        languages: Languages of the region.
        where: Names the installation.
    """
    kept: dict[Item, KeptOverride] = {}
    faults: list[Fault] = []
    notices: list[str] = []
    spoken = tuple(languages)
    for item, one in sorted(before.items()):
        merged = merge_item(item, one.base, theirs.get(item), one.content, choices)
        faults += conflict_faults(merged.conflicts, where)
        if merged.notice:
            notices.append(merged.notice)
        if merged.content is None:
            continue
        base = _base(item, theirs.get(item), merged.content)
        kept[item] = attrs.evolve(one, content=merged.content, base=base, base_version=version)
        if merged.content != one.content and not merged.conflicts and item in theirs:
            faults += check_content(item, merged.content, theirs, spoken)
    faults += _unknown_choices(before, theirs, choices)
    changed = tuple(item for item in sorted(before) if item not in kept or kept[item].content != before[item].content)
    return Carried(kept, changed, tuple(faults), tuple(notices))


def _base(item: Item, theirs: bytes | None, content: bytes) -> bytes | None:
    """Return what a change now starts from: of texts only the messages that are changed."""
    if item.kind is not ItemKind.TEXT:
        return theirs
    own = read_messages(theirs or b"")
    return write_messages({key: own[key] for key in read_messages(content) if key in own}, item.name)


def _unknown_choices(
    before: Mapping[Item, KeptOverride], theirs: Mapping[Item, bytes], choices: Mapping[str, Choice]
) -> list[Fault]:
    """Find choices that decide nothing: a slip in a key must not leave its conflict to chance."""
    known = {"all"}
    for item, one in before.items() if choices else ():
        merged = merge_item(item, one.base, theirs.get(item), one.content, {})
        known |= {conflict.key for conflict in merged.conflicts} | ({str(item)} if merged.conflicts else set())
    return [
        Fault(
            "override-choice-unknown",
            f"There is no conflict `{key[:80]}`",
            Location(f"--{choice}", key=key[:80]),
            did_you_mean(key, known) or "The plan without it lists the conflicts with their keys.",
        )
        for key, choice in choices.items()
        if key not in known
    ]
