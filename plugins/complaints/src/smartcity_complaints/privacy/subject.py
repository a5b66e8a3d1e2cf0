"""What is held about one reporter, as a file that people and programs read: the export of a data subject."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any, Final

from sqlalchemy import select

from smartcity_complaints import model, store
from smartcity_complaints.privacy.requests import own_report, requests_of
from smartcity_complaints.records import visible
from smartcity_complaints.workflow import Audience
from smartcity_share import Actor, Installation

FORMAT: Final = "smartcity-complaints-own-data"
_REPORT: Final = (
    "number", "kind", "state", "text", "place", "district", "latitude", "longitude", "confidential", "channel", "language",
    "submitted_at", "updated_at", "rating", "rating_text", "rated_at", "erased_at",
)  # fmt: skip
_CONTACT: Final = ("name", "email", "phone", "consent_at", "notices_at", "erased_at")
_EVENT: Final = ("at", "action", "author", "office", "text")
_REQUEST: Final = ("requested_at", "words", "state", "decided_at", "answer")


def own_data(installation: Installation, number: str, token: str) -> bytes:
    """Return what is held about the reporter of a report: a ZIP with ``data.json`` and the photos.

    What officials wrote for themselves is not in it, nor who they are.

    Args:
        installation: The installation.
        number: Number of the report.
        token: Secret of the follow link.

    Raises:
        ReportNotFoundError: There is no such report, or the secret is not its own.
    """
    target = io.BytesIO()
    with store.reading(installation) as connection, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        report = own_report(connection, number, token)
        contact = store.contact(connection, report.id)
        events = visible(store.history(connection, report.id), Audience.REPORTER)
        answers = connection.execute(
            select(model.answer.c.code, model.answer.c.value)
            .where(model.answer.c.report_id == report.id)
            .order_by(model.answer.c.sequence)
        )
        content: dict[str, Any] = {
            "format": FORMAT,
            "version": 1,
            "region": installation.region.code,
            "exported_at": installation.now(),
            "report": _picked(report, _REPORT),
            "answers": [{"code": code, "value": value} for code, value in answers],
            "reporter": None if contact is None else _picked(contact, _CONTACT),
            "history": [_picked(event, _EVENT) for event in events],
            "erasure_requests": [_picked(request, _REQUEST) for request in requests_of(connection, report.id)],
            "photos": [],
        }
        for photo in store.photos(connection, [report.id])[report.id]:
            name = f"photos/{photo.sequence}.jpg"
            content["photos"].append({"file": name, "added_at": photo.added_at, "author": photo.author})
            with installation.files.open(photo.file) as source:
                archive.writestr(zipfile.ZipInfo(name, installation.now().timetuple()[:6]), source.read())
        text = json.dumps(content, ensure_ascii=False, indent=2, default=_plain) + "\n"
        archive.writestr(zipfile.ZipInfo("data.json", installation.now().timetuple()[:6]), text)
    installation.audit.record(Actor(), "privacy.own-data-exported", report.number)
    return target.getvalue()


def _picked(record: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}


def _plain(value: Any) -> str:
    return str(value.isoformat())
