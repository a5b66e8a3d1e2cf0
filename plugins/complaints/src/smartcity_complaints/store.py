"""Reading and writing the tables. Functions take an open connection; whoever opened it decides when it commits."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import attrs
from sqlalchemy import Connection, exists, func, insert, select, update

from smartcity_complaints import model, search, summaries
from smartcity_complaints.errors import ChangedMeanwhileError
from smartcity_complaints.places import cell_of
from smartcity_complaints.records import Contact, Event, Forwarding, Photo, Report
from smartcity_share import Installation


def reading(installation: Installation) -> AbstractContextManager[Connection]:
    """Open a connection for reading: unlike ``database.begin()`` it holds no lock that writers wait for."""
    return installation.database.engine.connect()


def find(connection: Connection, number: str) -> Report | None:
    """Return the report with a number in its written form, or None."""
    row = connection.execute(select(model.report).where(model.report.c.number == number)).one_or_none()
    return None if row is None else Report.of(row)


def find_by_id(connection: Connection, report_id: int) -> Report:
    """Return the report with an id that a row of this database refers to."""
    return Report.of(connection.execute(select(model.report).where(model.report.c.id == report_id)).one())


def find_submission(connection: Connection, fingerprint: str) -> Report | None:
    """Return the report that was filed with a one-time key, or None."""
    row = connection.execute(select(model.report).where(model.report.c.submission_fingerprint == fingerprint)).one_or_none()
    return None if row is None else Report.of(row)


def history(connection: Connection, report_id: int) -> tuple[Event, ...]:
    """Return the whole history of a report, oldest first."""
    query = select(model.history).where(model.history.c.report_id == report_id).order_by(model.history.c.sequence)
    return tuple(Event.of(row) for row in connection.execute(query))


def photos(connection: Connection, report_ids: Sequence[int]) -> dict[int, tuple[Photo, ...]]:
    """Return the photos of some reports, by report, in their order."""
    found: dict[int, tuple[Photo, ...]] = dict.fromkeys(report_ids, ())
    query = select(model.photo).where(model.photo.c.report_id.in_(report_ids)).order_by(model.photo.c.sequence)
    for row in connection.execute(query):
        picture = Photo(**row._mapping)  # noqa: SLF001 - the documented way to read a row by name
        found[picture.report_id] = (*found[picture.report_id], picture)
    return found


def photo_with_report(connection: Connection, photo_id: str) -> tuple[Photo, Report] | None:
    """Return a photo and the report it belongs to, or None."""
    row = connection.execute(select(model.photo).where(model.photo.c.id == photo_id)).one_or_none()
    if row is None:
        return None
    picture = Photo(**row._mapping)  # noqa: SLF001
    owner = connection.execute(select(model.report).where(model.report.c.id == picture.report_id)).one()
    return picture, Report.of(owner)


def contact(connection: Connection, report_id: int) -> Contact | None:
    """Return who reported, or None for an anonymous report."""
    table = model.reporter.c
    query = select(
        table.name, table.email, table.phone, table.consent_at, table.notices_at, table.erased_at
    ).where(table.report_id == report_id)  # fmt: skip
    row = connection.execute(query).one_or_none()
    return None if row is None else Contact(*row)


def has_contact(connection: Connection, report_id: int) -> bool:
    """Whether there is a name or contact of the reporter, without reading it; erased ones are none."""
    table = model.reporter.c
    there = exists().where(table.report_id == report_id, table.erased_at.is_(None))
    return bool(connection.execute(select(there)).scalar_one())


def wants_news(connection: Connection, report_id: int) -> bool:
    """Whether the reporter asked for news by e-mail and left an address."""
    table = model.reporter.c
    asked = exists().where(table.report_id == report_id, table.notices_at.is_not(None), table.email != "")
    return bool(connection.execute(select(asked)).scalar_one())


def forwardings(connection: Connection, report_id: int) -> tuple[Forwarding, ...]:
    """Return the offices a report was given to, oldest first."""
    table = model.forwarding.c
    query = (
        select(table.office, table.forwarded_at, table.due_at, table.answered_at, table.ended_at)
        .where(table.report_id == report_id)
        .order_by(table.id)
    )
    return tuple(Forwarding(*row) for row in connection.execute(query))


def kind_titles(connection: Connection) -> dict[str, dict[str, str]]:
    """Return the titles per language of every kind a report was ever filed under, by code."""
    return {code: json.loads(titles) for code, titles in connection.execute(select(model.kind.c.code, model.kind.c.titles))}


def remember_kind(connection: Connection, code: str, titles: Mapping[str, str]) -> None:
    """Keep the titles of a kind as they are now; safe to run again."""
    words = json.dumps(dict(titles), ensure_ascii=False, sort_keys=True)
    changed = connection.execute(update(model.kind).where(model.kind.c.code == code).values(titles=words))
    if changed.rowcount == 0:
        connection.execute(insert(model.kind).values(code=code, titles=words))


def next_serial(connection: Connection, year: int) -> int:
    """Return the next running number of a year's register."""
    name = f"register-{year}"
    counter = model.counter
    changed = connection.execute(update(counter).where(counter.c.name == name).values(value=counter.c.value + 1))
    if changed.rowcount == 0:
        connection.execute(insert(counter).values(name=name, value=1))
    value: int = connection.execute(select(counter.c.value).where(counter.c.name == name)).scalar_one()
    return value


def raise_serial(connection: Connection, year: int, serial: int) -> None:
    """Make sure that the register of a year goes on after ``serial``."""
    name = f"register-{year}"
    counter = model.counter
    present = connection.execute(select(counter.c.value).where(counter.c.name == name)).scalar_one_or_none()
    if present is None:
        connection.execute(insert(counter).values(name=name, value=serial))
    elif present < serial:
        connection.execute(update(counter).where(counter.c.name == name).values(value=serial))


def add_report(connection: Connection, **values: Any) -> Report:
    """Insert a report, let it be found and counted, and return it."""
    cell = cell_of(values.get("latitude"), values.get("longitude"))
    key = connection.execute(insert(model.report).values(cell=cell, **values)).inserted_primary_key
    assert key is not None  # noqa: S101 - one row was inserted
    report = find_by_id(connection, int(key[0]))
    search.index(connection, report.id, report.searched)
    summaries.recount(connection, None, report)
    return report


def change_report(connection: Connection, report: Report, **values: Any) -> None:
    """Change a report that was read before.

    Raises:
        ChangedMeanwhileError: Somebody changed it since it was read.
    """
    table = model.report
    values["version"] = report.version + 1
    if values.keys() & {"latitude", "longitude"}:
        values["cell"] = cell_of(values.get("latitude", report.latitude), values.get("longitude", report.longitude))
    changed = connection.execute(
        update(table).where(table.c.id == report.id, table.c.version == report.version).values(**values)
    )
    if changed.rowcount != 1:
        raise ChangedMeanwhileError("Somebody else has changed this report in the meantime. Look at it again.")
    after = attrs.evolve(report, **values)
    if after.searched != report.searched:
        search.forget(connection, report.id, report.searched)
        search.index(connection, report.id, after.searched)
    summaries.recount(connection, report, after)


def add_echo(connection: Connection, report_id: int) -> None:
    """Count one more who means the same; officials at work on the report are not disturbed by it."""
    table = model.report
    connection.execute(update(table).where(table.c.id == report_id).values(echoes=table.c.echoes + 1))


def add_event(connection: Connection, report_id: int, **values: Any) -> int:
    """Append to the history of a report and return the place of the event in it."""
    table = model.history
    last = connection.execute(select(func.max(table.c.sequence)).where(table.c.report_id == report_id)).scalar_one()
    sequence: int = (last or 0) + 1
    connection.execute(insert(table).values(report_id=report_id, sequence=sequence, **values))
    return sequence


def add_contact(connection: Connection, report_id: int, found: Contact) -> None:
    """Keep who reported, apart from the report."""
    connection.execute(insert(model.reporter).values(report_id=report_id, **attrs.asdict(found)))


def add_photo(connection: Connection, picture: Photo) -> None:
    """Keep the facts of a photo."""
    connection.execute(insert(model.photo).values(**attrs.asdict(picture)))


def add_forwarding(connection: Connection, report_id: int, entry: Forwarding) -> None:
    """Keep that a report was given to an office, and count its reply where there is one."""
    connection.execute(insert(model.forwarding).values(report_id=report_id, **attrs.asdict(entry)))
    if entry.answered_at is not None:
        _count_reply(connection, report_id, entry, entry.answered_at)


def mark_forwardings(connection: Connection, report_id: int, *, column: str, at: datetime) -> None:
    """Set ``answered_at`` or ``ended_at`` of the forwardings of a report that are still running; a reply is counted."""
    table = model.forwarding
    running = (table.c.report_id == report_id, table.c.ended_at.is_(None), table.c[column].is_(None))
    if column == "answered_at":
        for row in connection.execute(select(table.c.office, table.c.forwarded_at, table.c.due_at).where(*running)).all():
            entry = Forwarding(row.office, row.forwarded_at, row.due_at, answered_at=at, ended_at=None)
            _count_reply(connection, report_id, entry, at)
    connection.execute(update(table).where(*running).values(**{column: at}))


def _count_reply(connection: Connection, report_id: int, entry: Forwarding, answered: datetime) -> None:
    summaries.count_reply(connection, report_id, entry.office, given=entry.forwarded_at, due=entry.due_at, answered=answered)
