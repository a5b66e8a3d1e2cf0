"""Fixes between tables: facts of the region, and what ``[needs]`` does not say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import tomlkit

from smartcity_share.documents.suggest import suggested
from smartcity_share.manifest.mending.base import Sick


def mend_facts(sick: Sick) -> Iterator[str]:
    """Correct a misspelt fact; take away one that is listed twice or needs no declaration."""
    if sick.fault.code == "region-fact-unknown" and suggested(sick.fault.mend) is not None:
        text = sick.replaced(suggested(sick.fault.mend))
    elif sick.fault.code in ("region-fact-unknown", "region-fact-repeated") and "Remove" in sick.fault.mend:
        text = sick.edited(_take_away)
    else:
        return
    if text is not None:
        yield text


def declare_fact(sick: Sick) -> Iterator[str]:
    """Add a fact that the code reads to ``region_uses``."""
    if sick.fault.code != "region-fact-undeclared" or sick.fault.wanted is None:
        return
    fact = sick.fault.wanted

    def change(holder: Any, name: str | int) -> None:
        if name in holder:
            holder[name].append(fact)
        else:
            holder[name] = [fact]

    if "region_uses" in sick.document.data:
        text = sick.edited(change)
    else:  # a key at the top stands before the first table
        first = next((line for line in sick.text.split("\n") if line.lstrip().startswith("[")), None)
        end = "\r\n" if "\r\n" in sick.text else "\n"
        text = None if first is None else sick.text.replace(first, f'region_uses = ["{fact}"]{end}{end}{first}', 1)
    if text is not None:
        yield text


def state_need(sick: Sick) -> Iterator[str]:
    """Say under ``[needs]`` that the app has jobs."""
    if sick.fault.code != "need-unstated":
        return

    def change(holder: Any, name: str | int) -> None:
        holder[name] = True

    text = sick.edited(change)
    if text is None and "needs" not in sick.document.data:
        end = "\r\n" if "\r\n" in sick.text else "\n"
        text = f"{sick.text.rstrip()}{end}{end}[needs]{end}jobs = true{end}"
    if text is not None:
        yield text


def _take_away(holder: Any, name: str | int) -> None:
    if isinstance(holder, tomlkit.items.Array) and "#" in holder.as_string():
        raise ValueError  # a comment would go with the entry
    del holder[name]
