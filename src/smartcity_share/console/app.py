"""The console: front pages, sign-in and administration of an instance, as one ASGI application the host calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from anyio import to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from smartcity_share.console import application, audit, front, overview, region, sign_in, users
from smartcity_share.console.context import region_of, services_of, visit_of, with_form
from smartcity_share.console.paths import (
    APPS,
    AUDIT,
    CONSOLE,
    CONSOLE_PAGES,
    LANGUAGE,
    OWN,
    PASSWORD,
    REGION,
    SIGN_IN,
    SIGN_OUT,
    USERS,
)
from smartcity_share.host.refusal import Refusal
from smartcity_share.manifest.access import PageMatcher
from smartcity_share.manifest.contributions import Page
from smartcity_share.toolkit.request import actor_of
from smartcity_share.toolkit.translations import message

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.types import ASGIApp, Receive, Scope, Send

    from smartcity_share.host.services import Services

_METHODS: Final = ("GET", "HEAD", "POST")
_NOT_FOUND: Final = message("There is nothing at this address.")
_FORBIDDEN: Final = message("Your roles do not open this page.")

FRONT: Final = Page(path="/", access="public", methods=("GET",))

Endpoint = Callable[[Request], Awaitable[Response]]


def _show(page: Callable[[Request], Response]) -> Endpoint:
    """Make an endpoint of a page that reads disks and databases: it runs in a worker thread."""

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(page, request)

    return endpoint


def _routes() -> Iterator[Route]:
    shown: Sequence[tuple[str, Callable[[Request], Response]]] = (
        ("/", front.front),
        (f"{OWN}/static/{{name:path}}", front.static),
        (f"{OWN}/brand.css", front.brand),
        (f"{OWN}/logo", front.logo),
        (f"{OWN}/ikon/{{app}}", front.icon),
        (LANGUAGE, front.switch_language),
        (SIGN_IN, sign_in.sign_in_form),
        (PASSWORD, sign_in.password_form),
        (CONSOLE, overview.overview),
        (f"{APPS}/{{app}}", application.application),
        (USERS, users.users),
        (f"{USERS}/baru", users.new_user),
        (f"{USERS}/{{account}}", users.user),
        # The address of a form that was sent back with faults, opened again.
        (f"{USERS}/{{account}}/sandi", users.user),
        (f"{USERS}/{{account}}/keadaan", users.user),
        (AUDIT, audit.audit),
        (REGION, region.region_profile),
    )
    sent: Sequence[tuple[str, Callable[[Request, FormData], Response]]] = (
        (SIGN_IN, sign_in.sign_in),
        (SIGN_OUT, sign_in.sign_out),
        (PASSWORD, sign_in.change_password),
        (f"{APPS}/{{app}}", application.save),
        (f"{USERS}/baru", users.add_user),
        (f"{USERS}/{{account}}", users.save_user),
        (f"{USERS}/{{account}}/sandi", users.set_password),
        (f"{USERS}/{{account}}/keadaan", users.set_state),
    )
    # A method no route takes is answered by Starlette with 405; the table of pages has said so before for most.
    yield from (Route(path, _show(page), methods=["GET"]) for path, page in shown)
    yield from (Route(path, with_form(handler), methods=["POST"]) for path, handler in sent)


class Console:
    """The ASGI application of the host's own addresses; make it with :func:`console_app`."""

    def __init__(self) -> None:
        self._matcher = PageMatcher(CONSOLE_PAGES)
        self._in_region = Router(list(_routes()), redirect_slashes=False, default=_nothing_here)
        above = [
            Route("/", _show(front.regions)),
            Route(f"{OWN}/static/{{name:path}}", _show(front.static)),
            Route(LANGUAGE, _show(front.switch_language)),
        ]
        self._above = Router(above, redirect_slashes=False, default=_nothing_here)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request that came through the host.

        Raises:
            Refusal: There is no such page, it does not take this method, or the actor may not open it.
        """
        root = scope["root_path"]
        below = scope["path"].removeprefix(root).rstrip("/") or "/"
        await self._require(scope, below)
        router = self._above if scope["smartcity.region"] is None else self._in_region
        await router({**scope, "path": f"{root}{below}"}, receive, send)

    async def _require(self, scope: Scope, below: str) -> None:
        method = scope["method"]
        page = FRONT if below == "/" else self._matcher.match(below, method)
        if page is None or (page is FRONT and method not in ("GET", "HEAD")):
            raise self._refusal(below, method)
        if page.access != "permission":
            return  # whether somebody is signed in has been asked by the host, and is asked again by the page
        actor = actor_of(scope)
        if page.permission is None or not actor.may(page.permission):
            where = f"{method} {scope['path']}"
            services, code, visit = services_of(scope), region_of(scope).code, visit_of(scope)
            await to_thread.run_sync(services.record.write_denial, code, visit, actor, "", where, "access.denied")
            raise Refusal(HTTPStatus.FORBIDDEN, _FORBIDDEN)

    def _refusal(self, below: str, method: str) -> Refusal:
        """Return why no page takes a method: there is none, or it takes others."""
        allowed = [one for one in _METHODS if below == "/" or self._matcher.match(below, one) is not None]
        if below == "/":
            allowed.remove("POST")
        if not allowed:
            return Refusal(HTTPStatus.NOT_FOUND, _NOT_FOUND)
        headers = ((b"allow", ", ".join(allowed).encode()),)
        return Refusal(HTTPStatus.NO_CONTENT if method == "OPTIONS" else HTTPStatus.METHOD_NOT_ALLOWED, headers=headers)


async def _nothing_here(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - of ASGI
    raise Refusal(HTTPStatus.NOT_FOUND, _NOT_FOUND)


def console_app(services: Services) -> ASGIApp:
    """Return the console of an instance: what :func:`smartcity_share.host.app.create_host` takes as ``console``.

    Args:
        services: The services of the host; each request carries them too.
    """
    del services  # every request brings them: a console serves whichever host calls it
    return Console()
