"""Filing a report that a program sends: checked as a whole, kept once however often it is sent.

The same parameters with the same key within 24 hours are the same report: a program that got no answer sends again and gets
the answer it missed. Two reporters of one program are told apart by anything that differs, for example ``device_id``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final

from smartcity_complaints import store
from smartcity_complaints.draft import Draft, faults_of
from smartcity_complaints.filing import Filed, file_report
from smartcity_complaints.numbers import fingerprint, follow_token
from smartcity_complaints.open311 import api_keys
from smartcity_complaints.open311.answers import MEDIA, Answer
from smartcity_complaints.open311.asked import check_jurisdiction
from smartcity_complaints.open311.attributes import read_answers
from smartcity_complaints.open311.context import Context
from smartcity_complaints.open311.documents import Document
from smartcity_complaints.open311.errors import Fault, KeyRefusedError, Refusal
from smartcity_complaints.open311.parameters import Pairs, Values, read
from smartcity_complaints.open311.posted import API_KEY, post_parameters
from smartcity_complaints.open311.services import known_service
from smartcity_share.toolkit.translations import message

CHANNEL: Final = "open311"
SAME_WITHIN: Final = timedelta(hours=24)

_DEGREES: Final = ("lat", "long")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIELDS: Final[Mapping[str, str]] = {
    "kind": "service_code",
    "text": "description",
    "place": "address_string",
    "district": "address_id",
    "latitude": "lat",
    "longitude": "long",
    "name": "first_name",
    "email": "email",
    "phone": "phone",
}
"""Field of a draft -> the parameter it comes from."""


def file_request(context: Context, pairs: Pairs) -> Document:
    """File a report.

    Args:
        context: The context.
        pairs: The form.

    Returns:
        Its number, and what happens next with the link to follow it by.

    Raises:
        Refusal: 403 for the key, 404 for another region or an unknown service, 400 for everything else, all at once.
    """
    key = _key(context, pairs)
    values, faults = read(post_parameters(context), pairs)
    check_jurisdiction(context, values)
    attributes: tuple[Answer, ...] = ()
    if values["service_code"] is not None:
        service = known_service(context, values["service_code"])
        asked = context.settings.open311.attributes_of(service.code)
        attributes, wrong = read_answers(asked, pairs)
        faults += wrong
    draft = _draft(values)
    faults += _more_faults(context, draft, {fault.parameter for fault in faults})
    if faults:
        raise Refusal(HTTPStatus.BAD_REQUEST, *faults)
    if values["media_url"]:
        attributes += (Answer(MEDIA, values["media_url"]),)
    filed = _file(context, draft, attributes, key, pairs)
    return Document(
        "service_requests",
        [{"service_request_id": filed.number, "service_notice": _notice(context, filed), "account_id": None}],
    )


def _key(context: Context, pairs: Pairs) -> str:
    """Return the API key, or refuse: first of all, so that a stranger learns nothing of what else is wrong."""
    sent = [text for name, text in pairs if name == API_KEY.name and text]
    if not sent:
        raise Refusal(HTTPStatus.FORBIDDEN, Fault(KeyRefusedError(message("The API key is missing.")), API_KEY.name))
    if len(sent) > 1 or not api_keys.is_valid(context.installation, sent[0]):
        reason = KeyRefusedError(message("This API key is not valid here. Ask the region for one."))
        raise Refusal(HTTPStatus.FORBIDDEN, Fault(reason, API_KEY.name))
    return sent[0]


def _draft(values: Values) -> Draft:
    degrees = {name: None if values[name] is None else f"{values[name]:.12f}" for name in _DEGREES}
    name = " ".join(part for part in (values["first_name"], values["last_name"]) if part)
    # The program answers for the consent of who it sends for; the page of its keys says so.
    return Draft.read(
        {
            "kind": values["service_code"],
            "text": values["description"],
            "place": values["address_string"],
            "district": values.get("address_id"),
            "latitude": degrees["lat"],
            "longitude": degrees["long"],
            "name": name,
            "email": values["email"],
            "phone": values["phone"],
            "consent": "1",
        }
    )


def _more_faults(context: Context, draft: Draft, named: set[str]) -> tuple[Fault, ...]:
    """Return what is wrong with the report as a whole, without what was found wrong with a parameter already."""
    if named & set(_DEGREES):
        named = named | {*_DEGREES, "address_string"}  # a place was given, and is what has the fault
    found = ((_FIELDS.get(field, field), reason) for field, reason in faults_of(draft, context.installation).items())
    return tuple(Fault(reason, parameter) for parameter, reason in found if parameter not in named)


def _file(context: Context, draft: Draft, attributes: Sequence[Answer], key: str, pairs: Pairs) -> Filed:
    installation = context.installation
    now = installation.now()
    day = (now - _EPOCH) // SAME_WITHIN
    earlier = _submission_key(key, pairs, day - 1)
    with store.reading(installation) as connection:
        found = store.find_submission(connection, fingerprint(earlier))
    if found is not None and now - found.submitted_at < SAME_WITHIN:
        return Filed(found.number, follow_token(earlier), again=True)
    return file_report(
        installation,
        draft,
        key=_submission_key(key, pairs, day),
        answers=attributes,
        language=context.language,
        channel=CHANNEL,
    )


def _submission_key(key: str, pairs: Pairs, day: int) -> str:
    """Return the one-time key of a submission: the same for the same parameters, and only the holder of the API key has it."""
    sent = sorted((name, text) for name, text in pairs if text and name != API_KEY.name)
    digest = hmac.digest(key.encode(), json.dumps([day, sent]).encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _notice(context: Context, filed: Filed) -> str:
    return context.words.say(
        message("Received as %(number)s. An official looks at it within %(days)s working days. Follow it at %(link)s"),
        number=filed.number,
        days=context.settings.verify_days,
        link=f"{context.app_url}/lacak/{filed.number}?kunci={filed.token}",
    )
