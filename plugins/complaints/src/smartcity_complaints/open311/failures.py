"""Refusals as error documents, in the format that was asked for."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from smartcity_complaints.errors import ComplaintsError
from smartcity_complaints.open311.documents import Document, Format
from smartcity_complaints.open311.errors import Fault, Refusal, UnknownError, UnreadableError
from smartcity_complaints.web.words import Words
from smartcity_share.toolkit import installation_of, language_of
from smartcity_share.toolkit.translations import message

_MESSAGES: Final[dict[int, ComplaintsError]] = {
    HTTPStatus.NOT_FOUND: UnknownError(
        message("There is nothing at this address. Is it spelt right, and does it end in .xml or .json?")
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: UnreadableError(message("This address does not take requests of this method.")),
    HTTPStatus.INTERNAL_SERVER_ERROR: ComplaintsError(message("Something went wrong here. Nothing was kept. Try again later.")),
}


def format_of(request: Request) -> Format:
    """Return the format the address asks for by its ending; XML, which every client reads, where it asks for none."""
    return Format.JSON if request.url.path.endswith(".json") else Format.XML


def answer(document: Document, form: Format, status: int = HTTPStatus.OK, headers: dict[str, str] | None = None) -> Response:
    """Answer with a document."""
    content = document.written(form)
    return Response(content, status, headers, media_type=f"{form.media_type}; charset=utf-8")


def refused(request: Request, refusal: Exception) -> Response:
    """Answer for a refusal: every fault with the status as its code and a sentence for the user."""
    assert isinstance(refusal, Refusal)  # noqa: S101 - registered for it
    return _errors(request, refusal.status, refusal.faults)


def http_refused(request: Request, refusal: Exception) -> Response:
    """Answer for what HTTP itself refuses: no such address, no such method."""
    assert isinstance(refusal, HTTPException)  # noqa: S101 - registered for it
    reason = _MESSAGES.get(refusal.status_code) or UnreadableError(str(refusal.detail))
    return _errors(request, refusal.status_code, (Fault(reason),), dict(refusal.headers or {}))


def failed(request: Request, _: Exception) -> Response:
    """Answer for a fault of ours; what it was is in the log of the host."""
    return _errors(request, HTTPStatus.INTERNAL_SERVER_ERROR, (Fault(_MESSAGES[HTTPStatus.INTERNAL_SERVER_ERROR]),))


def _errors(request: Request, status: int, faults: tuple[Fault, ...], headers: dict[str, str] | None = None) -> Response:
    words = Words(language_of(request), installation_of(request))
    document = Document(
        "errors",
        [
            {
                "code": int(status),
                "description": ": ".join(part for part in (fault.parameter, words.refusal(fault.reason)) if part),
            }
            for fault in faults
        ],
    )
    return answer(document, format_of(request), status, {"Cache-Control": "no-store", **(headers or {})})
