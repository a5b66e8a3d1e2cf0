"""From a well-formed request to the application that answers it: region, session, forgery, page, role, app."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import anyio.to_thread

from smartcity_share.host.access import Decision, actor_in, actor_on_console, decide
from smartcity_share.host.csrf import SAFE_METHODS, is_forged
from smartcity_share.host.denial import Denials
from smartcity_share.host.exchange import Exchange
from smartcity_share.host.flights import Flights
from smartcity_share.host.forwarding import Forwarding
from smartcity_share.host.front import METHODS
from smartcity_share.host.mounts import PAUSED, Mount, Mounts
from smartcity_share.host.own_pages import own_access
from smartcity_share.host.refusal import Redirect, Refusal
from smartcity_share.host.routing import OWN_SPACE, Place, RegionContext, Regions, place_of
from smartcity_share.host.scopes import REGION_KEY, app_scope, console_scope
from smartcity_share.host.shells import NamedApp, Shells
from smartcity_share.host.tickets import Ticket, Tickets
from smartcity_share.host.visit import REQUEST_ID_KEY, VISIT_KEY, Visit
from smartcity_share.install.records import InstallationState
from smartcity_share.install.service_title import service_title
from smartcity_share.toolkit.language import choose_language
from smartcity_share.toolkit.request import ACTOR_KEY, INSTALLATION_KEY, SHELL_KEY

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Scope

    from smartcity_share.host.apps import AppRuntime, Apps
    from smartcity_share.host.doors import Doors
    from smartcity_share.host.services import Services
    from smartcity_share.toolkit.shell import Shell

_NO_REGION: Final = "No region is served at this address."
_NO_APP: Final = "This region has no service at this address."
_NO_PAGE: Final = "The service has no page at this address."
_ALLOW: Final = Decision.ALLOW


class Dispatch:
    """Finds and calls the application of a request.

    Args:
        services: Accounts, sessions and records of the instance.
        apps: The apps of the process.
        console: The application of the front pages, sign-in and console, if there is one.
        monotonic: Seconds of a clock that never goes back.
        doors: The other processes of the server, if there can be any.

    Attributes:
        doors: The same.
        forwarding: The connections to them.
    """

    def __init__(
        self,
        services: Services,
        apps: Apps,
        *,
        console: ASGIApp | None,
        monotonic: Callable[[], float] = time.monotonic,
        doors: Doors | None = None,
    ) -> None:
        self.doors = doors
        self.forwarding = Forwarding()
        self._services = services
        self._apps = apps
        self._console = console
        self._monotonic = monotonic
        self._regions = Regions(services.instance, monotonic=monotonic)
        self._mounts = Mounts(services.instance, monotonic=monotonic)
        self._shells = Shells(services.now)
        self._denials = Denials(services.record)
        self._tickets = Tickets(services.sessions)
        self._looks = Flights()

    def ready(self, scope: Scope, exchange: Exchange) -> tuple[ASGIApp, Scope] | None:
        """Return app and scope of a request whose like was let through a moment ago; None where :meth:`serve` has to be asked.

        Args:
            scope: The ASGI scope; it is not changed.
            exchange: The request and its answer.
        """
        visit = exchange.visit
        now = self._monotonic()
        ticket = self._tickets.find(scope, visit, now) if now < self._mounts.look_at else None
        if ticket is None:
            return None
        visit.region = ticket.region
        visit.session = ticket.session
        visit.app = ticket.app
        exchange.root = ticket.region.root_path
        exchange.own = False
        return ticket.asgi, app_scope(scope, visit, ticket.given, ticket.state)

    async def serve(self, scope: Scope, exchange: Exchange, region_by_host: str | None) -> None:
        """Answer a request that was found well-formed.

        Args:
            scope: The ASGI scope; it is not changed.
            exchange: The request and its answer.
            region_by_host: Code of the region the host name belongs to, if any.

        Raises:
            Refusal: The request is answered by the host with an error.
            Redirect: The reader is sent elsewhere.
        """
        if self._monotonic() >= self._mounts.look_at:
            self._look()
        visit = exchange.visit
        place = place_of(scope["path"], region_by_host)
        if place.region is None:
            _refuse_forgery(scope, visit)
            await self._call_console(scope, exchange, None, _ALLOW)
            return
        door = None if self.doors is None else self.doors.of(place.region)
        if door is not None:
            await self.forwarding.forward(door, scope, exchange)
            return
        by_host = region_by_host is not None
        region = self._regions.context(place.region, by_host=by_host) or await self._region(place.region, by_host=by_host)
        visit.region = region
        exchange.root = region.root_path
        own = place.app in ("", OWN_SPACE)
        if own and place.below.startswith(f"/{OWN_SPACE}/static/"):
            await self._call_console(scope, exchange, region, _ALLOW)
            return
        token = visit.cookies.token
        if token is not None:
            sessions = self._services.sessions
            visit.session = sessions.remembered(region.code, token) or await sessions.read(region.code, token)
        if scope["method"] not in SAFE_METHODS:
            await self._refuse_forged(scope, visit, region, "" if own else place.app)
        if not place.below:
            raise Redirect(_slashed(scope), HTTPStatus.TEMPORARY_REDIRECT)
        if own:
            await self._serve_own(scope, exchange, region, place)
        else:
            await self._serve_app(scope, exchange, region, place)

    async def frame(self, visit: Visit) -> dict[str, Any]:
        """Return what the page of an error is drawn with; without a frame where the region is not known or has faults."""
        region = visit.region
        found: dict[str, Any] = {VISIT_KEY: visit, REQUEST_ID_KEY: visit.request_id, REGION_KEY: region}
        if region is not None:
            found[SHELL_KEY] = await self._shell(visit, region, visit.app or OWN_SPACE)
            found[ACTOR_KEY] = actor_on_console(visit.session)
        return found

    # -- region and session --------------------------------------------------------------------------------------------

    def _look(self) -> None:
        changed = self._mounts.changed()
        if self.doors is not None:
            self.doors.look()
        if changed:
            self._apps.renew()
            self._shells.forget()
        if self._shells.turn_hour() or changed:
            self._tickets.drop()

    async def _region(self, code: str, *, by_host: bool) -> RegionContext:
        if not self._regions.known(code):
            raise Refusal(HTTPStatus.NOT_FOUND, _NO_REGION)
        self._shells.forget()
        return await self._looks.join((code, by_host), lambda: self._regions.read(code, by_host=by_host))

    async def _refuse_forged(self, scope: Scope, visit: Visit, region: RegionContext, app: str) -> None:
        try:
            _refuse_forgery(scope, visit)
        except Refusal:
            await self._denials.record(visit, region, actor_on_console(visit.session), app, scope, "request.forged")
            raise

    # -- the host's own pages ------------------------------------------------------------------------------------------

    async def _serve_own(self, scope: Scope, exchange: Exchange, region: RegionContext, place: Place) -> None:
        visit = exchange.visit
        access, permission = own_access(place.below)
        decision = decide(access, permission, actor_on_console(visit.session), visit.session)
        if decision is Decision.CHANGE_PASSWORD and access == "signed-in":
            decision = _ALLOW  # the page that changes the password is the one way out
        await self._call_console(scope, exchange, region, decision)

    async def _call_console(self, scope: Scope, exchange: Exchange, region: RegionContext | None, decision: Decision) -> None:
        visit = exchange.visit
        if region is not None and decision is not _ALLOW:
            await self._denials.refuse(decision, visit, region, actor_on_console(visit.session), "", scope)
        if self._console is None:
            raise Refusal(HTTPStatus.NOT_FOUND, _NO_PAGE)
        found = console_scope(scope, visit, region, self._services)
        if region is not None:
            found[SHELL_KEY] = await self._shell(visit, region, OWN_SPACE)
        exchange.own = True
        await self._console(found, exchange.receive, exchange.send)

    # -- apps ----------------------------------------------------------------------------------------------------------

    async def _serve_app(self, scope: Scope, exchange: Exchange, region: RegionContext, place: Place) -> None:
        visit = exchange.visit
        app = place.app
        book = self._tickets.book()
        mounts = self._mounts.get(region.code)
        if mounts is None:
            mounts = await self._mounts.read(region.code)
        mount = mounts.get(app)
        if mount is None:
            raise Refusal(HTTPStatus.NOT_FOUND, _NO_APP)
        visit.app = app
        runtime = self._apps.get(app) or await self._apps.load(app)
        if runtime.manifest is None or runtime.fault is not None or runtime.version != mount.record.version:
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, PAUSED)  # why was logged when the app was loaded
        actor = actor_in(app, runtime.manifest, visit.session)
        method = scope["method"]
        page = runtime.page(place.below, method)
        if page is None or runtime.asgi is None:
            raise _no_page(runtime, place.below, method)
        decision = decide(page.access, page.permission, actor, visit.session)
        if decision is not _ALLOW:
            await self._denials.refuse(decision, visit, region, actor_on_console(visit.session), app, scope)
        installation = mount.installation or await self._mounts.open(mount)
        shell = self._known_shell(visit, region, app) or await self._shell(visit, region, app)
        given = {
            "root_path": f"{region.root_path}/{app}",
            "scheme": visit.scheme,
            INSTALLATION_KEY: installation,
            ACTOR_KEY: actor,
            SHELL_KEY: shell,
        }
        state, until = runtime.state, self._regions.until(region)
        self._tickets.put(
            book, scope, visit, Ticket(scope["path"], region, visit.session, app, runtime.asgi, state, given, until)
        )
        exchange.own = False
        await runtime.asgi(app_scope(scope, visit, given, state), exchange.receive, exchange.send)

    def _known_shell(self, visit: Visit, region: RegionContext, app: str) -> Shell | None:
        return self._shells.get(self._shells.key(region, app, _language(visit, region), visit.session))

    async def _shell(self, visit: Visit, region: RegionContext, app: str) -> Shell:
        found = self._known_shell(visit, region, app)
        if found is not None:
            return found
        mounts = self._mounts.get(region.code)
        if mounts is None:
            mounts = await self._mounts.read(region.code)
        named = await anyio.to_thread.run_sync(self._named, tuple(mounts.values()))
        return self._shells.build(region, app, _language(visit, region), visit.session, named)

    def _named(self, mounts: Iterable[Mount]) -> list[NamedApp]:
        ledger = self._services.instance.ledger
        active = [mount.record for mount in mounts if mount.record.state is InstallationState.ACTIVE]
        found = [(record, self._mounts.manifest(record)) for record in active]
        return [
            NamedApp(record.app, manifest, service_title(ledger, manifest, record.region, record.app))
            for record, manifest in found
            if manifest is not None
        ]


def _language(visit: Visit, region: RegionContext) -> str:
    chosen = visit.cookies.language
    return region.languages[0] if chosen is None else choose_language(region.languages, chosen=chosen)


def _refuse_forgery(scope: Scope, visit: Visit) -> None:
    has_cookie = visit.cookies.token is not None
    name = visit.caller.standing.name
    host = "" if name is None else name.text
    if is_forged(scope["method"], visit.headers, scheme=visit.scheme, host=host, has_session_cookie=has_cookie):
        raise Refusal(HTTPStatus.FORBIDDEN, "This was sent from another site. Open the page here and send it again.")


def _slashed(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    location = quote(f"{scope['path']}/", safe="/~!$&'()*+,;=:@")
    return f"{location}?{query}" if query.isascii() and query.isprintable() and query else location


def _no_page(runtime: AppRuntime, path: str, method: str) -> Refusal:
    allowed = sorted(one for one in METHODS if runtime.page(path, one) is not None)
    if not allowed or runtime.asgi is None:
        return Refusal(HTTPStatus.NOT_FOUND, _NO_PAGE)
    allow = ((b"allow", ", ".join(sorted({*allowed, "OPTIONS"})).encode("ascii")),)
    if method == "OPTIONS":
        return Refusal(HTTPStatus.NO_CONTENT, headers=allow)
    return Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "The page takes other kinds of requests.", headers=allow)
