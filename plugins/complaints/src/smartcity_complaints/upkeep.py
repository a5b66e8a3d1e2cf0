"""Making anew what follows from the reports: after an upgrade that brings such tables, or when they were lost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from smartcity_complaints import model, summaries
from smartcity_complaints.derived import posting, reply_time, spelling, spot, tally, term
from smartcity_complaints.places import cell_of
from smartcity_complaints.records import Report
from smartcity_complaints.regional import local_month
from smartcity_complaints.terms import forms_of, words_of
from smartcity_share import Installation

_BATCH: Final = 10_000


def rebuild(installation: Installation) -> int:
    """Make search, counts and map anew from the reports, in one transaction; return how many reports there are."""
    with installation.database.begin() as connection:
        for table in (posting, spelling, term, tally, reply_time, spot):
            connection.execute(delete(table))
        _place(connection, installation)
        return _fill(connection)


def _place(connection: Connection, installation: Installation) -> None:
    """Set the month of the register and the square of the map of every report."""
    table = model.report
    for reports in _batches(connection):
        for report in reports:
            _, month = local_month(installation, report.submitted_at)
            cell = cell_of(report.latitude, report.longitude)
            if (month, cell) != (report.register_month, report.cell):
                connection.execute(update(table).where(table.c.id == report.id).values(register_month=month, cell=cell))


def _fill(connection: Connection) -> int:
    words = _Words()
    count = 0
    for reports in _batches(connection):
        count += len(reports)
        words.add(connection, reports)
        tallies: Counter[summaries.Key] = Counter()
        spots: defaultdict[summaries.SpotKey, tuple[int, int]] = defaultdict(lambda: (0, 0))
        for report in reports:
            tallies.update(summaries.shares_of(report))
            for key, (shown, still) in summaries.spots_of(report).items():
                spots[key] = (spots[key][0] + shown, spots[key][1] + still)
        summaries.add_tallies(connection, tallies)
        summaries.add_spots(connection, spots)
    words.finish(connection)
    _count_replies(connection)
    return count


def _count_replies(connection: Connection) -> None:
    report, given = model.report.c, model.forwarding.c
    query = (
        select(
            report.kind, report.district, report.register_year, report.register_month,
            given.office, given.forwarded_at, given.due_at, given.answered_at,
        )
        .join_from(model.forwarding, model.report)
        .where(given.answered_at.is_not(None))
    )  # fmt: skip
    tallies: Counter[summaries.Key] = Counter()
    times: Counter[tuple[str, int, int]] = Counter()
    for row in connection.execute(query):
        month = summaries.month_of(row.register_year, row.register_month)
        in_time = row.answered_at <= row.due_at
        tallies.update(summaries.replies_of(row.kind, row.district, row.office, month, in_time=in_time))
        times[row.office, month, summaries.tenths(row.answered_at - row.forwarded_at)] += 1
    summaries.add_tallies(connection, tallies)
    summaries.add_reply_times(connection, times)


class _Words:
    """Every word with its id and how many reports have it, while the reports go by."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._reports: Counter[str] = Counter()
        self._written = 0

    def add(self, connection: Connection, reports: list[Report]) -> None:
        rows: list[dict[str, int]] = []
        for report in reports:
            for word in words_of(report.searched):
                term_id = self._ids.setdefault(word, len(self._ids) + 1)
                self._reports[word] += 1
                rows.append({"term_id": term_id, "report_id": report.id})
        fresh = list(self._ids.items())[self._written :]
        self._written = len(self._ids)
        if fresh:
            connection.execute(insert(term), [{"id": term_id, "word": word, "reports": 0} for word, term_id in fresh])
        if rows:
            connection.execute(insert(posting), sorted(rows, key=lambda row: (row["term_id"], row["report_id"])))

    def finish(self, connection: Connection) -> None:
        """Write how many reports each word has, and its spellings."""
        forms: list[dict[str, str | int]] = []
        for word, term_id in self._ids.items():
            connection.execute(update(term).where(term.c.id == term_id).values(reports=self._reports[word]))
            forms += [{"form": form, "term_id": term_id} for form in forms_of(word)]
        if forms:
            connection.execute(insert(spelling), sorted(forms, key=lambda row: (str(row["form"]), row["term_id"])))
        if connection.dialect.name == "postgresql" and self._ids:
            # The ids were given here: the sequence has to go on after them.
            sequence = func.pg_get_serial_sequence("term", "id")
            connection.execute(select(func.setval(sequence, len(self._ids))))


def _batches(connection: Connection) -> Iterator[list[Report]]:
    last = 0
    while True:
        query = select(model.report).where(model.report.c.id > last).order_by(model.report.c.id).limit(_BATCH)
        found = [Report.of(row) for row in connection.execute(query)]
        if not found:
            return
        yield found
        last = found[-1].id
