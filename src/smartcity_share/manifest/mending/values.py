"""Fixes of values: the allowed word that was meant, and the same value in the notation of its type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from smartcity_share.documents.suggest import suggested
from smartcity_share.manifest.mending.base import Sick

_BOOLEANS: Final = {"true": True, "false": False}
_WHOLE: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,8})")
_PLAIN: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def choose_nearest(sick: Sick) -> Iterator[str]:
    """Write the allowed word that is near the one that is not allowed."""
    new = suggested(sick.fault.mend)
    if sick.fault.code == "value-not-allowed" and new is not None and isinstance(sick.value, str):
        yield from _texts(sick.replaced(new))


def change_notation(sick: Sick) -> Iterator[str]:
    """Write a value in the notation of the type that is wanted: without quotes, in quotes, or between brackets."""
    if sick.fault.code != "value-type":
        return
    value = sick.value
    if isinstance(value, str):
        if value.lower() in _BOOLEANS:
            yield from _texts(sick.replaced(_BOOLEANS[value.lower()]))
        if _WHOLE.fullmatch(value):
            yield from _texts(sick.replaced(int(value)))
        yield from _texts(sick.replaced([value]))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from quote_number(sick)


def quote_number(sick: Sick) -> Iterator[str]:
    """Put a number in quotes as it is written, with its zeros: ``13.10`` and not 13.1."""

    def change(holder: Any, name: str | int) -> None:
        written = holder[name].as_string()
        if not _PLAIN.fullmatch(written):
            raise ValueError
        holder[name] = written

    if sick.fault.code in ("region-code-unquoted", "value-type"):
        yield from _texts(sick.edited(change))


def _texts(text: str | None) -> Iterator[str]:
    if text is not None:
        yield text
