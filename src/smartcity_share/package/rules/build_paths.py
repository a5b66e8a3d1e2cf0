"""No path of the machine that built it: it tells who built it where, and the next build differs."""

from __future__ import annotations

from collections.abc import Iterator

from smartcity_share.errors import Fault
from smartcity_share.package.rules.base import Content


def check(content: Content) -> Iterator[Fault]:
    """Yield a fault for each file that names the project folder by its absolute path."""
    wanted = content.project.encode()
    for name, data in content.files.items():
        if len(wanted) > 1 and (place := data.find(wanted)) >= 0:
            yield Fault(
                "wheel-has-build-path",
                "The path of the project on this machine is in the wheel",
                content.at(name, data.count(b"\n", 0, place) + 1),
                "Use a path relative to the package; an editable wheel is not for others.",
            )
