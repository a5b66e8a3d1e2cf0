"""Which roles exist: the ones of the manifests of installed apps, and the two built-in ones of the console."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from smartcity_share.errors import AccountError

CONSOLE: Final = "console"
"""Stands for the console where roles are given per app."""

CONSOLE_ROLES: Final[Mapping[str, frozenset[str]]] = {
    "admin": frozenset({"console.view", "console.settings", "console.users", "console.audit"}),
    "auditor": frozenset({"console.view", "console.audit"}),
}
"""Role of the console -> what it permits. ``admin`` runs the instance for the region, ``auditor`` reads."""

Roles = Mapping[str, frozenset[str]]
"""App id (or ``console``) -> ids of the roles held in it."""


def console_permissions(held: Iterable[str]) -> frozenset[str]:
    """Return what roles of the console permit together."""
    return frozenset().union(*(CONSOLE_ROLES.get(role, frozenset()) for role in held))


def check_roles(wanted: Roles, known: Roles) -> None:
    """Refuse roles that no manifest has.

    Args:
        wanted: The roles to give.
        known: The roles there are in the region, from the manifests of its installed apps; the console's are added.

    Raises:
        AccountError: An app is not installed in the region, or has no such role; with "did you mean".
    """
    from smartcity_share.documents.suggest import did_you_mean

    every = {**known, CONSOLE: frozenset(CONSOLE_ROLES)}
    for app, ids in wanted.items():
        if app not in every:
            near = did_you_mean(app, every)
            raise AccountError(
                f"No app `{app}` is installed in this region.", hint=near or f"Roles exist in: {', '.join(sorted(every))}."
            )
        for role in sorted(ids - every[app]):
            near = did_you_mean(role, every[app])
            there = ", ".join(f"{app}:{one}" for one in sorted(every[app])) or "none"
            raise AccountError(f"`{app}` has no role `{role}`.", hint=f"{near} Its roles: {there}.".strip())
