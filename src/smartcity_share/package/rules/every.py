"""Every rule about the content of a wheel, in the order their findings are told."""

from __future__ import annotations

from typing import Final

from smartcity_share.errors import Fault
from smartcity_share.package.rules import build_paths, data, leftovers, secrets, size, tests
from smartcity_share.package.rules.base import Content, Rule

RULES: Final[tuple[Rule, ...]] = (
    secrets.check,
    data.check,
    tests.check,
    leftovers.check,
    build_paths.check,
    size.check,
)


def content_faults(content: Content) -> tuple[Fault, ...]:
    """Return every fault of the content of a wheel."""
    return tuple(fault for rule in RULES for fault in rule(content))
