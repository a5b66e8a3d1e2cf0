"""From the secret part of a follow link to the number of its request.

``POST requests`` answers with the number at once, so that a program seldom needs this. A token here is the secret every report
has: whoever holds it may follow the report, and so may know its number.
"""

from __future__ import annotations

from http import HTTPStatus

from sqlalchemy import select

from smartcity_complaints import model, store
from smartcity_complaints.numbers import fingerprint
from smartcity_complaints.open311.context import Context
from smartcity_complaints.open311.documents import Document
from smartcity_complaints.open311.errors import Fault, Refusal, UnknownError
from smartcity_share.toolkit.translations import message


def request_of_token(context: Context, token: str) -> Document:
    """Return the number of the request a token belongs to.

    Raises:
        Refusal: 404, the token belongs to none.
    """
    table = model.report.c
    with store.reading(context.installation) as connection:
        query = select(table.number).where(table.follow_fingerprint == fingerprint(token))
        number = connection.execute(query).scalar_one_or_none()
    if number is None:
        raise Refusal(HTTPStatus.NOT_FOUND, Fault(UnknownError(message("No request has this token.")), "token"))
    return Document("service_requests", [{"service_request_id": number, "token": token}])
