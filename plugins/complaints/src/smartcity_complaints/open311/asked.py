"""Which requests a program asks for: the parameters, and what they come to."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

import attrs

from smartcity_complaints import store
from smartcity_complaints.numbers import ALPHABET
from smartcity_complaints.open311.context import Context
from smartcity_complaints.open311.errors import Fault, Refusal, UnknownError
from smartcity_complaints.open311.kinds import Choice, Flag, Moment, Text, Whole
from smartcity_complaints.open311.limits import MOST_IDS, MOST_PAGES, MOST_REQUESTS, WINDOW
from smartcity_complaints.open311.moments import shifted
from smartcity_complaints.open311.parameters import Pairs, Parameter, Values, read
from smartcity_complaints.open311.services import unknown_service
from smartcity_share.toolkit.translations import message

REQUEST_ID = Text(
    11,
    rf"^[{ALPHABET}]{{3}}-[{ALPHABET}]{{3}}-[{ALPHABET}]{{3}}$",
    message("This is no service_request_id: it looks like 7K3-FQ9-TWC."),
)
EXTENSIONS = Parameter(
    "extensions",
    Flag(),
    "Whether each request also has `attributes`, `extended_attributes` and `notes`.",
    extension=True,
)


@attrs.frozen
class Asked:
    """Which requests are wanted.

    Attributes:
        numbers: These, and nothing else counts; empty for all.
        services: Codes of kinds; empty for all.
        statuses: ``open``, ``closed``; empty for both.
        start: Submitted at this moment or later.
        end: Submitted at this moment or before.
        updated_after: Changed at this moment or later; then ``start`` and ``end`` do not count.
        after: With ``updated_after``: number of the last request that is known already.
        page: Which page, from 1.
        size: How many on a page.
        extensions: Whether they are given with what goes beyond GeoReport v2.
    """

    numbers: tuple[str, ...]
    services: tuple[str, ...]
    statuses: tuple[str, ...]
    start: datetime
    end: datetime
    updated_after: datetime | None
    after: str | None
    page: int
    size: int
    extensions: bool


def jurisdiction_parameter(context: Context) -> Parameter:
    """Return the parameter every operation has."""
    return Parameter(
        "jurisdiction_id",
        Choice(context.jurisdictions, closed=False),
        "The region this address serves: its Kemendagri code or a domain name of its own. May be left out.",
    )


def list_parameters(context: Context) -> tuple[Parameter, ...]:
    """Return the parameters of a list of requests."""
    return (
        jurisdiction_parameter(context),
        Parameter(
            "service_request_id",
            REQUEST_ID,
            "Only these requests; overrides every other parameter. A request that may not be shown is left out.",
            many=True,
            most=MOST_IDS,
        ),
        Parameter(
            "service_code",
            Choice(known_codes(context), closed=False),
            "Only requests of these services.",
            many=True,
        ),
        Parameter(
            "start_date",
            Moment(),
            "Only requests submitted at this moment or later. The span is cut to 90 days from here.",
        ),
        Parameter(
            "end_date",
            Moment(),
            "Only requests submitted at this moment or before. Without `start_date` the span is the 90 days before it; "
            "with neither, the last 90 days.",
        ),
        Parameter("status", Choice(("open", "closed")), "Only requests of this status.", many=True),
        Parameter("page", Whole(1, MOST_PAGES), "Which page; the first is 1.", extension=True),
        Parameter("page_size", Whole(1, MOST_REQUESTS), "Requests on a page; without it 1000.", extension=True),
        EXTENSIONS,
        Parameter(
            "updated_after",
            Moment(),
            "Only requests changed at this moment or later, the longest unchanged first, however old they are. "
            "`start_date`, `end_date` and `page` do not count; the header `Link` leads on.",
            extension=True,
        ),
        Parameter(
            "after",
            REQUEST_ID,
            "With `updated_after`: the last request already read. The header `Link` has it.",
            extension=True,
        ),
    )


def known_codes(context: Context) -> tuple[str, ...]:
    """Return the code of every kind the region offers, then of those it has offered: old requests still have them."""
    offered = (kind.code for kind in context.settings.kinds)
    with store.reading(context.installation) as connection:
        return tuple(dict.fromkeys((*offered, *store.kind_titles(connection))))


def asked(context: Context, pairs: Pairs) -> Asked:
    """Return which requests are wanted.

    Args:
        context: The context.
        pairs: The query.

    Raises:
        Refusal: 404 for another region or a service that was never offered; 400 for everything else, all at once.
    """
    values, faults = read(list_parameters(context), pairs)
    check_jurisdiction(context, values)
    numbers = values["service_request_id"]
    if numbers:
        # "This overrides all other arguments": a fault in one that does not count is none.
        faults = tuple(fault for fault in faults if fault.parameter in {"service_request_id", "extensions"})
    if faults:
        raise Refusal(HTTPStatus.BAD_REQUEST, *faults)
    services = () if numbers else values["service_code"]
    known = known_codes(context) if services else ()
    strangers = [code for code in services if code not in known]
    if strangers:
        raise Refusal(HTTPStatus.NOT_FOUND, *(unknown_service(code) for code in strangers))
    start, end = _window(values["start_date"], values["end_date"], context.installation.now())
    return Asked(
        numbers=numbers,
        services=services,
        statuses=values["status"],
        start=start,
        end=end,
        updated_after=None if numbers else values["updated_after"],
        after=values["after"],
        page=values["page"] or 1,
        size=values["page_size"] or MOST_REQUESTS,
        extensions=bool(values["extensions"]),
    )


def check_jurisdiction(context: Context, values: Values) -> None:
    """Refuse what is meant for another region.

    Raises:
        Refusal: 404.
    """
    said = values["jurisdiction_id"]
    if said is not None and said.lower() not in context.jurisdictions:
        reason = UnknownError(
            message("This address does not serve %(wanted)s. It serves: %(served)s."),
            wanted=said[:100],
            served=", ".join(context.jurisdictions),
        )
        raise Refusal(HTTPStatus.NOT_FOUND, Fault(reason, "jurisdiction_id"))


def _window(start: datetime | None, end: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """Return a span of at most 90 days; where both ends are given and lie further apart, it begins with the first."""
    if start is None:
        end = now if end is None else end
        return shifted(end, -WINDOW), end
    latest = shifted(start, WINDOW)
    return start, latest if end is None else min(end, latest)
