"""Everything a region owns in this app, in open formats: written by ``export_data``, read again by ``import_data``.

A folder holds::

    format.json      what this is and in which version
    reports.jsonl    one report per line, with its history, offices, photos and reporter
    reports.csv      the same reports as a table for people, without the reporter
    photos/ID.jpg    the photos

It holds personal data: whoever exports it answers for it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from sqlalchemy import Connection, insert, select

from smartcity_complaints import model, store
from smartcity_complaints.cells import cell_of
from smartcity_complaints.errors import ImportRefusedError, PhotoRefusedError
from smartcity_complaints.exchange_format import (
    FORMAT,
    FORMAT_VERSION,
    REPORT_COLUMNS,
    AnswerLine,
    ContactLine,
    ErasureLine,
    EventLine,
    ForwardingLine,
    PhotoLine,
    ReportLine,
)
from smartcity_complaints.numbers import parse_number
from smartcity_complaints.open311 import answers as further
from smartcity_complaints.photos import Picture, prepare
from smartcity_complaints.records import Contact, Forwarding, Photo, Report
from smartcity_complaints.regional import local_month
from smartcity_share import Installation

_MOST_PHOTO_MEGABYTES: Final = 50
_BATCH: Final = 500
_CSV_COLUMNS: Final = (
    "number", "register", "kind", "state", "office", "district", "text", "place", "latitude", "longitude",
    "submitted_at", "verified_at", "forwarded_at", "answered_at", "closed_at", "due_at",
)  # fmt: skip


def export_to(installation: Installation, target: Path) -> int:
    """Write everything to an empty folder.

    Args:
        installation: What is exported.
        target: The folder.

    Returns:
        How many reports were written.
    """
    (target / "photos").mkdir(parents=True, exist_ok=True)
    count = 0
    with (
        store.reading(installation) as connection,
        (target / "reports.jsonl").open("w", encoding="utf-8", newline="\n") as lines,
        (target / "reports.csv").open("w", encoding="utf-8-sig", newline="") as table,
    ):
        sheet = csv.writer(table)
        sheet.writerow(_CSV_COLUMNS)
        numbers = {row.id: row.number for row in connection.execute(select(model.report.c.id, model.report.c.number))}
        titles = store.kind_titles(connection)
        for report in _all_reports(connection):
            line = _line(connection, report, titles, numbers)
            lines.write(line.model_dump_json(exclude_defaults=True) + "\n")
            sheet.writerow([cell_of(getattr(report, column)) for column in _CSV_COLUMNS])
            for photo in store.photos(connection, [report.id])[report.id]:
                with installation.files.open(photo.file) as source:
                    (target / "photos" / f"{photo.id}.jpg").write_bytes(source.read())
            count += 1
    # Written last: a folder without it is no whole export.
    (target / "format.json").write_text(
        json.dumps({"format": FORMAT, "version": FORMAT_VERSION, "reports": count}, indent=2) + "\n", encoding="utf-8"
    )
    return count


def import_from(installation: Installation, source: Path) -> int:
    """Take over a folder that :func:`export_to` or another system wrote; reports that are already there are passed over.

    Everything is taken over, or nothing.

    Args:
        installation: Where to.
        source: The folder.

    Returns:
        How many reports were added.

    Raises:
        ImportRefusedError: The folder is no export, is of a newer version, or a line or photo in it has a fault.
    """
    _judge_format(source)
    lines = tuple(_read_lines(source / "reports.jsonl"))
    written: list[str] = []
    try:
        with installation.database.begin() as connection:
            known = set(connection.execute(select(model.report.c.number)).scalars())
            fresh = tuple(line for line in lines if line.number not in known)
            for line in fresh:
                _add(connection, installation, line, source, written)
            _link_merged(connection, fresh)
    except BaseException:
        for name in written:
            installation.files.delete(name)
        raise
    return len(fresh)


def _all_reports(connection: Connection) -> Iterator[Report]:
    last = 0
    while True:
        query = select(model.report).where(model.report.c.id > last).order_by(model.report.c.id).limit(_BATCH)
        batch = [Report.of(row) for row in connection.execute(query)]
        yield from batch
        if len(batch) < _BATCH:
            return
        last = batch[-1].id


def _line(connection: Connection, report: Report, titles: dict[str, dict[str, str]], numbers: dict[int, str]) -> ReportLine:
    contact = store.contact(connection, report.id)
    return ReportLine(
        **{name: getattr(report, name) for name in REPORT_COLUMNS},
        kind_titles=titles[report.kind],
        merged_into=None if report.merged_into is None else numbers[report.merged_into],
        contact=None if contact is None else ContactLine(**{name: getattr(contact, name) for name in ContactLine.model_fields}),
        events=tuple(
            EventLine(**{name: getattr(event, name) for name in EventLine.model_fields})
            for event in store.history(connection, report.id)
        ),
        forwardings=tuple(
            ForwardingLine(**{name: getattr(entry, name) for name in ForwardingLine.model_fields})
            for entry in store.forwardings(connection, report.id)
        ),
        photos=tuple(
            PhotoLine(id=photo.id, author=photo.author, added_at=photo.added_at, event_sequence=photo.event_sequence)
            for photo in store.photos(connection, [report.id])[report.id]
        ),
        answers=tuple(
            AnswerLine(code=answer.code, value=answer.value)
            for answer in further.answers_of(connection, [report.id])[report.id]
        ),
        erasure_requests=tuple(_erasure_lines(connection, report.id)),
    )


def _erasure_lines(connection: Connection, report_id: int) -> Iterator[ErasureLine]:
    table = model.erasure_request
    for row in connection.execute(select(table).where(table.c.report_id == report_id).order_by(table.c.id)):
        yield ErasureLine(**{name: getattr(row, name) for name in ErasureLine.model_fields})


def _judge_format(source: Path) -> None:
    try:
        found = json.loads((source / "format.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise ImportRefusedError("The folder holds no format.json: it is no whole export of this app.") from fault
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ImportRefusedError("format.json says that this is something else than an export of this app.")
    if found.get("version") != FORMAT_VERSION:
        raise ImportRefusedError(
            "The export has format version %(found)s; this version of the app reads %(wanted)s.",
            found=found.get("version"),
            wanted=FORMAT_VERSION,
        )


def _read_lines(path: Path) -> Iterator[ReportLine]:
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise ImportRefusedError("The folder holds no reports.jsonl.") from fault
    for place, raw in enumerate(io.BytesIO(content), start=1):
        try:
            line = ReportLine.model_validate_json(raw)
        except ValidationError as fault:
            first = fault.errors(include_url=False)[0]
            raise ImportRefusedError(
                "reports.jsonl, line %(line)s: %(field)s: %(reason)s",
                line=place,
                field=".".join(str(part) for part in first["loc"]) or "JSON",
                reason=first["msg"],
            ) from fault
        if parse_number(line.number) != line.number:
            raise ImportRefusedError(
                "reports.jsonl, line %(line)s: %(number)s is no report number.", line=place, number=line.number
            )
        yield line


def _add(connection: Connection, installation: Installation, line: ReportLine, source: Path, written: list[str]) -> None:
    store.remember_kind(connection, line.kind, line.kind_titles)
    store.raise_serial(connection, line.register_year, line.register_serial)
    _, month = local_month(installation, line.submitted_at)
    report_id = store.add_report(connection, register_month=month, **{name: getattr(line, name) for name in REPORT_COLUMNS}).id
    if line.contact is not None:
        kept_contact = Contact(**{name: getattr(line.contact, name) for name in ContactLine.model_fields})
        store.add_contact(connection, report_id, kept_contact)
    for event in line.events:
        store.add_event(connection, report_id, **{name: getattr(event, name) for name in EventLine.model_fields})
    for entry in line.forwardings:
        values = {name: getattr(entry, name) for name in ForwardingLine.model_fields}
        store.add_forwarding(connection, report_id, Forwarding(**values))
    further.keep(connection, report_id, [further.Answer(answer.code, answer.value) for answer in line.answers])
    for request in line.erasure_requests:
        connection.execute(insert(model.erasure_request).values(report_id=report_id, **request.model_dump()))
    for sequence, photo in enumerate(line.photos, start=1):
        picture = _read_picture(source, photo.id)
        kept = Photo(
            id=photo.id,
            report_id=report_id,
            sequence=sequence,
            author=photo.author,
            width=picture.width,
            height=picture.height,
            size=len(picture.content),
            sha256=picture.sha256,
            added_at=photo.added_at,
            event_sequence=photo.event_sequence,
        )
        for name, content in ((kept.file, picture.content), (kept.small_file, picture.small)):
            written.append(name)
            installation.files.write(name, content)
        store.add_photo(connection, kept)


def _read_picture(source: Path, photo_id: str) -> Picture:
    """Return a photo of the folder. It is written anew like an upload: what another system kept in it does not come along."""
    name = f"photos/{photo_id}.jpg"
    try:
        return prepare((source / name).read_bytes(), _MOST_PHOTO_MEGABYTES)
    except OSError as fault:
        raise ImportRefusedError("The folder holds no %(name)s.", name=name) from fault
    except PhotoRefusedError as fault:
        raise ImportRefusedError("%(name)s is no photo that can be kept: %(reason)s", name=name, reason=str(fault)) from fault


def _link_merged(connection: Connection, lines: Iterable[ReportLine]) -> None:
    for line in lines:
        if line.merged_into is None:
            continue
        report, target = store.find(connection, line.number), store.find(connection, line.merged_into)
        if report is None or target is None:
            raise ImportRefusedError(
                "%(number)s was merged into %(target)s, which is not there.", number=line.number, target=line.merged_into
            )
        store.change_report(connection, report, merged_into=target.id)
