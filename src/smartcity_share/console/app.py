"""The console: front pages, sign-in and administration of an instance, as one ASGI application the host calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
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
from smartcity_share.toolkit.request import actor_of
from smartcity_share.toolkit.translations import message

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from smartcity_share.host.services import Services

_METHODS: Final = ("GET", "HEAD", "POST")
_NOT_FOUND: Final = message("There is nothing at this address.")
_FORBIDDEN: Final = message("Your roles do not open this page.")

Endpoint = Callable[[Request], Awaitable[Response]]


def _show(page: Callable[[Request], Response]) -> Endpoint:
    """Make an endpoint of a page that reads disks and databases: it runs in a worker thread."""

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(page, request)

    return endpoint


def _view(get: Callable[[Request], Response], post: Endpoint | None = None) -> Endpoint:
    """Return the endpoint of an address that is shown and, where ``post`` is given, sent to."""
    show = _show(get)

    async def endpoint(request: Request) -> Response:
        # The table of pages was asked first: a method that an address does not take never comes here.
        return await (post if post is not None and request.method == "POST" else show)(request)

    return endpoint


def _routes() -> list[Route]:
    table: list[tuple[str, Endpoint]] = [
        ("/", _view(front.front)),
        (f"{OWN}/static/{{name:path}}", _view(front.static)),
        (f"{OWN}/brand.css", _view(front.brand)),
        (f"{OWN}/logo", _view(front.logo)),
        (f"{OWN}/ikon/{{app}}", _view(front.icon)),
        (LANGUAGE, _view(front.switch_language)),
        (SIGN_IN, _view(sign_in.sign_in_form, with_form(sign_in.sign_in))),
        (SIGN_OUT, _show(sign_in.sign_out)),
        (PASSWORD, _view(sign_in.password_form, with_form(sign_in.change_password))),
        (CONSOLE, _view(overview.overview)),
        (f"{APPS}/{{app}}", _view(application.application, with_form(application.save))),
        (USERS, _view(users.users)),
        (f"{USERS}/baru", _view(users.new_user, with_form(users.add_user))),
        (f"{USERS}/{{account}}", _view(users.user, with_form(users.save_user))),
        (f"{USERS}/{{account}}/sandi", with_form(users.set_password)),
        (f"{USERS}/{{account}}/keadaan", with_form(users.set_state)),
        (AUDIT, _view(audit.audit)),
        (REGION, _view(region.region_profile)),
    ]
    return [Route(path, endpoint, methods=list(_METHODS)) for path, endpoint in table]


class Console:
    """The ASGI application of the host's own addresses; make it with :func:`console_app`."""

    def __init__(self) -> None:
        self._matcher = PageMatcher(CONSOLE_PAGES)
        self._in_region = Router(_routes(), redirect_slashes=False, default=_nothing_here)
        above = [
            Route("/", _view(front.regions)),
            Route(f"{OWN}/static/{{name:path}}", _view(front.static)),
            Route(LANGUAGE, _view(front.switch_language)),
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
        page = self._matcher.match(below, scope["method"])
        if page is None:
            allowed = [method for method in _METHODS if self._matcher.match(below, method) is not None]
            headers = ((b"allow", ", ".join(allowed).encode()),)
            if scope["method"] == "OPTIONS":
                raise Refusal(HTTPStatus.NO_CONTENT, headers=headers)
            raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, headers=headers)
        if page.access != "permission":
            return
        actor = actor_of(scope)
        if page.permission is None or not actor.may(page.permission):
            where = f"{scope['method']} {scope['path']}"
            services, code, visit = services_of(scope), region_of(scope).code, visit_of(scope)
            await to_thread.run_sync(services.record.write_denial, code, visit, actor, "", where, "access.denied")
            raise Refusal(HTTPStatus.FORBIDDEN, _FORBIDDEN)


async def _nothing_here(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - of ASGI
    raise Refusal(HTTPStatus.NOT_FOUND, _NOT_FOUND)


def console_app(services: Services) -> ASGIApp:
    """Return the console of an instance: what :func:`smartcity_share.host.app.create_host` takes as ``console``.

    Args:
        services: The services of the host; each request carries them too.
    """
    del services  # every request brings them: a console serves whichever host calls it
    return Console()
