"""A wheel that fits a slow line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from smartcity_share.errors import Fault
from smartcity_share.package.rules.base import Content

MOST_FILE: Final = 10 << 20
MOST_WHOLE: Final = 100 << 20


def check(content: Content) -> Iterator[Fault]:
    """Yield a fault for each file that is too large, and for all together."""
    for name, data in content.files.items():
        if len(data) > MOST_FILE:
            yield Fault(
                "wheel-too-large",
                f"The file has {len(data) >> 20} MB; at most {MOST_FILE >> 20}",
                content.at(name),
                "Make it smaller.",
            )
    whole = sum(map(len, content.files.values()))
    if whole > MOST_WHOLE:
        yield Fault(
            "wheel-too-large",
            f"The wheel unpacks to {whole >> 20} MB; at most {MOST_WHOLE >> 20}",
            content.at(""),
            "Leave out what the app does not need to run.",
        )
