"""Erasing what identifies people: the number, the kind, the dates and the bare history of a report stay and still count."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, update

from smartcity_complaints import model, outbox, store
from smartcity_complaints.records import Report
from smartcity_share import Installation


def erase_contact(connection: Connection, report_id: int, now: datetime) -> None:
    """Empty name and contact of a reporter, and take back the notices that wait; that there was a name still counts.

    Args:
        connection: A connection in a transaction.
        report_id: The report.
        now: The present moment.
    """
    _overwrite(connection)
    table = model.reporter
    empty = {"name": "", "email": "", "phone": "", "notices_at": None, "erased_at": now}
    connection.execute(update(table).where(table.c.report_id == report_id, table.c.erased_at.is_(None)).values(**empty))
    outbox.drop_all(connection, report_id, now)


def erase_words(connection: Connection, installation: Installation, report: Report, *, officials: bool = False) -> None:
    """Erase words, place and photos of a report, and the words of its history. Nobody is shown the report any more.

    Photos go first: if the process dies before the transaction ends, the erasure is done again, and none of them is left.

    Args:
        connection: A connection in a transaction.
        installation: The installation.
        report: The report.
        officials: Whether the names of the officials in its history go too.

    Raises:
        ChangedMeanwhileError: Somebody changed the report since it was read.
    """
    now = installation.now()
    for photo in store.photos(connection, [report.id])[report.id]:
        installation.files.delete(photo.file)
        installation.files.delete(photo.small_file)
    _overwrite(connection)
    for table in (model.photo, model.answer):
        connection.execute(delete(table).where(table.c.report_id == report.id))
    events = model.history
    of_report = update(events).where(events.c.report_id == report.id)
    if officials:
        connection.execute(of_report.values(text=None, actor_name="", erased_at=now))
    else:
        connection.execute(of_report.where(events.c.text.is_not(None)).values(text=None, erased_at=now))
    store.change_report(
        connection,
        report,
        text="",
        place="",
        latitude=None,
        longitude=None,
        rating_text=None,
        published=False,
        erased_at=now,
        updated_at=now,
    )


def _overwrite(connection: Connection) -> None:
    """Let SQLite overwrite what is deleted, which it otherwise leaves in the free parts of the file."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
