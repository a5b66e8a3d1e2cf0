"""The record of processing that UU 27/2022 article 31 asks of a controller, drawn from the manifest and the settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs
from sqlalchemy import Connection, func, select

from smartcity_complaints import model
from smartcity_complaints.declared import manifest
from smartcity_complaints.settings import ComplaintsSettings

_COUNTED: Final = {
    "reports": model.report,
    "reporters": model.reporter,
    "history": model.history,
    "photos": model.photo,
    "answers": model.answer,
    "erasure-requests": model.erasure_request,
}
_WORDS: Final = frozenset({"reports", "history", "photos", "answers", "erasure-requests", "search-words"})
"""What ends with the words of a report."""


@attrs.frozen
class HeldField:
    """One personal datum.

    Attributes:
        name: Its name in the tables.
        title: What it holds, per language; empty where the name says it.
        specific: Whether it is of the specific kind (article 4(2)).
    """

    name: str
    title: Mapping[str, str]
    specific: bool


@attrs.frozen
class Held:
    """One set of data with personal data in it.

    Attributes:
        id: Id in the manifest.
        title: Name, per language.
        purpose: What it is processed for, per language.
        basis: The ground, in the words of the manifest.
        retention: How long it is kept in this region, ISO 8601.
        fields: The personal data in it.
        count: How many rows there are.
    """

    id: str
    title: Mapping[str, str]
    purpose: Mapping[str, str]
    basis: str
    retention: str
    fields: tuple[HeldField, ...]
    count: int | None


def processing_record(connection: Connection, settings: ComplaintsSettings) -> tuple[Held, ...]:
    """Return what personal data is held, in the order of the manifest.

    Args:
        connection: An open connection.
        settings: The settings, whose periods go before those of the manifest.
    """
    return tuple(
        Held(
            id=data["id"],
            title=data["title"],
            purpose=data.get("purpose", {}),
            basis=data.get("lawful_basis", ""),
            retention=_retention(data, settings),
            fields=found,
            count=_count(connection, data["id"]),
        )
        for data in manifest()["data"]
        if (found := _personal(data))
    )


def _personal(data: Mapping[str, Any]) -> tuple[HeldField, ...]:
    return tuple(
        HeldField(field["name"], field.get("title", {}), specific=field["class"] == "personal-specific")
        for field in data["fields"]
        if field["class"].startswith("personal-")
    )


def _retention(data: Mapping[str, Any], settings: ComplaintsSettings) -> str:
    if data["id"] == "reporters":
        return _period(settings.contact_months)
    if data["id"] in _WORDS:
        return _period(settings.words_months)
    return str(data.get("retention", ""))


def _period(months: int) -> str:
    years, rest = divmod(months, 12)
    return "P" + (f"{years}Y" if years else "") + (f"{rest}M" if rest or not years else "")


def _count(connection: Connection, data_id: str) -> int | None:
    table = _COUNTED.get(data_id)
    if table is None:
        return None
    query = select(func.count()).select_from(table)
    if table is model.reporter:
        query = query.where(table.c.erased_at.is_(None))
    return connection.execute(query).scalar_one()
