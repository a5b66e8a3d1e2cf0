"""Merging three versions of keyed data: tables, lists whose entries have an id, and values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, Final

import attrs

_IDS: Final = ("id", "code", "key")


class Missing(Enum):
    """Stands for a key that is not there."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING

Path = tuple[str, ...]
"""Keys from the root; an entry of a list is ``[its id]``."""


@attrs.frozen
class Difference:
    """A value that both sides changed, differently.

    Attributes:
        path: Where.
        base: The common ancestor's value.
        theirs: The new app's.
        ours: The region's.
    """

    path: Path
    base: Any
    theirs: Any
    ours: Any


def merge_trees(base: Any, theirs: Any, ours: Any, decide: Callable[[Difference], Any], path: Path = ()) -> Any:
    """Merge three versions of a value.

    Args:
        base: The common ancestor.
        theirs: The new app's version.
        ours: The region's version.
        decide: Asked for every difference; returns the value that is taken.
        path: Where the value lies.

    Returns:
        The merged value, or :data:`MISSING` where the key goes.
    """
    if _same(theirs, ours):
        return ours
    if _same(base, theirs):
        return ours
    if _same(base, ours):
        return theirs
    if isinstance(theirs, Mapping) and isinstance(ours, Mapping):
        return _merge_tables(base if isinstance(base, Mapping) else {}, theirs, ours, decide, path)
    before, new, own = _by_id(base), _by_id(theirs), _by_id(ours)
    if before is not None and new is not None and own is not None:
        return list(_merge_tables(before, new, own, decide, path).values())
    return decide(Difference(path, base, theirs, ours))


def _merge_tables(
    base: Mapping[str, Any],
    theirs: Mapping[str, Any],
    ours: Mapping[str, Any],
    decide: Callable[[Difference], Any],
    path: Path,
) -> dict[str, Any]:
    merged = {
        key: merge_trees(base.get(key, MISSING), theirs.get(key, MISSING), ours.get(key, MISSING), decide, (*path, key))
        for key in _ordered(ours, theirs)
    }
    return {key: value for key, value in merged.items() if value is not MISSING}


def _ordered(ours: Iterable[str], theirs: Iterable[str]) -> list[str]:
    return list(dict.fromkeys((*ours, *theirs)))


def _by_id(value: Any) -> dict[str, Any] | None:
    """Return a list of tables by their ids; None where it is no such list, or two have one id."""
    if value is MISSING:
        return {}
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        return None
    if not all(isinstance(entry, Mapping) for entry in value):
        return None
    for key in _IDS:
        ids = [entry.get(key) for entry in value]
        if all(isinstance(one, str) for one in ids) and len(set(ids)) == len(ids):
            return {f"[{one}]": entry for one, entry in zip(ids, value, strict=True)}
    return None


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same and of the same type: true is not 1."""
    if type(one) is not type(other) and not (isinstance(one, Mapping) and isinstance(other, Mapping)):
        return False
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)
