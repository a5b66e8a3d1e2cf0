"""The page on which officials give out and revoke the keys of programs."""

from __future__ import annotations

from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from smartcity_complaints.errors import ComplaintsError, NotAllowedError, ReportNotFoundError
from smartcity_complaints.open311 import api_keys
from smartcity_complaints.open311.context import PATH
from smartcity_complaints.web.frame import PRIVATE, draw, see_other
from smartcity_complaints.web.words import Words
from smartcity_complaints.workflow import Permission
from smartcity_share.toolkit import actor_of, installation_of, language_of

_MOST_FIELDS = 5


def keys(request: Request) -> Response:
    """Show the keys."""
    return _page(request)


async def create(request: Request) -> Response:
    """Give out a key, and show it this once."""
    async with request.form(max_files=0, max_fields=_MOST_FIELDS) as sent:
        return await run_in_threadpool(partial(_create, request, sent))


def revoke(request: Request) -> Response:
    """Revoke a key."""
    try:
        api_keys.revoke(installation_of(request), actor_of(request), request.path_params["key_id"])
    except NotAllowedError as refused:
        raise ReportNotFoundError from refused
    return see_other(request, "/petugas/kunci-api")


def _create(request: Request, sent: FormData) -> Response:
    name = str(sent.get("name", ""))
    try:
        key = api_keys.create(installation_of(request), actor_of(request), name)
    except NotAllowedError as refused:
        raise ReportNotFoundError from refused
    except ComplaintsError as refused:
        return _page(request, typed=name, error=Words(language_of(request), installation_of(request)).refusal(refused))
    return _page(request, key=key)


def _page(request: Request, *, key: str = "", typed: str = "", error: str = "") -> Response:
    if not actor_of(request).may(Permission.API_KEYS):
        raise ReportNotFoundError
    root = request.scope.get("root_path", "")
    return draw(
        request,
        "api_keys.html",
        {
            "keys": api_keys.all_keys(installation_of(request)),
            "key": key,
            "typed": typed,
            "error": error,
            "name_limit": api_keys.NAME_LIMIT,
            "address": f"{request.url.scheme}://{request.url.netloc}{root}{PATH}",
        },
        status=422 if error else 200,
        headers=PRIVATE,
    )
