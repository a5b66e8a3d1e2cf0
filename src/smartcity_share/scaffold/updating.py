"""What an update does to a project: pure, from what the template made, makes now, and what the author has."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import attrs

from smartcity_share.install.overrides.lines import chunks


class Fate(StrEnum):
    """What becomes of one file."""

    ADDED = "added"
    UPDATED = "updated"
    MERGED = "merged"
    CONFLICT = "conflict"
    LEFT_OUT = "left out"
    NO_LONGER = "no longer made"


@attrs.frozen
class Change:
    """One file that an update touches or tells of.

    Attributes:
        path: Its path in the project.
        fate: What becomes of it.
        content: What it shall hold; None where it is left as it is.
        conflicts: How many places have to be decided by the author.
    """

    path: str
    fate: Fate
    content: str | None = None
    conflicts: int = 0


def changes(base: Mapping[str, str], made: Mapping[str, str], present: Mapping[str, str]) -> tuple[Change, ...]:
    """Return what an update changes, by path. A file nobody changed is not named; the author's edits are never lost.

    Args:
        base: The files as the template made them last.
        made: The files as the template makes them now.
        present: The files as the author has them; a file that is missing was deleted.
    """
    found = [_change(path, base.get(path), made[path], present.get(path)) for path in sorted(made)]
    gone = [Change(path, Fate.NO_LONGER) for path in sorted(base.keys() - made.keys()) if path in present]
    return (*(change for change in found if change is not None), *gone)


def _change(path: str, base: str | None, made: str, present: str | None) -> Change | None:
    if made in (base, present):
        return None
    if present is None:
        return Change(path, Fate.ADDED, made) if base is None else Change(path, Fate.LEFT_OUT)
    if present == base:
        return Change(path, Fate.UPDATED, made)
    content, conflicts = _merged(base or "", made, present)
    return Change(path, Fate.CONFLICT if conflicts else Fate.MERGED, content, conflicts)


def _merged(base: str, made: str, present: str) -> tuple[str, int]:
    """Merge line by line; where both changed the same, both are written down between marks, as version control does."""
    parts: list[str] = []
    conflicts = 0
    for chunk in chunks(*(text.splitlines(keepends=True) for text in (base, made, present))):
        if not chunk.conflict:
            parts += chunk.merged
            continue
        conflicts += 1
        parts += ["<<<<<<< yours\n", *_ended(chunk.ours), "=======\n", *_ended(chunk.theirs), ">>>>>>> template\n"]
    return "".join(parts), conflicts


def _ended(lines: tuple[str, ...]) -> list[str]:
    return [line if line.endswith("\n") else f"{line}\n" for line in lines]
