"""Every rule across the parts of an app, in the order their findings are told."""

from __future__ import annotations

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
    """Return every fault between the parts of an app."""
    return tuple(fault for rule in RULES for fault in rule(parts))
