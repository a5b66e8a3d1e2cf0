"""Who may open the host's own addresses under a region's root; the console's handlers ask for finer permissions themselves."""

from __future__ import annotations

from typing import Final

_CONSOLE: Final = "/_/konsol"
_PASSWORD: Final = "/_/sandi"  # noqa: S105 - an address


def own_access(below: str) -> tuple[str, str | None]:
    """Return access and permission of an address of the host, as a ``[[page]]`` of a manifest says them.

    Args:
        below: Path below the region's root.
    """
    if below == _CONSOLE or below.startswith(f"{_CONSOLE}/"):
        return "permission", "console.view"
    if below == _PASSWORD or below.startswith(f"{_PASSWORD}/"):
        return "signed-in", None
    return "public", None
