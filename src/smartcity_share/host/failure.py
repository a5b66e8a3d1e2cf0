"""The pages of answers that went wrong: in the region's frame where it can be drawn, plain where it cannot.

A page names the id of the request, so that whoever runs the instance finds it in the log. It never shows a traceback.
"""

from __future__ import annotations

import html
import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, Protocol

_log = logging.getLogger(__name__)

TITLES: Final[Mapping[HTTPStatus, str]] = {
    HTTPStatus.BAD_REQUEST: "This request cannot be read",
    HTTPStatus.UNAUTHORIZED: "Sign in first",
    HTTPStatus.FORBIDDEN: "You may not open this page",
    HTTPStatus.NOT_FOUND: "There is no such page",
    HTTPStatus.METHOD_NOT_ALLOWED: "This page does not take this kind of request",
    HTTPStatus.REQUEST_TIMEOUT: "Sending took too long",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "That is too large",
    HTTPStatus.REQUEST_URI_TOO_LONG: "The address is too long",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "The request is too large",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong here",
    HTTPStatus.SERVICE_UNAVAILABLE: "This service is not available now",
}
"""Status -> heading, in English; the console's catalogue has the translations."""

APP_FAILED: Final = "The fault is recorded. The other services of the region work."


class ErrorPages(Protocol):
    """Draws the page of an error; given to the host by the console."""

    def render(self, scope: Mapping[str, Any], status: int, title: str, message: str, request_id: str) -> tuple[str, bytes]:
        """Return content type and body.

        Args:
            scope: The scope; has ``smartcity.shell`` where a region is known.
            status: The HTTP status.
            title: The heading, in English; a message id of the catalogue.
            message: One sentence, in English; a message id of the catalogue; may be empty.
            request_id: Id of the request, to be shown.
        """
        ...


class PlainErrorPages:
    """Pages without a frame: what is left when nothing else can be drawn."""

    def render(
        self,
        scope: Mapping[str, Any],  # noqa: ARG002 - of the port
        status: int,
        title: str,
        message: str,
        request_id: str,
    ) -> tuple[str, bytes]:
        """Return a small page in English and Indonesian."""
        text = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>{html.escape(title)}</title><h1>{status} {html.escape(title)}</h1><p>{html.escape(message)}</p>"
            f"<p>Number of this request / <span lang=id>Nomor permintaan</span>: <code>{html.escape(request_id)}</code></p>"
        )
        return "text/html; charset=utf-8", text.encode()


def error_answer(
    pages: ErrorPages, scope: Mapping[str, Any], status: HTTPStatus, message: str, request_id: str, *, accept: str
) -> tuple[str, bytes]:
    """Return content type and body of an error: JSON for who prefers it, else a page.

    Args:
        pages: What draws pages.
        scope: The scope of the request.
        status: The status.
        message: One sentence, in English.
        request_id: Id of the request.
        accept: The ``Accept`` header.
    """
    title = TITLES.get(status, status.phrase)
    if prefers_json(accept):
        body = {"error": {"status": status.value, "title": title, "message": message, "request": request_id}}
        return "application/json", json.dumps(body).encode()
    try:
        return pages.render(scope, status.value, title, message, request_id)
    except Exception:  # noqa: BLE001 - the page of a fault must not fail with it
        _log.exception("The page for status %d of request %s could not be drawn", status.value, request_id)
        return PlainErrorPages().render(scope, status.value, title, message, request_id)


def prefers_json(accept: str) -> bool:
    """Whether an ``Accept`` header wants JSON rather than a page; a page where it says nothing of either."""
    weights: dict[str, float] = {}
    for part in accept[:1000].split(","):
        kind, _, parameters = part.strip().lower().partition(";")
        weight = 1.0
        for parameter in parameters.split(";"):
            key, _, value = parameter.strip().partition("=")
            if key == "q":
                try:
                    weight = float(value)
                except ValueError:
                    weight = 0.0
        weights[kind.strip()] = max(weight, weights.get(kind.strip(), 0.0))
    wanted = max(weights.get("application/json", 0.0), weights.get("application/problem+json", 0.0))
    return wanted > 0 and wanted > max(weights.get("text/html", 0.0), weights.get("application/xhtml+xml", 0.0))
