"""Mending a text: each fix is tried on a copy, and kept only where the fault is gone and nothing else is worse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

import attrs

from smartcity_share.documents.suggest import suggested
from smartcity_share.documents.toml import Key, TomlDocument, key_of
from smartcity_share.errors import DocumentError, Fault, ManifestError
from smartcity_share.manifest.mending import keys, tables, values
from smartcity_share.manifest.mending.base import Fix, Sick
from smartcity_share.manifest.read import check

FIXES: Final[tuple[Fix, ...]] = (
    keys.rename,
    keys.state_version,
    values.choose_nearest,
    values.quote_number,
    values.change_notation,
    tables.mend_facts,
    tables.declare_fact,
    tables.state_need,
)
MOST: Final = 200
"""Most faults a text may have for any to be mended: of more, a text is no manifest with slips in it."""

Judge = Callable[[TomlDocument], Iterable[Fault]]


@attrs.frozen
class Mended:
    """A text, and what was mended in it.

    Attributes:
        text: The text.
        mended: The faults that are no longer there, in the order they were mended, each with its place at that time.
    """

    text: str
    mended: tuple[Fault, ...]


def mend(text: str, label: str, judge: Judge = lambda document: check(document)[1]) -> Mended:
    """Mend what can be mended for certain.

    Args:
        text: The text as its author wrote it, without a byte order mark.
        label: What it is called in messages.
        judge: Says which faults a document has.

    Raises:
        ManifestError: It is no TOML; nothing can be mended then.
    """
    done: list[Fault] = []
    document = TomlDocument.parse(text.encode(), label, error=ManifestError)
    faults = tuple(judge(document))
    while len(faults) <= MOST:
        step = next(filter(None, (_mended(fault, document, text, faults, judge) for fault in faults)), None)
        if step is None:
            break
        fault, text, document, faults = step
        done.append(fault)
    return Mended(text, tuple(done))


_Step = tuple[Fault, str, TomlDocument, tuple[Fault, ...]]


def _mended(fault: Fault, document: TomlDocument, text: str, faults: tuple[Fault, ...], judge: Judge) -> _Step | None:
    key: Key | None = ("region_uses",) if fault.code == "region-fact-undeclared" else key_of(fault.where.key)
    if key is None:
        return None
    for fix in FIXES:
        for new in fix(Sick(fault, key, document, text)):
            try:
                changed = TomlDocument.parse(new.encode(), document.label)
            except DocumentError:
                continue
            left = tuple(judge(changed))
            if new != text and _is_better(fault, faults, left):
                return fault, new, changed, left
    return None


def _is_better(fault: Fault, before: tuple[Fault, ...], after: tuple[Fault, ...]) -> bool:
    """Whether this fault is gone and no other came for it."""
    had, has = Counter(map(_kind, before)), Counter(map(_kind, after))
    came = {key or "" for _, key in has - had}
    if fault.code.startswith("region-fact-"):  # entries behind one that was taken away move up, and their faults with them
        return len(after) < len(before) and all(key.startswith("region_uses") for key in came)
    if has[_kind(fault)] >= had[_kind(fault)]:
        return False
    if fault.code == "key-unknown":  # what lies beneath it can be judged only now that it has its name
        new = f"{(fault.where.key or '').rpartition('.')[0]}.{suggested(fault.mend)}".removeprefix(".")
        return all(key == new or key.startswith((f"{new}.", f"{new}[")) for key in came)
    return not came


def _kind(fault: Fault) -> tuple[str, str | None]:
    return fault.code, fault.where.key if fault.code != "region-fact-undeclared" else fault.wanted
