"""The public pages of the host itself: the list of regions, a region's front page, its colours, logo and icons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, quote

import attrs
from starlette.responses import RedirectResponse, Response

from smartcity_share.console.anonymous import framed
from smartcity_share.console.context import pages, region_of, services_of, texts_of
from smartcity_share.console.icons import icon_of
from smartcity_share.errors import SmartCityError
from smartcity_share.host.paths import safe_next
from smartcity_share.host.shells import SIGN_IN
from smartcity_share.regions.logo import logo_problem
from smartcity_share.regions.wording import wording_of
from smartcity_share.toolkit.assets import asset
from smartcity_share.toolkit.brand import brand_css
from smartcity_share.toolkit.language import LANGUAGE_COOKIE, choose_language
from smartcity_share.toolkit.request import language_of, shell_of
from smartcity_share.toolkit.shell import ContactKind
from smartcity_share.toolkit.translations import message

if TYPE_CHECKING:
    from datetime import date

    from starlette.requests import Request

    from smartcity_share.install.instance import Instance
    from smartcity_share.toolkit.shell import MenuEntry

SEARCH_FROM: Final = 12
"""From this many regions on the list can be searched."""

_YEAR: Final = 31_536_000
_HOUR: Final = 3600
_PICTURE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

CONTACT_NAMES: Final = {
    ContactKind.ADDRESS: message("Address"),
    ContactKind.PHONE: message("Telephone"),
    ContactKind.WHATSAPP: message("WhatsApp"),
    ContactKind.EMAIL: message("E-mail"),
    ContactKind.WEBSITE: message("Website"),
    ContactKind.EMERGENCY: message("Emergency"),
}


@attrs.frozen
class ListedRegion:
    """One region in the list.

    Attributes:
        name: Its name in the reader's language.
        url: Its front page.
        summary: Its government's name, or what is wrong with its profile.
        province: The province it lies in, or empty.
        logo_url: Its emblem, if it has one.
    """

    name: str
    url: str
    summary: str
    province: str
    logo_url: str | None = None


def front(request: Request) -> Response:
    """Show the front page of a region."""
    shell, root = shell_of(request), region_of(request).root_path
    translate = texts_of(request).gettext
    names = {kind: translate(text) for kind, text in CONTACT_NAMES.items()}
    tiles = [attrs.evolve(entry, icon_url=entry.icon_url or _icon_url(entry, root)) for entry in shell.menu]
    return pages.render(request, "console/front.html", {"contact_names": names, "tiles": tiles})


def regions(request: Request) -> Response:
    """Show the regions of the instance; ``?cari=`` keeps those whose name or code has the words."""
    request.scope.update(framed(request.scope))
    services, language = services_of(request), language_of(request)
    found = list(_listed(services.instance, language, services.now().date()))
    query = request.query_params.get("cari", "")[:100].strip()
    kept = [region for region in found if query.casefold() in f"{region.name} {region.province} {region.url}".casefold()]
    ordered = sorted(kept, key=lambda region: (region.province, region.name))
    groups = [(province, list(group)) for province, group in groupby(ordered, key=lambda region: region.province)]
    context = {"groups": groups, "query": query, "searchable": bool(query) or len(found) >= SEARCH_FROM}
    return pages.render(request, "console/regions.html", context)


def switch_language(request: Request) -> Response:
    """Remember the language a reader chose and go back to the page; nothing else of the address is believed."""
    in_region = request.scope.get("smartcity.region") is not None
    scope = framed(request.scope)
    root = region_of(request).root_path if in_region else ""
    # parse_qs and not query_params: a repeated or broken query is nobody's fault and leads to the front page.
    query = parse_qs(request.scope.get("query_string", b"").decode("latin-1"))
    target = _back_to(query.get("next", [""])[0], root)
    language = choose_language(shell_of(scope).languages, chosen=query.get("ke", [""])[0])
    answer = RedirectResponse(target, 303, {"Cache-Control": "no-store"})
    secure = request.scope.get("scheme") == "https"
    answer.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR, path=root or "/", secure=secure, httponly=True, samesite="lax")
    return answer


def _back_to(asked: str, root: str) -> str:
    """Return the page to go back to; the sign-in page too, which no sign-in leads back to."""
    path, _, query = asked.partition("?")
    if path != f"{root}{SIGN_IN}":
        return safe_next(asked, root)
    inner = parse_qs(query).get("next", [""])[0]
    return f"{path}?next={quote(safe_next(inner, root))}" if inner else path


def static(request: Request) -> Response:
    """Serve a shared asset; with the right digest in the address it is kept for good."""
    found = asset(request.path_params["name"])
    if found is None:
        return _missing()
    asked = request.query_params.get("v")
    lasting = f"public, max-age={_YEAR}, immutable" if asked == found.digest else "no-cache"
    headers = {"Cache-Control": lasting, "ETag": f'"{found.digest}"'}
    if request.headers.get("if-none-match", "").removeprefix("W/") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(found.content, media_type=found.media_type, headers=headers)


def brand(request: Request) -> Response:
    """Serve the colours of the region."""
    branding = region_of(request).profile.branding
    headers = {"Cache-Control": f"public, max-age={_HOUR}"}
    return Response(brand_css(branding.primary, branding.accent), media_type="text/css", headers=headers)


def logo(request: Request) -> Response:
    """Serve the region's emblem; one that could act in a reader's browser is not served."""
    region = region_of(request)
    name = region.profile.branding.logo
    folder = services_of(request).instance.profile_folder(region.code)
    if name is None or logo_problem(folder, name) is not None:
        return _missing()
    return _picture((folder / name).read_bytes(), name)


def icon(request: Request) -> Response:
    """Serve the icon of an app of the region: its own, or one for its field of government."""
    region, instance = region_of(request), services_of(request).instance
    app = request.path_params["app"]
    record = instance.ledger.installation(region.code, app)
    if record is None:
        return _missing()
    name, content = icon_of(instance, record)
    return _picture(content, name)


def _icon_url(entry: MenuEntry, root: str) -> str:
    app = entry.url.removeprefix(f"{root}/").partition("/")[0]
    return f"{root}/_/ikon/{app}"


def _picture(content: bytes, name: str) -> Response:
    kind = "image/svg+xml" if name.lower().endswith(".svg") else "image/png"
    headers = {"Cache-Control": f"public, max-age={_HOUR}", "Content-Security-Policy": _PICTURE_POLICY}
    return Response(content, media_type=kind, headers=headers)


def _missing() -> Response:
    return Response("404", 404, media_type="text/plain")


def _listed(instance: Instance, language: str, on: date) -> Iterator[ListedRegion]:
    names = _host_names(instance.config.hosts.items())
    for code in instance.region_codes:
        # A region with a host name of its own is reached by path as well; the path works on every machine.
        url = f"/{code}/"
        try:
            profile = instance.profile(code)
        except SmartCityError:
            yield ListedRegion(code, url, names.get(code, ""), "")
            continue
        words = wording_of(profile, language, on)
        picture = f"/{code}/_/logo" if profile.branding.logo else None
        yield ListedRegion(words.region_name, url, words.government, profile.province or "", picture)


def _host_names(hosts: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {code: name for name, code in hosts}
