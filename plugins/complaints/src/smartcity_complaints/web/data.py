"""The page of the open data and its downloads, sent as they are made."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from smartcity_complaints import open_data
from smartcity_complaints.declared import dataset
from smartcity_complaints.errors import ReportNotFoundError
from smartcity_complaints.web.frame import draw
from smartcity_share import Installation
from smartcity_share.toolkit import installation_of

_KEPT = "public, max-age=300"


def show(request: Request) -> Response:
    """Show what the open data holds, with the ways to take it along."""
    _published(request)
    files = {"table": open_data.TABLE_FILE, "package": open_data.PACKAGE_FILE, "archive": open_data.ARCHIVE_FILE}
    return draw(request, "data.html", {"dataset": dataset(open_data.DATASET), "files": files})


def table(request: Request) -> Response:
    """Answer with the table."""
    pieces = open_data.table_pieces(_published(request))
    return StreamingResponse(pieces, media_type="text/csv; charset=utf-8", headers=_headers(open_data.TABLE_FILE))


def package(request: Request) -> Response:
    """Answer with the description of the table."""
    text = open_data.package_text(_published(request))
    return Response(text, media_type="application/json", headers=_headers(open_data.PACKAGE_FILE))


def archive(request: Request) -> Response:
    """Answer with both in one file."""
    pieces = open_data.archive_pieces(_published(request))
    return StreamingResponse(pieces, media_type="application/zip", headers=_headers(open_data.ARCHIVE_FILE))


def _published(request: Request) -> Installation:
    installation = installation_of(request)
    if not open_data.is_published(installation):
        raise ReportNotFoundError
    return installation


def _headers(name: str) -> dict[str, str]:
    return {
        "Cache-Control": _KEPT,
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
    }
