"""The operations of the interface: one table that the addresses and the published description are both made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

import attrs

from smartcity_complaints.open311.asked import (
    EXTENSIONS,
    REQUEST_ID,
    asked,
    check_jurisdiction,
    jurisdiction_parameter,
    list_parameters,
)
from smartcity_complaints.open311.context import Context
from smartcity_complaints.open311.discovery import discovery
from smartcity_complaints.open311.documents import Document, Format
from smartcity_complaints.open311.errors import Refusal
from smartcity_complaints.open311.kinds import Choice, Text
from smartcity_complaints.open311.parameters import Pairs, Parameter, Values, read
from smartcity_complaints.open311.posted import post_parameters
from smartcity_complaints.open311.posting import file_request
from smartcity_complaints.open311.requests import one_request, request_list
from smartcity_complaints.open311.services import service_definition, service_list
from smartcity_complaints.open311.tokens import request_of_token

_SELDOM_CHANGED: Final = "public, max-age=300"
_OFTEN_CHANGED: Final = "public, max-age=60"
_PRIVATE: Final = "no-store"


@attrs.frozen
class Call:
    """One call of an operation.

    Attributes:
        context: The context.
        form: The format of the answer.
        sent: The parameters: the query, or the form that was posted.
        item: What the address names: a service, a request, a token; empty where it names none.
    """

    context: Context
    form: Format
    sent: Pairs
    item: str = ""


@attrs.frozen
class Answer:
    """What an operation answers.

    Attributes:
        document: The document.
        cache: How long it may be kept.
        status: The HTTP status.
        following: Query of the next page, or None.
    """

    document: Document
    cache: str
    status: HTTPStatus = HTTPStatus.OK
    following: Mapping[str, str] | None = None


@attrs.frozen
class Operation:
    """One operation.

    Attributes:
        name: Its name in the published description.
        method: ``GET`` or ``POST``.
        path: Its address without the ending, ``{name}`` for what the address names.
        summary: What it does, in English.
        parameters: Its parameters, in the query of a GET and in the form of a POST.
        answers: Name of the schema of its answer.
        run: Does it.
        item: The parameter in the address, or None.
        refuses: The statuses it refuses with, beside those every address has.
    """

    name: str
    method: str
    path: str
    summary: str
    parameters: Callable[[Context], tuple[Parameter, ...]]
    answers: str
    run: Callable[[Call], Answer]
    item: Callable[[Context], Parameter] | None = None
    refuses: tuple[HTTPStatus, ...] = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND)

    @property
    def status(self) -> HTTPStatus:
        """The status of its answer."""
        return HTTPStatus.CREATED if self.method == "POST" else HTTPStatus.OK


def next_page(call: Call, following: Mapping[str, str]) -> str:
    """Return the address of the next page: the one that was asked for, with what leads on in it."""
    kept = [(name, text) for name, text in call.sent if text and name not in following]
    return f"{call.context.api_url}/requests.{call.form}?{urlencode([*kept, *following.items()])}"


def _only_jurisdiction(context: Context) -> tuple[Parameter, ...]:
    return (jurisdiction_parameter(context),)


def _jurisdiction_and_extensions(context: Context) -> tuple[Parameter, ...]:
    return (jurisdiction_parameter(context), EXTENSIONS)


def _checked(call: Call, parameters: tuple[Parameter, ...]) -> Values:
    values, faults = read(parameters, call.sent)
    check_jurisdiction(call.context, values)
    if faults:
        raise Refusal(HTTPStatus.BAD_REQUEST, *faults)
    return values


def _discovery(call: Call) -> Answer:
    _checked(call, _only_jurisdiction(call.context))
    return Answer(discovery(call.context), _SELDOM_CHANGED)


def _services(call: Call) -> Answer:
    _checked(call, _only_jurisdiction(call.context))
    return Answer(service_list(call.context), _SELDOM_CHANGED)


def _service(call: Call) -> Answer:
    _checked(call, _only_jurisdiction(call.context))
    return Answer(service_definition(call.context, call.item), _SELDOM_CHANGED)


def _requests(call: Call) -> Answer:
    found = request_list(call.context, asked(call.context, call.sent))
    return Answer(found.document, _OFTEN_CHANGED, following=found.following)


def _request(call: Call) -> Answer:
    values = _checked(call, _jurisdiction_and_extensions(call.context))
    return Answer(one_request(call.context, call.item, extensions=bool(values["extensions"])), _OFTEN_CHANGED)


def _token(call: Call) -> Answer:
    _checked(call, _only_jurisdiction(call.context))
    return Answer(request_of_token(call.context, call.item), _PRIVATE)


def _post(call: Call) -> Answer:
    return Answer(file_request(call.context, call.sent), _PRIVATE, HTTPStatus.CREATED)


def _service_code(context: Context) -> Parameter:
    codes = tuple(kind.code for kind in context.settings.kinds)
    return Parameter("service_code", Choice(codes, closed=False), "Code of the service.", required=True)


def _request_id(_: Context) -> Parameter:
    return Parameter("service_request_id", REQUEST_ID, "Number of the request.", required=True)


def _token_text(_: Context) -> Parameter:
    kind = Text(64, r"^[A-Z0-9]{1,64}$")
    return Parameter("token", kind, "The secret part of the link a report is followed by.", required=True)


OPERATIONS: Final = (
    Operation(
        "discover", "GET", "/discovery", "Where the interface is and whom to ask.",
        _only_jurisdiction, "Discovery", _discovery,
    ),
    Operation("listServices", "GET", "/services", "The kinds of report.", _only_jurisdiction, "Services", _services),
    Operation(
        "getService", "GET", "/services/{service_code}", "What a kind of report asks beyond what every report has.",
        _only_jurisdiction, "ServiceDefinition", _service, _service_code,
    ),
    Operation(
        "listRequests", "GET", "/requests",
        "Requests, newest first. Without parameters those of the last 90 days, at most 1000; the header `Link` leads on.",
        list_parameters, "Requests", _requests,
    ),
    Operation(
        "createRequest", "POST", "/requests",
        "File a report. The same parameters with the same key within 24 hours are the same report and have the same answer.",
        post_parameters, "Created", _post,
        refuses=(HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND),
    ),
    Operation(
        "getRequest", "GET", "/requests/{service_request_id}", "One request, as a list of one.",
        _jurisdiction_and_extensions, "Requests", _request, _request_id,
    ),
    Operation(
        "getToken", "GET", "/tokens/{token}", "The number of the request a token belongs to.",
        _only_jurisdiction, "Tokens", _token, _token_text,
    ),
)  # fmt: skip
"""Every operation, in the order a program meets them."""
