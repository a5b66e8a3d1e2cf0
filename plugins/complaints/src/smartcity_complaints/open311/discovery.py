"""The discovery document: where the interface is, what it speaks, whom to ask."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from smartcity_complaints import model, store
from smartcity_complaints.open311.context import Context
from smartcity_complaints.open311.documents import Document, Format
from smartcity_complaints.open311.limits import MOST_REQUESTS
from smartcity_complaints.open311.moments import write_moment
from smartcity_complaints.open311.services import service_definition, service_list
from smartcity_share.toolkit.translations import message

SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"
"""The name GeoReport v2 has given itself; an identifier, not a link."""

_CHANGESET: Final = "open311"


def discovery(context: Context) -> Document:
    """Return the discovery document."""
    changed = write_moment(_changeset(context), context.zone)
    return Document(
        "discovery",
        {
            "changeset": changed,
            "contact": " · ".join(part for part in (context.government, context.settings.contact_email) if part),
            "key_service": _key_service(context),
            # As FixMyStreet does: the spec leaves a client to find out.
            "max_requests": MOST_REQUESTS,
            "endpoints": [
                {
                    "specification": SPECIFICATION,
                    "url": context.api_url,
                    "changeset": changed,
                    "type": "production",
                    "formats": [form.media_type for form in Format],
                }
            ],
        },
    )


def _key_service(context: Context) -> str:
    said = context.settings.open311.key_service
    if said is not None:
        return said.text_in(context.language)
    return context.words.say(
        message("API keys are given out by %(government)s. Say who you are and what your program is for: %(contact)s."),
        government=context.government,
        contact=context.settings.contact_email or context.app_url,
    )


def _changeset(context: Context) -> datetime:
    """Return when it was noticed that services or definitions are not as they were; the first time: now."""
    digest = hashlib.sha256(json.dumps(_kept_by_clients(context), sort_keys=True).encode()).hexdigest()
    table = model.changeset
    with store.reading(context.installation) as connection:
        row = connection.execute(select(table.c.digest, table.c.noticed_at).where(table.c.name == _CHANGESET)).one_or_none()
    if row is not None and row.digest == digest:
        return row.noticed_at  # type: ignore[no-any-return]
    now = context.installation.now()
    values = {"digest": digest, "noticed_at": now}
    try:
        with context.installation.database.begin() as connection:
            changed = connection.execute(update(table).where(table.c.name == _CHANGESET).values(**values))
            if changed.rowcount == 0:
                connection.execute(insert(table).values(name=_CHANGESET, **values))
    except IntegrityError:
        # Another request noticed it at the same moment.
        return _changeset(context)
    return now


def _kept_by_clients(context: Context) -> list[Any]:
    """Return services and definitions in one language: the reader's own must not change the digest."""
    told = Context(context.installation, "id", app_url="", government="")
    kinds = [kind.model_dump(mode="json") for kind in told.settings.kinds]
    definitions = [service_definition(told, kind.code).content for kind in told.settings.kinds]
    return [service_list(told).content, definitions, kinds, told.settings.open311.model_dump(mode="json")]
