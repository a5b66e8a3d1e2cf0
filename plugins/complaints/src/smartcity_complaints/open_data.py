"""The open data of the service: where and when, never who, and not the words, which may name people.

Everything is made while it is sent, a batch of rows at a time, so that a region with a million reports needs no more memory
than one with ten, and no connection is held while a slow reader waits.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import and_, or_, select

from smartcity_complaints import model
from smartcity_complaints.cells import cell_of
from smartcity_complaints.declared import dataset
from smartcity_complaints.numbers import ALPHABET
from smartcity_complaints.regional import settings_of
from smartcity_complaints.store import reading
from smartcity_complaints.workflow import State
from smartcity_share import Dataset, Installation

DATASET: Final = "reports"
TABLE_FILE: Final = "laporan.csv"
PACKAGE_FILE: Final = "datapackage.json"
ARCHIVE_FILE: Final = "laporan.zip"
_PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
_TABLE_PROFILE: Final = "https://datapackage.org/profiles/2.0/tableschema.json"
_LICENCES: Final = {
    "CC-BY-4.0": ("Creative Commons Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/"),
}
_TYPES: Final = {
    "text": "string", "integer": "integer", "number": "number", "boolean": "boolean", "date": "date", "datetime": "datetime",
    "url": "string",
}  # fmt: skip
_CONSTRAINTS: Final[dict[str, dict[str, Any]]] = {
    "number": {"required": True, "unique": True, "pattern": f"[{ALPHABET}]{{3}}(-[{ALPHABET}]{{3}}){{2}}"},
    "kind": {"required": True},
    "state": {"required": True, "enum": [state.value for state in State]},
    "submitted_at": {"required": True},
}
_BATCH: Final = 1000


def is_published(installation: Installation) -> bool:
    """Whether the region publishes open data."""
    return settings_of(installation).open_data


def datasets_of(installation: Installation) -> tuple[Dataset, ...]:
    """Return what the hook ``datasets`` answers; nothing where the region publishes none."""
    return (Dataset(DATASET, rows(installation)),) if is_published(installation) else ()


def rows(installation: Installation) -> Iterator[dict[str, Any]]:
    """Yield every report that is not confidential, in the order they came, with the columns of the manifest."""
    table = model.report.c
    names = columns()
    query = (
        select(table.id, *(table[name] for name in names))
        .where(table.confidential.is_(False))
        .order_by(table.submitted_at, table.id)
        .limit(_BATCH)
    )
    behind = query
    while True:
        with reading(installation) as connection:
            found = connection.execute(behind).all()
        for row in found:
            yield {name: getattr(row, name) for name in names}
        if len(found) < _BATCH:
            return
        last = found[-1]
        later = and_(table.submitted_at == last.submitted_at, table.id > last.id)
        behind = query.where(or_(table.submitted_at > last.submitted_at, later))


def columns() -> tuple[str, ...]:
    """Return the columns of the table, as the manifest declares them."""
    return tuple(column["name"] for column in dataset(DATASET)["columns"])


def table_pieces(installation: Installation) -> Iterator[bytes]:
    """Yield the table as CSV after RFC 4180, in UTF-8, some rows at a time."""
    buffer = io.StringIO(newline="")
    sheet = csv.writer(buffer)
    sheet.writerow(columns())
    for place, row in enumerate(rows(installation), start=1):
        sheet.writerow([cell_of(value) for value in row.values()])
        if place % _BATCH == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def package(installation: Installation) -> dict[str, Any]:
    """Return the description of the table as a Data Package, version 2."""
    declared = dataset(DATASET)
    settings = settings_of(installation)
    language = installation.languages[0]
    service = settings.service_name.text_in(language)
    name, address = _LICENCES.get(declared["licence"], (declared["licence"], ""))
    source = {"title": service} | ({"path": settings.public_address} if settings.public_address else {})
    return {
        "$schema": _PROFILE,
        "name": f"complaints-{installation.region.code}",
        "title": f"{_text(declared['title'], language)} ({installation.region.code})",
        "description": _text(declared["summary"], language),
        "created": cell_of(installation.now()),
        "licenses": [{"name": declared["licence"], "title": name} | ({"path": address} if address else {})],
        "sources": [source],
        "contributors": [{"title": service, "roles": ["publisher"]}],
        "resources": [
            {
                "name": "laporan",
                "path": TABLE_FILE,
                "title": _text(declared["title"], language),
                "type": "table",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {
                    "$schema": _TABLE_PROFILE,
                    "fields": [_field(column, language) for column in declared["columns"]],
                    "primaryKey": ["number"],
                    "missingValues": [""],
                },
            }
        ],
    }


def package_text(installation: Installation) -> str:
    """Return ``datapackage.json``."""
    return json.dumps(package(installation), ensure_ascii=False, indent=2) + "\n"


def archive_pieces(installation: Installation) -> Iterator[bytes]:
    """Yield a ZIP with the description and the table, piece by piece."""
    target = _Pieces()
    moment = installation.now().timetuple()[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        described = zipfile.ZipInfo(PACKAGE_FILE, moment)
        archive.writestr(described, package_text(installation), zipfile.ZIP_DEFLATED)
        yield target.taken()
        listed = zipfile.ZipInfo(TABLE_FILE, moment)
        listed.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(listed, "w") as member:
            for piece in table_pieces(installation):
                member.write(piece)
                yield target.taken()
    yield target.taken()


class _Pieces(io.RawIOBase):
    """A file that is written from front to back and handed on in between."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._written += piece
        return len(piece)

    def taken(self) -> bytes:
        piece = bytes(self._written)
        self._written.clear()
        return piece


def _taken(buffer: io.StringIO) -> bytes:
    piece = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return piece


def _field(column: dict[str, Any], language: str) -> dict[str, Any]:
    found = {"name": column["name"], "type": _TYPES[column["type"]], "title": _text(column.get("title", {}), language)}
    constraints = _CONSTRAINTS.get(column["name"])
    return found | ({"constraints": constraints} if constraints else {})


def _text(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or texts.get("id") or next(iter(texts.values()), "")
