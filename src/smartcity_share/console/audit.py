"""The audit log: filtered, paged by key, with the state of its chain."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from smartcity_share.console.context import address, draw, part, region_of, services_of, texts_of
from smartcity_share.console.paths import AUDIT
from smartcity_share.console.status import manifest_of
from smartcity_share.console.words import NOTHING
from smartcity_share.install.service_title import service_title
from smartcity_share.toolkit.language import text_in
from smartcity_share.toolkit.request import language_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from smartcity_share.install.audit import AuditEntry, AuditLog, ChainReport

PAGE: Final = 50
"""Entries on one page."""

CHECKED_AT_ONCE: Final = 5000
"""A chain of up to this many entries is checked whenever the page is opened; a longer one when somebody asks."""

READ_AT_MOST: Final = 5000
"""Entries looked through for one page of a filtered list; where they do not suffice the page says how to go on."""

_PRIVATE: Final = frozenset({"address", "request"})


def audit(request: Request) -> Response:
    """Show the entries of the region, the newest first."""
    services, region = services_of(request), region_of(request)
    asked = {key: request.query_params.get(key, "")[:100].strip() for key in ("pelaku", "tindakan", "aplikasi")}
    before = request.query_params.get("sebelum", "")
    found, next_id = _page(
        services.audit,
        region.code,
        actor=asked["pelaku"],
        action=asked["tindakan"],
        app=asked["aplikasi"],
        before=int(before) if before.isascii() and before.isdigit() and len(before) <= 18 else None,  # noqa: PLR2004 - 64 bits
    )
    report = _chain(services.audit, region.code, wanted="periksa" in request.query_params)
    translate = texts_of(request).gettext
    kept = {key: value for key, value in asked.items() if value}
    base = address(request, f"{AUDIT}/")
    fault = translate("Entry %(number)s does not fit the one before it. Keep a copy of the file and tell the auditor.")
    language = language_of(request)
    context = {
        "chain_fault": fault % {"number": report.broken_at} if report and report.broken_at is not None else "",
        "verified": report.count if report else None,
        "head": report.head if report else "",
        "check_url": f"{base}?periksa=1",
        "filter": {"actor": asked["pelaku"], "action": asked["tindakan"], "app": asked["aplikasi"]},
        "apps": [
            (
                record.app,
                text_in(service_title(services.instance.ledger, manifest, region.code, record.app), language)
                if (manifest := manifest_of(services.instance, record))
                else record.app,
            )
            for record in services.instance.ledger.installations(region.code)
        ],
        "rows": [_row(request, entry) for entry in found],
        "next_url": f"{base}?{urlencode({**kept, 'sebelum': next_id})}" if next_id is not None else None,
        "first_url": f"{base}?{urlencode(kept)}" if before else None,
    }
    return draw(request, "audit", context)


def _chain(log: AuditLog, region: str, *, wanted: bool) -> ChainReport | None:
    """Recompute the chain; of a long one only where it is asked for, because every entry is read."""
    newest = log.entries(region, limit=1)
    if newest and newest[0].position > CHECKED_AT_ONCE and not wanted:
        return None
    return log.verify(region)


def _page(
    log: AuditLog, region: str, *, actor: str, action: str, app: str, before: int | None
) -> tuple[list[AuditEntry], int | None]:
    """Return one page of entries that fit the filter, and the id to go on from."""
    found: list[AuditEntry] = []
    read, last = 0, before
    while read < READ_AT_MOST:
        batch = log.entries(region, app=app or None, before=last, limit=PAGE * 4)
        for entry in batch:
            if actor.casefold() in entry.name.casefold() and entry.action.startswith(action):
                if len(found) == PAGE:
                    return found, found[-1].id
                found.append(entry)
        if len(batch) < PAGE * 4:
            return found, None
        read, last = read + len(batch), batch[-1].id
    return found, last


def _row(request: Request, entry: AuditEntry) -> list[object]:
    translate = texts_of(request).gettext
    who = entry.name or translate("Not signed in")
    detail = {key: value for key, value in entry.detail.items() if key not in _PRIVATE}
    shown = ", ".join(
        f"{key}: {value if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False)}"
        for key, value in detail.items()
    )
    return [
        part(request, "moment", entry.at),
        f"{who} ({entry.office})" if entry.office else who,
        f"{entry.app}: {entry.action}" if entry.app else entry.action,
        entry.subject or NOTHING,
        shown or NOTHING,
    ]
