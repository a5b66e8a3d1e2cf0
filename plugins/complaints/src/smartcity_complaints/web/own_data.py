"""The pages on which a reporter sees what is held, takes it along, stops the news, and asks for erasure."""

from __future__ import annotations

from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from smartcity_complaints import store
from smartcity_complaints.errors import ComplaintsError, ReportNotFoundError
from smartcity_complaints.numbers import parse_number
from smartcity_complaints.privacy.requests import LONGEST_WORDS, RequestState, ask_erasure, own_report, requests_of, stop_news
from smartcity_complaints.privacy.subject import own_data
from smartcity_complaints.regional import settings_of
from smartcity_complaints.web.frame import PRIVATE, draw, see_other
from smartcity_complaints.web.words import Words
from smartcity_share.toolkit import installation_of, language_of

_MOST_FIELDS = 10


def show(request: Request) -> Response:
    """Show what is held about the reporter."""
    return _show(request, request.query_params.get("kunci", ""))


def download(request: Request) -> Response:
    """Answer with everything that is held about the reporter."""
    number = _number(request)
    content = own_data(installation_of(request), number, request.query_params.get("kunci", ""))
    name = f'attachment; filename="data-{number}.zip"'
    return Response(content, media_type="application/zip", headers={**PRIVATE, "Content-Disposition": name})


async def ask(request: Request) -> Response:
    """Stop the news, or take up a request for erasure."""
    async with request.form(max_files=0, max_fields=_MOST_FIELDS) as sent:
        return await run_in_threadpool(partial(_ask, request, sent))


def _ask(request: Request, sent: FormData) -> Response:
    installation, number = installation_of(request), _number(request)
    token, action, text = (str(sent.get(name, "")) for name in ("kunci", "action", "text"))
    if action not in {"stop-news", "ask-erasure"}:
        raise ReportNotFoundError
    try:
        if action == "stop-news":
            stop_news(installation, number, token)
        else:
            ask_erasure(installation, number, token, text.replace("\r\n", "\n"))
    except ReportNotFoundError:
        raise
    except ComplaintsError as refused:
        return _show(request, token, refused=refused, typed=text)
    return see_other(request, f"/lacak/{number}/data", kunci=token)


def _show(request: Request, token: str, *, refused: ComplaintsError | None = None, typed: str = "") -> Response:
    installation = installation_of(request)
    settings = settings_of(installation)
    words = Words(language_of(request), installation_of(request))
    with store.reading(installation) as connection:
        report = own_report(connection, _number(request), token)
        contact = store.contact(connection, report.id)
        photos = store.photos(connection, [report.id])[report.id]
        requests = requests_of(connection, report.id)
    return draw(
        request,
        "own_data.html",
        {
            "report": report,
            "token": token,
            "contact": contact,
            "photos": photos,
            "requests": requests,
            "asked": any(found.state is RequestState.OPEN for found in requests),
            "contact_period": f"P{settings.contact_months}M",
            "words_period": f"P{settings.words_months}M",
            "text_limit": LONGEST_WORDS,
            "error": words.refusal(refused) if refused else "",
            "typed": typed,
        },
        status=422 if refused else 200,
        headers=PRIVATE,
    )


def _number(request: Request) -> str:
    number = parse_number(request.path_params["number"])
    if number is None:
        raise ReportNotFoundError
    return number
