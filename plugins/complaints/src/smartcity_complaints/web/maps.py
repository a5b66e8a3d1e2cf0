"""The map of public reports: drawn here, without a picture from elsewhere and without a script, a table beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from sqlalchemy import Connection, func, select
from starlette.requests import Request
from starlette.responses import Response

from smartcity_complaints import atlas, store
from smartcity_complaints.derived import spot
from smartcity_complaints.errors import ReportNotFoundError
from smartcity_complaints.listing import Wanted, page
from smartcity_complaints.places import rounded, square_numbered
from smartcity_complaints.records import Report
from smartcity_complaints.regional import districts, settings_of
from smartcity_complaints.settings import Area
from smartcity_complaints.web.frame import address, draw
from smartcity_complaints.web.listed import listed
from smartcity_complaints.web.words import Words
from smartcity_complaints.workflow import ENDED
from smartcity_share import Installation
from smartcity_share.toolkit import installation_of, language_of

_MOST_POINTS = 400
_MOST_LISTED = 10
_LARGEST = 500
_ROWS, _COLUMNS = 18_000, 36_000


def show(request: Request) -> Response:
    """Show where reports are: the whole region, a part of it, or one square with its single points."""
    installation = installation_of(request)
    settings = settings_of(installation)
    if not settings.public_list:
        raise ReportNotFoundError
    asked = request.query_params
    kind, only_open = asked.get("jenis") or None, bool(asked.get("terbuka"))
    cell = _square(asked.get("petak", ""))
    size = _size(asked.get("lebar", ""))
    language = language_of(request)
    with store.reading(installation) as connection:
        spots = _spots(connection, kind, only_open=only_open)
        close = cell is not None and size == 1
        wanted = Wanted(public=True, kind=kind, cell=cell, open_only=only_open)
        found = page(connection, wanted, size=_MOST_POINTS) if close else None
        items = listed(connection, installation, found.reports[:_MOST_LISTED] if found else (), language)
    kept = {"jenis": kind, "terbuka": "1" if only_open else None}
    area = _area(installation, spots) if cell is None else atlas.area_of_square(cell, size)
    names = districts(installation)
    drawn: dict[str, object] = {"frame": None}
    if area is not None:
        frame = atlas.Frame.of(area)
        here = [entry for entry in spots if _within(entry.cell, cell, size)]
        gathered = [] if found else atlas.clusters(here, frame, atlas.gathering(area))
        drawn = {
            "frame": frame,
            "grid": atlas.grid(frame),
            "points": _points(frame, found.reports) if found else [],
            "clusters": _told(gathered, Words(language, installation), names, address(request, "/peta", **kept)),
            "labels": atlas.labels(here, frame, gathered, names) if gathered else {},
        }
    return draw(
        request,
        "map.html",
        {
            **drawn,
            "items": items,
            "more": found is not None and (found.following is not None or len(found.reports) > _MOST_LISTED),
            "cell": cell,
            "size": size,
            "kind": kind,
            "only_open": only_open,
            "kinds": [(entry.code, entry.title.text_in(language)) for entry in settings.kinds],
            "rows": _by_district(spots),
            "names": names,
            "address": lambda **query: address(request, "/peta", **kept | query),
        },
    )


def _spots(connection: Connection, kind: str | None, *, only_open: bool) -> list[atlas.Spots]:
    table = spot.c
    count = func.sum(table.open if only_open else table.shown)
    query = (
        select(table.cell, table.district, count.label("shown"), func.sum(table.open).label("open"))
        .where(table.shown > 0, *([] if kind is None else [table.kind == kind]))
        .group_by(table.cell, table.district)
        .having(count > 0)
    )
    return [
        atlas.Spots(cell, district, int(shown), int(still)) for cell, district, shown, still in connection.execute(query).all()
    ]


def _told(
    gathered: Iterable[atlas.Cluster], words: Words, names: Mapping[str, str], here: str
) -> list[tuple[atlas.Cluster, str, str]]:
    """Return circles with the address each leads to and its words; for hundreds a template takes ten times as long."""
    counted = lru_cache(maxsize=None)(lambda number: words.count("%(num)s report", "%(num)s reports", number))
    still = words.say("%(count)s being handled")
    start = f"{here}{'&' if '?' in here else '?'}petak="
    return [
        (
            circle,
            f"{start}{circle.cell}&lebar={circle.size}",
            f"{counted(circle.shown)}, {still % {'count': circle.open}}"
            + (f", {names.get(circle.district, circle.district)}" if circle.district else ""),
        )
        for circle in gathered
    ]


def _points(frame: atlas.Frame, reports: Iterable[Report]) -> list[dict[str, object]]:
    """Return the places of single reports as exactly as everyone may know them, those at one place together."""
    count: Counter[tuple[float, float]] = Counter()
    still: Counter[tuple[float, float]] = Counter()
    for report in reports:
        if report.latitude is not None and report.longitude is not None:
            point = rounded(report.latitude), rounded(report.longitude)
            count[point] += 1
            still[point] += report.state not in ENDED
    return [
        {"x": x, "y": y, "shown": shown, "open": still[point], "district": ""}
        for point, shown in sorted(count.items())
        for x, y in [frame.place(*point)]
    ]


def _by_district(spots: list[atlas.Spots]) -> list[tuple[str, int, int]]:
    shown: Counter[str] = Counter()
    still: Counter[str] = Counter()
    for entry in spots:
        shown[entry.district] += entry.shown
        still[entry.district] += entry.open
    return [(district, count, still[district]) for district, count in shown.most_common()]


def _area(installation: Installation, spots: list[atlas.Spots]) -> Area | None:
    return settings_of(installation).area or atlas.area_of(entry.cell for entry in spots)


def _within(cell: int, corner: int | None, size: int) -> bool:
    if corner is None:
        return True
    square, first = square_numbered(cell), square_numbered(corner)
    return 0 <= square.row - first.row < size and 0 <= square.column - first.column < size


def _square(typed: str) -> int | None:
    if not (typed.isascii() and typed.isdigit() and len(typed) < len("9999999999")):
        return None
    square = square_numbered(int(typed))
    return int(typed) if square.row < _ROWS and square.column < _COLUMNS else None


def _size(typed: str) -> int:
    return min(max(int(typed), 1), _LARGEST) if typed.isascii() and typed.isdigit() and len(typed) <= len(str(_LARGEST)) else 1
