"""The photos: to everyone where the report is shown to everyone, else to its reporter and to the officials who see it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from smartcity_complaints import store
from smartcity_complaints.errors import ReportNotFoundError
from smartcity_complaints.handling import hand_of
from smartcity_complaints.numbers import token_fits
from smartcity_complaints.records import Photo
from smartcity_complaints.regional import settings_of
from smartcity_share.toolkit import actor_of, installation_of

_HEADERS = {
    "Content-Disposition": "inline",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Robots-Tag": "noindex, nofollow",
}


def whole(request: Request) -> Response:
    """Answer with a photo."""
    photo, cache = _allowed(request)
    return _answer(request, photo.file, cache)


def small(request: Request) -> Response:
    """Answer with the small form of a photo."""
    photo, cache = _allowed(request)
    return _answer(request, photo.small_file, cache)


def _allowed(request: Request) -> tuple[Photo, str]:
    """Return the photo and how long it may be kept, or refuse as if there were none."""
    installation = installation_of(request)
    with store.reading(installation) as connection:
        found = store.photo_with_report(connection, request.path_params["photo_id"])
    if found is None:
        raise ReportNotFoundError
    photo, report = found
    if settings_of(installation).public_list and report.shown_to_everyone:
        # Not for long: an official may take the report back from the public at any time.
        return photo, "public, max-age=3600"
    token = request.query_params.get("kunci", "")
    if token_fits(token, report.follow_fingerprint) or hand_of(actor_of(request)).sees(report.situation):
        return photo, "private, no-store"
    raise ReportNotFoundError


def _answer(request: Request, name: str, cache: str) -> Response:
    try:
        with installation_of(request).files.open(name) as source:
            content = source.read()
    except FileNotFoundError as fault:
        raise ReportNotFoundError from fault
    return Response(content, media_type="image/jpeg", headers={**_HEADERS, "Cache-Control": cache})
