"""What is answered to who may not: the way to sign-in, or a refusal; recorded in the audit trail either way."""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NoReturn
from urllib.parse import quote

import anyio.to_thread

from smartcity_share.host.access import Decision
from smartcity_share.host.failure import prefers_json
from smartcity_share.host.refusal import Redirect, Refusal
from smartcity_share.host.shells import PASSWORD, SIGN_IN

if TYPE_CHECKING:
    from starlette.types import Scope

    from smartcity_share.hooks.installation import Actor
    from smartcity_share.host.record import HostRecord
    from smartcity_share.host.routing import RegionContext
    from smartcity_share.host.visit import Visit

VISITOR_SECONDS: Final = 60.0
"""A visitor's denials at one app are recorded once in this time, so that nobody can fill the trail from outside."""

_MOST_REMEMBERED: Final = 10_000


class Denials:
    """Answers and records denials.

    Args:
        record: The audit trail.
        monotonic: Seconds of a clock that never goes back.
    """

    def __init__(self, record: HostRecord, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._record = record
        self._monotonic = monotonic
        self._visitors: dict[tuple[str, str, str, str], float] = {}

    async def refuse(  # noqa: PLR0917 - what a denial consists of
        self, decision: Decision, visit: Visit, region: RegionContext, actor: Actor, app: str, scope: Scope
    ) -> NoReturn:
        """Record a denial and answer it.

        Raises:
            Redirect: To the sign-in page and back, or to the page that changes the password, for who opens a page.
            Refusal: 401 for a visitor, 403 for an official, for every other request.
        """
        await self.record(visit, region, actor, app, scope, "access.denied")
        opens_page = scope["method"] in ("GET", "HEAD") and not prefers_json(visit.text(b"accept"))
        if decision is Decision.SIGN_IN:
            if opens_page:
                query = scope["query_string"].decode("latin-1")
                target = scope["path"] + (f"?{query}" if query else "")
                raise Redirect(f"{region.root_path}{SIGN_IN}?next={quote(quote(target, safe='/?=&%'), safe='/')}")
            challenge = ((b"www-authenticate", f'Session realm="{region.code}"'.encode("ascii", "replace")),)
            raise Refusal(HTTPStatus.UNAUTHORIZED, "This needs an official of the region who is signed in.", headers=challenge)
        if decision is Decision.CHANGE_PASSWORD:
            if opens_page:
                raise Redirect(f"{region.root_path}{PASSWORD}")
            raise Refusal(HTTPStatus.FORBIDDEN, "Change the password first.")
        raise Refusal(HTTPStatus.FORBIDDEN, "Your roles do not open this page.")

    async def record(  # noqa: PLR0917 - what a denial consists of
        self, visit: Visit, region: RegionContext, actor: Actor, app: str, scope: Scope, action: str
    ) -> None:
        """Write a denial to the audit trail; a visitor's are written once a minute."""
        if not actor.signed_in:
            key = (region.code, visit.address, app, action)
            now = self._monotonic()
            if self._visitors.get(key, float("-inf")) > now - VISITOR_SECONDS:
                return
            if len(self._visitors) >= _MOST_REMEMBERED:
                self._visitors.clear()
            self._visitors[key] = now
        await anyio.to_thread.run_sync(
            self._record.write_denial, region.code, visit, actor, app, f"{scope['method']} {scope['path']}", action
        )
