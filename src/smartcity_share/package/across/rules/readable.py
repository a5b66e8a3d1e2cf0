"""Rule: the code can be read; what cannot be read is judged by no other rule."""

from __future__ import annotations

from collections.abc import Iterator

from smartcity_share.errors import Fault
from smartcity_share.package.across.base import Parts


def check(parts: Parts) -> Iterator[Fault]:
    """Yield a fault for each module that is no Python."""
    for name, (line, why) in parts.code.unread.items():
        mend = "Correct the module, or split it; leave out of the package what the app does not import."
        yield Fault("code-unreadable", f"The module cannot be read: {why}", parts.at(name, line), mend)
