"""Filing a report: what a citizen typed is checked as a whole, then kept as a whole or not at all."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Final

import attrs
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from smartcity_complaints import store
from smartcity_complaints.draft import Draft, degrees, faults_of
from smartcity_complaints.errors import NotPossibleError
from smartcity_complaints.keeping import KeptFiles
from smartcity_complaints.notices import tell_received
from smartcity_complaints.numbers import ALPHABET, fingerprint, follow_token, new_number
from smartcity_complaints.open311 import answers as further
from smartcity_complaints.photos import Picture
from smartcity_complaints.records import Contact, Report
from smartcity_complaints.regional import deadline, local_month, settings_of
from smartcity_complaints.workflow import Action, Audience, State
from smartcity_share import Installation

KEY_PATTERN: Final = re.compile(r"[A-Za-z0-9_-]{22,64}")
_NUMBER_TRIES: Final = 5


@attrs.frozen
class Filed:
    """What a citizen is given.

    Attributes:
        number: The number to follow the report by.
        token: The secret part of the follow link.
        again: Whether the same form had been sent before: nothing was added.
    """

    number: str
    token: str
    again: bool = False


def new_key() -> str:
    """Return a one-time key for a form: 128 random bits or more."""
    return secrets.token_urlsafe(18)


def file_report(
    installation: Installation,
    draft: Draft,
    *,
    key: str,
    pictures: Sequence[Picture] = (),
    answers: Sequence[further.Answer] = (),
    language: str = "id",
    channel: str = "web",
) -> Filed:
    """Keep a report that has no faults.

    Args:
        installation: The installation it is filed in.
        draft: What was typed; :func:`faults_of` found nothing.
        key: The one-time key of the form. The same key leads to the same report, however often it comes.
        pictures: Photos, ready to be kept.
        answers: Answers to the further questions of the kind.
        language: Language the citizen reads.
        channel: How it came in.

    Returns:
        Number and secret of the follow link.

    Raises:
        NotPossibleError: The draft has faults, or the key is malformed.
    """
    if not KEY_PATTERN.fullmatch(key):
        raise NotPossibleError("The form is no longer valid. Open it again and send it once more.")
    faults = faults_of(draft, installation)
    if faults:
        raise next(iter(faults.values()))
    token = follow_token(key)
    already = _already(installation, key)
    if already is not None:
        return Filed(already.number, token, again=True)
    try:
        with KeptFiles(installation.files) as files, installation.database.begin() as connection:
            report = _keep(connection, installation, draft, key=key, token=token, language=language, channel=channel)
            tell_received(connection, installation, report, token)
            further.keep(connection, report.id, answers)
            files.keep(connection, report, pictures, author="reporter", at=report.submitted_at)
    except IntegrityError:
        already = _already(installation, key)
        if already is None:
            raise
        return Filed(already.number, token, again=True)
    return Filed(report.number, token)


def _already(installation: Installation, key: str) -> Report | None:
    with store.reading(installation) as connection:
        return store.find_submission(connection, fingerprint(key))


def _keep(
    connection: Connection, installation: Installation, draft: Draft, *, key: str, token: str, language: str, channel: str
) -> Report:
    settings = settings_of(installation)
    now = installation.now()
    kind = settings.kind(draft.kind)
    assert kind is not None  # noqa: S101 - faults_of has looked
    store.remember_kind(connection, kind.code, kind.title.by_language())
    year, month = local_month(installation, now)
    latitude, longitude = degrees(draft.latitude), degrees(draft.longitude)
    report = store.add_report(
        connection,
        number=_free_number(connection),
        register_year=year,
        register_serial=store.next_serial(connection, year),
        register_month=month,
        kind=kind.code,
        state=State.NEW,
        district=draft.district or None,
        text=draft.text,
        place=draft.place,
        latitude=latitude,
        longitude=longitude,
        channel=channel,
        language=language,
        confidential=draft.confidential,
        submitted_at=now,
        updated_at=now,
        due_at=deadline(installation, now, settings.verify_days),
        follow_fingerprint=fingerprint(token),
        submission_fingerprint=fingerprint(key),
    )
    if not draft.anonymous:
        contact = Contact(draft.name, draft.email, draft.phone, consent_at=now, notices_at=now if draft.notices else None)
        store.add_contact(connection, report.id, contact)
    store.add_event(
        connection,
        report.id,
        at=now,
        action=Action.SUBMIT,
        from_state=None,
        to_state=State.NEW,
        author="reporter",
        audience=Audience.EVERYONE,
        text_audience=Audience.EVERYONE,
    )
    return report


def _free_number(connection: Connection) -> str:
    for _ in range(_NUMBER_TRIES):
        number = new_number()
        if store.find(connection, number) is None:
            return number
    message = f"no free report number in {_NUMBER_TRIES} tries out of {len(ALPHABET) ** 8}"
    raise RuntimeError(message)
