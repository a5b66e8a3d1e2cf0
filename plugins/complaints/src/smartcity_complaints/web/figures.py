"""The page of figures: for everyone where the public list is on, with the offices for officials."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from smartcity_complaints import store
from smartcity_complaints.errors import ReportNotFoundError
from smartcity_complaints.overview import ALL_TIME, Figures, overview, years
from smartcity_complaints.regional import districts, local_month, offices, settings_of
from smartcity_complaints.summaries import month_of
from smartcity_complaints.web.frame import draw, is_official
from smartcity_complaints.web.words import Words
from smartcity_complaints.workflow import Permission
from smartcity_share.toolkit import actor_of, installation_of, language_of, text_in

_ALL = "semua"
_MONTHS = 12


def show(request: Request) -> Response:
    """Show the figures of the last twelve months, of a year, or of all time."""
    installation = installation_of(request)
    actor = actor_of(request)
    settings = settings_of(installation)
    if not (settings.public_list or is_official(actor)):
        raise ReportNotFoundError
    language = language_of(request)
    now = installation.now()
    wanted = request.query_params.get("tahun", "")
    with store.reading(installation) as connection:
        known = years(connection)
        chosen = int(wanted) if wanted.isascii() and wanted.isdigit() and int(wanted[:5]) in known else None
        found = overview(connection, now, ALL_TIME if wanted == _ALL else _span(chosen, *local_month(installation, now)))
        titles = {code: text_in(texts, language) for code, texts in store.kind_titles(connection).items()}
    words = Words(language, installation)
    names = {
        "kind": titles | {kind.code: kind.title.text_in(language) for kind in settings.kinds},
        "district": districts(installation),
        "office": offices(installation, language),
    }
    return draw(
        request,
        "figures.html",
        {
            "total": found.total,
            "times": [(entry.subject if wanted == _ALL else words.month(entry.subject), entry) for entry in found.times],
            "kinds": _named(found.by["kind"], names["kind"]),
            "districts": _named(found.by["district"], names["district"]),
            "offices": _named(_own(found.by["office"], request), names["office"]) if is_official(actor) else [],
            "years": [(str(known_year), str(known_year)) for known_year in known],
            "chosen": wanted if wanted == _ALL or chosen is not None else "",
        },
    )


def _span(chosen: int | None, year: int, month: int) -> tuple[int, int]:
    """Return the months of a year, or the twelve that end with this one."""
    if chosen is not None:
        return month_of(chosen, 1), month_of(chosen, _MONTHS)
    first = month_of(year, 1) if month == _MONTHS else month_of(year - 1, month + 1)
    return first, month_of(year, month)


def _own(figures: tuple[Figures, ...], request: Request) -> tuple[Figures, ...]:
    """Return the offices an official may see: all, or the own one."""
    actor = actor_of(request)
    if actor.may(Permission.VIEW_ALL):
        return tuple(entry for entry in figures if entry.subject)
    return tuple(entry for entry in figures if entry.subject and entry.subject == actor.office)


def _named(figures: tuple[Figures, ...], names: dict[str, str]) -> list[tuple[str, Figures]]:
    """Return figures with names in place of codes, the most reports first."""
    named = [(names.get(entry.subject, entry.subject), entry) for entry in figures]
    return sorted(named, key=lambda pair: (-pair[1].received, pair[0]))
