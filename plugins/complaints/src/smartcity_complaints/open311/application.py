"""The interface as an ASGI application, made from the table of operations."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from itertools import groupby

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from smartcity_complaints.open311.context import PATH, Context
from smartcity_complaints.open311.documents import Format
from smartcity_complaints.open311.errors import Fault, Refusal, UnknownError, UnreadableError
from smartcity_complaints.open311.failures import answer, failed, format_of, http_refused, refused
from smartcity_complaints.open311.openapi import openapi
from smartcity_complaints.open311.operations import OPERATIONS, Call, Operation, next_page
from smartcity_complaints.open311.parameters import Pairs, pairs_of
from smartcity_share.toolkit.translations import message

_FORM = "application/x-www-form-urlencoded"
_LARGEST_FORM = 500_000
"""In bytes; the longest description with long answers to a dozen questions fits."""

_FOR_EVERYONE = {
    # Open data: a page of another site may read it. Only the language differs, by the cookie of a choice of the reader.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Link",
    "Vary": "Cookie",
}


def mounted() -> Mount:
    """Return the application where it lies below the address of the app."""
    found = Mount(PATH, application())
    # Else an address with a line feed in it would not be taken for one of ours, and get an answer for people.
    found.path_regex = re.compile(found.path_regex.pattern, re.DOTALL)
    return found


def application() -> Starlette:
    """Return the application."""
    ordered = sorted(OPERATIONS, key=lambda operation: operation.path)
    routes = [
        Route(
            f"{path}.{{format}}",
            _endpoint({operation.method: operation for operation in group}),
            methods=[operation.method for operation in OPERATIONS if operation.path == path],
        )
        for path, group in groupby(ordered, key=lambda operation: operation.path)
    ]
    return Starlette(
        routes=[Route("/openapi.json", _description), *routes],
        exception_handlers={Refusal: refused, HTTPException: http_refused, Exception: failed},
    )


def _endpoint(operations: dict[str, Operation]) -> Callable[[Request], Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        operation = operations["GET" if request.method == "HEAD" else request.method]
        context = _context(request)
        if request.path_params["format"] not in set(Format):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        sent = await _form(request) if operation.method == "POST" else pairs_of(request.scope["query_string"])
        item = next((text for name, text in request.path_params.items() if name != "format"), "")
        call = Call(context, format_of(request), sent, item)
        return await run_in_threadpool(_answer, operation, call)

    return respond


def _answer(operation: Operation, call: Call) -> Response:
    given = operation.run(call)
    headers = {"Cache-Control": given.cache, **_FOR_EVERYONE}
    if given.following is not None:
        headers["Link"] = f'<{next_page(call, given.following)}>; rel="next"'
    return answer(given.document, call.form, given.status, headers)


async def _description(request: Request) -> Response:
    content = await run_in_threadpool(openapi, _context(request))
    return JSONResponse(content, headers={"Cache-Control": "public, max-age=300", **_FOR_EVERYONE})


def _context(request: Request) -> Context:
    context = Context.of(request)
    if not context.settings.open311.enabled:
        reason = UnknownError(message("This region does not serve other programs."))
        raise Refusal(HTTPStatus.NOT_FOUND, Fault(reason))
    return context


async def _form(request: Request) -> Pairs:
    sent_as = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent_as != _FORM:
        reason = UnreadableError(message("Send the parameters as %(wanted)s."), wanted=_FORM)
        raise Refusal(HTTPStatus.BAD_REQUEST, Fault(reason))
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST_FORM:
            reason = UnreadableError(message("What you sent is larger than %(limit)s bytes."), limit=_LARGEST_FORM)
            raise Refusal(HTTPStatus.BAD_REQUEST, Fault(reason))
    return pairs_of(bytes(body))
