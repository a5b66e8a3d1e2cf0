"""What every page of the console draws on: the services of the host, the region, the reader's language, the templates."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from gettext import NullTranslations
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from smartcity_share.console.paths import AUDIT, CONSOLE, REGION, USERS
from smartcity_share.host.refusal import Refusal
from smartcity_share.toolkit.pages import Pages
from smartcity_share.toolkit.request import actor_of, language_of
from smartcity_share.toolkit.translations import message, translations_for

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from smartcity_share.host.routing import RegionContext
    from smartcity_share.host.services import Services
    from smartcity_share.host.visit import Visit

PACKAGE: Final = "smartcity_share.console"
_UNREADABLE: Final = message("The form could not be read. Go back, reload it and send it again.")
MAX_FIELDS: Final = 5000
"""Most entries a submitted form may have."""

pages: Final = Pages(PACKAGE)

_TABS: Final = (
    (message("Overview"), f"{CONSOLE}/", "console.view"),
    (message("Accounts"), f"{USERS}/", "console.users"),
    (message("Audit log"), f"{AUDIT}/", "console.audit"),
    (message("Region profile"), f"{REGION}/", "console.view"),
)


def services_of(source: Mapping[str, Any]) -> Services:
    """Return the services of the host."""
    found: Services = source["smartcity.services"]
    return found


def region_of(source: Mapping[str, Any]) -> RegionContext:
    """Return the region the request is for."""
    found: RegionContext = source["smartcity.region"]
    return found


def visit_of(source: Mapping[str, Any]) -> Visit:
    """Return what the host knows of the request: address, session, id."""
    found: Visit = source["smartcity.visit"]
    return found


def texts_of(source: Mapping[str, Any]) -> NullTranslations:
    """Return the translations into the reader's language."""
    return translations_for(PACKAGE, language_of(source))


def address(request: Request, path: str) -> str:
    """Return an address of the region from its path below the region's root."""
    return f"{region_of(request).root_path}{path}"


def draw(request: Request, name: str, context: Mapping[str, Any], status: int = 200) -> Response:
    """Draw a page of the console proper, with its tabs; it is kept by no cache."""
    actor, translate = actor_of(request), texts_of(request).gettext
    here = request.scope["path"]
    tabs = [
        (translate(title), address(request, path), _is_current(here, address(request, path), address(request, f"{CONSOLE}/")))
        for title, path, permission in _TABS
        if actor.may(permission)
    ]
    values = {"tabs": tabs, "console_url": address(request, f"{CONSOLE}/"), **context}
    return pages.render(request, f"console/{name}.html", values, status, {"Cache-Control": "no-store"})


def _is_current(here: str, tab: str, first: str) -> bool:
    """Whether a page lies under a tab; what lies under no other tab lies under the first."""
    if tab != first:
        return f"{here}/".startswith(tab)
    return not any(f"{here}/".startswith(f"{first.rstrip('/')}{path.removeprefix(CONSOLE)}") for _, path, _ in _TABS[1:])


def part(request: Request, macro: str, *arguments: Any) -> Markup:
    """Return a part of a page for a cell of a table; the macro is one of ``smartcity/parts.html``."""
    return pages.part(request, "smartcity/parts.html", macro, *arguments)


def link(url: str, text: str) -> Markup:
    """Return a link, both values escaped."""
    return Markup('<a href="{}">{}</a>').format(url, text)


def see_other(location: str) -> RedirectResponse:
    """Answer a form with another page of this site."""
    return RedirectResponse(location, 303, {"Cache-Control": "no-store"})


def with_form(handler: Callable[[Request, FormData], Response]) -> Callable[[Request], Awaitable[Response]]:
    """Make an endpoint of a function that takes a submitted form; it runs in a worker thread."""

    async def endpoint(request: Request) -> Response:
        try:
            form = await request.form(max_files=0, max_fields=MAX_FIELDS)
        except MultiPartException:
            # A file, too many fields, or bytes that are no form: not what any page of the console sends.
            raise Refusal(
                HTTPStatus.BAD_REQUEST, message("The form could not be read. Go back, reload it and send it again.")
            ) from None
        try:
            return await run_in_threadpool(handler, request, form)
        finally:
            await form.close()

    return endpoint


def typed(form: FormData, name: str) -> str:
    """Return a text of a submitted form, empty where it was not given or is no text."""
    value = form.get(name)
    return value if isinstance(value, str) else ""
