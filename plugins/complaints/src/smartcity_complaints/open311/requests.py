"""Reports as service requests: what everyone may see of each, in the fields of GeoReport v2.

A confidential report does not exist here. Of a report that no official has released only kind, state, office, district and
times are told, as in the open data of the app; words, place and photos are not. Who reported is never told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import attrs
from sqlalchemy import Connection, select

from smartcity_complaints import model, store
from smartcity_complaints.numbers import parse_number
from smartcity_complaints.open311.asked import Asked
from smartcity_complaints.open311.context import Context
from smartcity_complaints.open311.documents import Document
from smartcity_complaints.open311.errors import Fault, Refusal, UnknownError
from smartcity_complaints.open311.expected import Expectations
from smartcity_complaints.open311.extensions import Extensions
from smartcity_complaints.open311.listing import Found, find, numbers_of, page
from smartcity_complaints.open311.moments import write_moment
from smartcity_complaints.regional import districts, offices
from smartcity_complaints.workflow import Action, Audience, State
from smartcity_share.toolkit import text_in
from smartcity_share.toolkit.translations import message

_CHUNK: Final = 500
_REPLIED: Final = frozenset({State.ANSWERED, State.CLOSED})


@attrs.frozen
class Listed:
    """A list of requests.

    Attributes:
        document: The document.
        following: The query of the next page, or None at the end.
    """

    document: Document
    following: Mapping[str, str] | None


def request_list(context: Context, asked: Asked) -> Listed:
    """Return the requests that are wanted and may be shown.

    A region that shows no list of reports to the public gives none here; requests asked for by number are found.
    """
    if not (asked.numbers or context.settings.public_list):
        return Listed(Document("service_requests", []), None)
    with store.reading(context.installation) as connection:
        found = page(connection, asked)
        content = _written(connection, context, found.requests, extensions=asked.extensions)
    return Listed(Document("service_requests", content), _following(asked, found.requests) if found.more else None)


def one_request(context: Context, number: str, *, extensions: bool) -> Document:
    """Return one request; still as a list, as GeoReport v2 has it.

    Raises:
        Refusal: 404, there is none of this number that may be known of.
    """
    written = parse_number(number)
    with store.reading(context.installation) as connection:
        found = find(connection, written) if written else None
        if found is None:
            reason = UnknownError(message("There is no request with this number."))
            raise Refusal(HTTPStatus.NOT_FOUND, Fault(reason, "service_request_id"))
        return Document("service_requests", _written(connection, context, (found,), extensions=extensions))


def _following(asked: Asked, shown: Sequence[Found]) -> Mapping[str, str]:
    if asked.updated_after is None:
        return {"page": str(asked.page + 1), "page_size": str(asked.size)}
    last = shown[-1]
    return {"updated_after": last.updated_at.isoformat().replace("+00:00", "Z"), "after": last.number}


def _written(connection: Connection, context: Context, requests: Sequence[Found], *, extensions: bool) -> list[dict[str, Any]]:
    public = context.settings.public_list
    shown = {request.id for request in requests if public and request.shown_to_everyone}
    parts = _Parts(connection, context, requests, shown)
    if not extensions:
        return [parts.request(request) for request in requests]
    further = Extensions(connection, context, requests, shown)
    return [parts.request(request) | further.of(request) for request in requests]


class _Parts:
    """What the requests of an answer have in common, read once."""

    def __init__(self, connection: Connection, context: Context, requests: Sequence[Found], shown: set[int]) -> None:
        self._context = context
        self._shown = shown
        language = context.language
        self._zone = context.zone
        self._kinds = {code: text_in(titles, language) for code, titles in store.kind_titles(connection).items()}
        self._kinds |= {kind.code: kind.title.text_in(language) for kind in context.settings.kinds}
        self._districts = districts(context.installation)
        self._offices = offices(context.installation, language)
        self._standing = {state: context.words.standing(state) for state in State}
        self._expected = Expectations(context)
        self._replies = _replies(connection, [r.id for r in requests if r.id in shown and r.state in _REPLIED])
        self._photos = _first_photos(connection, [request.id for request in requests if request.id in shown])
        self._merged = numbers_of(connection, [r.merged_into for r in requests if r.merged_into is not None])

    def request(self, found: Found) -> dict[str, Any]:
        """Return one request."""
        shown = found.id in self._shown
        photo = self._photos.get(found.id)
        # GeoReport v2: of a closed request this is the date it was closed.
        updated = found.closed_at if found.closed and found.closed_at else found.updated_at
        expected = self._expected.of(found)
        return {
            "service_request_id": found.number,
            "status": "closed" if found.closed else "open",
            "status_notes": self._notes(found),
            "service_name": self._kinds.get(found.kind, found.kind),
            "service_code": found.kind,
            "description": (found.text or None) if shown else None,
            "agency_responsible": self._offices.get(found.office, found.office) if found.office else None,
            "service_notice": None,
            "requested_datetime": write_moment(found.submitted_at, self._zone),
            "updated_datetime": write_moment(updated, self._zone),
            "expected_datetime": write_moment(expected, self._zone) if expected else None,
            "address": self._address(found, shown=shown),
            "address_id": found.district,
            "zipcode": None,
            "lat": found.latitude if shown else None,
            "long": found.longitude if shown else None,
            "media_url": f"{self._context.app_url}/foto/{photo}" if photo else None,
        }

    def _notes(self, found: Found) -> str:
        if found.merged_into is not None:
            other = self._merged.get(found.merged_into)
            say = self._context.words.say
            return say(message("Goes on as %(number)s."), number=other) if other else say(message("Goes on as another report."))
        return self._replies.get(found.id) or self._standing[found.state]

    def _address(self, found: Found, *, shown: bool) -> str | None:
        """Return the place, from the most to the least specific."""
        district = self._districts.get(found.district, found.district) if found.district else None
        return ", ".join(part for part in (found.place if shown else None, district) if part) or None


def _replies(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """Return the last words that everyone may read of each report that was replied to."""
    table = model.history.c
    found: dict[int, str] = {}
    for start in range(0, len(ids), _CHUNK):
        query = (
            select(table.report_id, table.text)
            .where(
                table.report_id.in_(ids[start : start + _CHUNK]),
                table.action.in_((Action.REPLY, Action.CLOSE)),
                table.text_audience == Audience.EVERYONE,
                table.text.is_not(None),
            )
            .order_by(table.report_id, table.sequence)
        )
        found |= {row.report_id: row.text for row in connection.execute(query)}
    return found


def _first_photos(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    table = model.photo.c
    found: dict[int, str] = {}
    for start in range(0, len(ids), _CHUNK):
        query = (
            select(table.report_id, table.id)
            .where(table.report_id.in_(ids[start : start + _CHUNK]))
            .order_by(table.report_id, table.sequence.desc())
        )
        # The later row wins, so the last one is the first photo.
        found |= {row.report_id: row.id for row in connection.execute(query)}
    return found
