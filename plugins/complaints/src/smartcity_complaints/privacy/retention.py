"""What the nightly job ends: names and contacts first, words and photos later, both counted from the end of the report.

A report that has not ended keeps what it needs. The periods are settings; the manifest states their defaults.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, select, update

from smartcity_complaints import model, outbox, store
from smartcity_complaints.privacy.erasure import erase_contact, erase_words
from smartcity_complaints.regional import settings_of
from smartcity_complaints.workflow import ENDED
from smartcity_share import Installation

_BATCH: Final = 100
"""Reports per transaction: others wait to write no longer than that takes."""
_MONTHS: Final = 12
_SHORTEST_MONTH: Final = 28


def end_retention(installation: Installation) -> tuple[int, int]:
    """Erase whatever has reached the end of its retention; may be run again at any time.

    Args:
        installation: The installation.

    Returns:
        In how many reports name and contact were erased, and in how many words and photos.
    """
    settings, now = settings_of(installation), installation.now()

    def end_contact(connection: Connection, report_id: int) -> None:
        erase_contact(connection, report_id, now)

    def end_words(connection: Connection, report_id: int) -> None:
        erase_words(connection, installation, store.find_by_id(connection, report_id), officials=True)
        erase_contact(connection, report_id, now)
        _empty_requests(connection, report_id)

    contacts = _of_each(installation, end_contact, _contact_left(), months_before(now, settings.contact_months))
    words_left = model.report.c.erased_at.is_(None)
    words = _of_each(installation, end_words, words_left, months_before(now, settings.words_months))
    with installation.database.begin() as connection:
        outbox.forget(connection, now)
    return contacts, words


def months_before(moment: datetime, months: int) -> datetime:
    """Return the moment so many months earlier; a day the month does not have counts as its 28th."""
    year, month = divmod(moment.year * _MONTHS + moment.month - 1 - months, _MONTHS)
    try:
        return moment.replace(year=year, month=month + 1)
    except ValueError:
        return moment.replace(year=year, month=month + 1, day=_SHORTEST_MONTH)


def _of_each(
    installation: Installation,
    erase: Callable[[Connection, int], None],
    left: ColumnElement[bool],
    ended_before: datetime,
) -> int:
    """Erase something of each report that ended before a moment and has it left; return of how many."""
    table = model.report.c
    over = and_(table.state.in_(sorted(ENDED)), table.updated_at < ended_before, left)
    query = select(table.id).where(over).order_by(table.id).limit(_BATCH)
    count = 0
    while True:
        with installation.database.begin() as connection:
            found = connection.execute(query).scalars().all()
            for report_id in found:
                erase(connection, report_id)
        count += len(found)
        if len(found) < _BATCH:
            return count


def _contact_left() -> ColumnElement[bool]:
    table = model.reporter.c
    return select(1).where(table.report_id == model.report.c.id, table.erased_at.is_(None)).exists()


def _empty_requests(connection: Connection, report_id: int) -> None:
    table = model.erasure_request
    connection.execute(update(table).where(table.c.report_id == report_id).values(words="", answer=None))
