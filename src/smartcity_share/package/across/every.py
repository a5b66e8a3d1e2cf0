"""Every rule across the parts of an app, in the order their findings are told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from smartcity_share.errors import Fault
from smartcity_share.package.across.base import Parts, Rule
from smartcity_share.package.across.rules import (
    contributions,
    data_classes,
    entry_point,
    hooks,
    languages,
    pages,
    permissions,
    readable,
    region_facts,
    title_setting,
)

RULES: Final[tuple[Rule, ...]] = (
    readable.check,
    entry_point.check,
    hooks.check,
    contributions.check,
    permissions.check,
    pages.check,
    region_facts.check,
    data_classes.check,
    languages.check,
    title_setting.check,
)


def part_faults(parts: Parts) -> tuple[Fault, ...]:
    """Return every fault between the parts of an app.

    Of a manifest that has faults itself, nothing more is told of a key that was told, or of the list it stands in; and a rule
    that needs what cannot be read ends there.
    """
    keys = {fault.where.key for fault in parts.found.faults if fault.where.key}
    told = keys | {re.sub(r"\[[0-9]+\]$", "", key) for key in keys}
    return tuple(fault for rule in RULES for fault in _found(rule, parts) if fault.where.key not in told)


def _found(rule: Rule, parts: Parts) -> Iterator[Fault]:
    try:
        yield from rule(parts)
    except AttributeError:
        if not parts.found.faults:
            raise
