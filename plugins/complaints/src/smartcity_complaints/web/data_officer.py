"""The pages of the data protection officer: what is held and why, and the requests for erasure that wait."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from smartcity_complaints import store
from smartcity_complaints.errors import (
    ChangedMeanwhileError,
    ComplaintsError,
    NotAllowedError,
    NotPossibleError,
    ReportNotFoundError,
)
from smartcity_complaints.privacy.record import processing_record
from smartcity_complaints.privacy.requests import LONGEST_WORDS, RequestState, decide, find_request, open_requests
from smartcity_complaints.regional import settings_of
from smartcity_complaints.web.frame import PRIVATE, draw, see_other
from smartcity_complaints.web.listed import listed
from smartcity_complaints.web.words import Words
from smartcity_complaints.workflow import OPEN, Permission
from smartcity_share.toolkit import actor_of, installation_of, language_of
from smartcity_share.toolkit.translations import message

_MOST_FIELDS = 10
_BASES: Final[Mapping[str, str]] = {
    "consent": message("Consent of the data subject"),
    "contract": message("Performance of a contract"),
    "legal-obligation": message("Legal obligation"),
    "vital-interest": message("Vital interest of the data subject"),
    "public-task": message("Task in the public interest or public service"),
    "legitimate-interest": message("Legitimate interest"),
}


def record(request: Request) -> Response:
    """Show what personal data is held, and the requests that wait for a decision."""
    _permitted(request)
    installation = installation_of(request)
    words = Words(language_of(request), installation_of(request))
    with store.reading(installation) as connection:
        held = processing_record(connection, settings_of(installation))
        requests = open_requests(connection)
        numbers = {found.report_id: store.find_by_id(connection, found.report_id).number for found in requests}
    return draw(
        request,
        "data_record.html",
        {
            "held": held,
            "bases": {basis: words.say(text) for basis, text in _BASES.items()},
            "requests": requests,
            "numbers": numbers,
            "now": installation.now(),
        },
        headers=PRIVATE,
    )


def show(request: Request) -> Response:
    """Show one request with the report it is about."""
    return _show(request)


async def decision(request: Request) -> Response:
    """Grant or refuse a request."""
    async with request.form(max_files=0, max_fields=_MOST_FIELDS) as sent:
        return await run_in_threadpool(partial(_decide, request, sent))


def _decide(request: Request, sent: FormData) -> Response:
    _permitted(request)
    choice, text = str(sent.get("decision", "")), str(sent.get("text", "")).replace("\r\n", "\n")
    if choice not in {RequestState.GRANTED, RequestState.REFUSED}:
        return _show(request, refused=NotPossibleError("Choose whether to grant or to refuse."), typed=text, field="decision")
    installation, key = installation_of(request), request.path_params["request_id"]
    try:
        decide(installation, actor_of(request), key, grant=choice == RequestState.GRANTED, answer=text)
    except ReportNotFoundError:
        raise
    except NotAllowedError as refused:
        raise ReportNotFoundError from refused
    except ComplaintsError as refused:
        return _show(request, refused=refused, typed=text)
    return see_other(request, f"/petugas/data-pribadi/permintaan/{key}")


def _show(request: Request, *, refused: ComplaintsError | None = None, typed: str = "", field: str = "text") -> Response:
    _permitted(request)
    installation, language = installation_of(request), language_of(request)
    with store.reading(installation) as connection:
        found = find_request(connection, request.path_params["request_id"])
        report = store.find_by_id(connection, found.report_id)
        item = listed(connection, installation, (report,), language)[0]
    return draw(
        request,
        "erasure_request.html",
        {
            "request_": found,
            "report": report,
            "item": item,
            "running": report.state in OPEN,
            "waits": found.state is RequestState.OPEN,
            "late": found.state is RequestState.OPEN and found.decide_by <= installation.now(),
            "text_limit": LONGEST_WORDS,
            "errors": {field: Words(language, installation).refusal(refused)} if refused else {},
            "typed": typed,
        },
        status=409 if isinstance(refused, ChangedMeanwhileError) else 422 if refused else 200,
        headers=PRIVATE,
    )


def _permitted(request: Request) -> None:
    if not actor_of(request).may(Permission.PRIVACY):
        raise ReportNotFoundError
