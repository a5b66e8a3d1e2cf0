"""Who may open which address: decided from the manifest and the session, before an app sees the request."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from smartcity_share.hooks.installation import VISITOR, Actor
from smartcity_share.host.roles import CONSOLE, console_permissions
from smartcity_share.manifest.access import permissions_of

if TYPE_CHECKING:
    from smartcity_share.host.sessions import Session
    from smartcity_share.manifest.model import Manifest, Page


class Decision(Enum):
    """What becomes of a request."""

    ALLOW = "allow"
    SIGN_IN = "sign-in"
    CHANGE_PASSWORD = "change-password"  # noqa: S105 - no password
    DENY = "deny"


_ALLOW: Final = Decision.ALLOW  # to name a member costs more than to use it


def decide(access: str, permission: str | None, actor: Actor, session: Session | None) -> Decision:
    """Return what becomes of a request.

    Args:
        access: ``public``, ``signed-in`` or ``permission``; anything else is denied.
        permission: The permission wanted where access is ``permission``.
        actor: Who asks, with the permissions held in this app.
        session: The session, if any.
    """
    if access == "public":
        return _ALLOW
    if session is None:
        return Decision.SIGN_IN
    if session.must_change:
        return Decision.CHANGE_PASSWORD
    if access == "signed-in":
        return _ALLOW
    if access == "permission" and permission is not None and permission in actor.permissions:
        return _ALLOW
    return Decision.DENY


def may_open(page: Page, actor: Actor, session: Session | None) -> bool:
    """Whether a page is shown in the menu of who asks."""
    return decide(page.access, page.permission, actor, session) is Decision.ALLOW


def actor_in(app: str, manifest: Manifest, session: Session | None) -> Actor:
    """Return who acts in an app; remembered in the session.

    Whoever has yet to change a password that somebody else gave acts as a visitor.

    Args:
        app: Id of the app.
        manifest: Its manifest.
        session: The session, if any.
    """
    if session is None or session.must_change:
        return VISITOR
    known = session.actors.get(app)
    if known is None:
        known = _actor(session, app, permissions_of(manifest, session.roles.get(app, ())))
        session.actors[app] = known
    return known


def actor_on_console(session: Session | None) -> Actor:
    """Return who acts on the console and the host's own pages; remembered in the session."""
    if session is None:
        return VISITOR
    known = session.actors.get(CONSOLE)
    if known is None:
        permissions = frozenset() if session.must_change else console_permissions(session.roles.get(CONSOLE, ()))
        known = _actor(session, CONSOLE, permissions)
        session.actors[CONSOLE] = known
    return known


def _actor(session: Session, app: str, permissions: frozenset[str]) -> Actor:
    return Actor(session.account, session.name, session.roles.get(app, frozenset()), permissions, session.office)
