"""Drawing a page of the app: the parts every page has, and the page for what is not there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from smartcity_complaints.regional import settings_of
from smartcity_complaints.web import style
from smartcity_complaints.web.words import Words
from smartcity_complaints.workflow import Permission
from smartcity_share import Actor
from smartcity_share.toolkit import Pages, actor_of, installation_of, language_of
from smartcity_share.toolkit.translations import message

pages = Pages("smartcity_complaints")

PRIVATE: Mapping[str, str] = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, nofollow",
    # The address holds the reporter's secret: no other site is told it.
    "Referrer-Policy": "same-origin",
}


def draw(
    request: Request,
    template: str,
    context: Mapping[str, Any] | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with a page.

    Templates see, besides what :class:`~smartcity_share.toolkit.pages.Pages` gives them: ``settings``, ``words``, and ``tabs``,
    the pages of the app as text, address and whether it is this one.
    """
    installation = installation_of(request)
    settings = settings_of(installation)
    words = Words(language_of(request), installation_of(request))
    return pages.render(
        request,
        template,
        {
            "settings": settings,
            "words": words,
            "style_version": style.version(),
            "tabs": _tabs(request, words, public=settings.public_list),
            **(context or {}),
        },
        status,
        headers,
    )


def address(request: Request, path: str, **query: str | None) -> str:
    """Return an address of the app below where the host has put it."""
    given = {name: value for name, value in query.items() if value}
    return f"{request.scope.get('root_path', '')}{path}" + (f"?{urlencode(given)}" if given else "")


def see_other(request: Request, path: str, **query: str | None) -> Response:
    """Answer a POST with the address of the page to look at, so that loading it again sends nothing twice."""
    return RedirectResponse(address(request, path, **query), status_code=303)


def report_not_found(request: Request, _: Exception) -> Response:
    """Answer for a report that is not there, or that the actor may not know of: the two look the same."""
    return draw(request, "not_found.html", {"report_wanted": True}, status=404, headers=PRIVATE)


def page_not_found(request: Request, _: Exception) -> Response:
    """Answer for an address the app does not have."""
    return draw(request, "not_found.html", {"report_wanted": False}, status=404)


def is_official(actor: Actor) -> bool:
    """Whether the actor may open the officials' pages."""
    return actor.may(Permission.WORK)


def _tabs(request: Request, words: Words, *, public: bool) -> list[tuple[str, str, bool]]:
    entries = [(message("Overview"), "/"), (message("File a report"), "/lapor"), (message("Follow a report"), "/lacak")]
    if public:
        entries += [(message("All reports"), "/laporan"), (message("Map"), "/peta")]
    if public or is_official(actor_of(request)):
        entries.append((message("Figures"), "/angka"))
    if is_official(actor_of(request)):
        entries.append((message("Work list"), "/petugas"))
    here = "/" + request.scope["path"].removeprefix(request.scope.get("root_path", "")).strip("/")
    return [(words.say(text), address(request, path), _is_here(here, path)) for text, path in entries]


def _is_here(here: str, path: str) -> bool:
    return here == path or (path != "/" and here.startswith(path + "/"))
