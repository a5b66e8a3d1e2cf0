"""Tables that follow from the others: the words of reports for searching, counts for figures, squares of the map.

They are kept in the transaction that changes a report (:mod:`~smartcity_complaints.store` calls the two modules that own them)
and can be made anew from the reports at any time (:mod:`~smartcity_complaints.upkeep`): nothing is in them that is not
elsewhere.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from smartcity_complaints.model import metadata


def _column(name: str, kind: Any, *more: Any, data_class: str = "internal", **options: Any) -> Column[Any]:
    return Column(name, kind, *more, info={"class": data_class}, nullable=False, **options)


term: Final = Table(
    "term",
    metadata,
    # A word that occurs in reports, as `terms.py` writes it. A word no report has any more is deleted: it may be a name.
    _column("id", Integer, primary_key=True),
    _column("word", String(40), unique=True, data_class="personal-general"),
    _column("reports", Integer),
)

spelling: Final = Table(
    "spelling",
    metadata,
    # A word, and the word with each one of its letters left out: two words one slip apart have one of these in common.
    _column("form", String(40), primary_key=True, data_class="personal-general"),
    _column("term_id", Integer, ForeignKey("term.id"), primary_key=True),
    Index(None, "term_id"),
    sqlite_with_rowid=False,
)

posting: Final = Table(
    "posting",
    metadata,
    # Which reports a word occurs in.
    _column("term_id", Integer, ForeignKey("term.id"), primary_key=True),
    _column("report_id", Integer, ForeignKey("report.id"), primary_key=True),
    sqlite_with_rowid=False,
)

tally: Final = Table(
    "tally",
    metadata,
    # topic: all, kind, district or office; subject: which one. month: of the register, 202603, and 0 for all time.
    _column("topic", String(8), primary_key=True),
    _column("subject", String(80), primary_key=True),
    # A state, reply, reply-in-time, or rating-1 to rating-5.
    _column("measure", String(16), primary_key=True),
    _column("month", Integer, primary_key=True),
    _column("count", Integer),
    # What a span of months is summed in, whatever came before it.
    Index("ix_tally_by_month", "month", "topic", "subject", "measure", "count"),
    sqlite_with_rowid=False,
)

reply_time: Final = Table(
    "reply_time",
    metadata,
    # How many replies took an office so long; what a median is read from. month: of the register, and 0 for all time.
    _column("month", Integer, primary_key=True),
    _column("office", String(80), primary_key=True),
    _column("tenths_of_days", Integer, primary_key=True),
    _column("count", Integer),
    sqlite_with_rowid=False,
)

spot: Final = Table(
    "spot",
    metadata,
    # How many reports that everyone may see lie in a square of the map.
    _column("cell", Integer, primary_key=True),
    _column("district", String(20), primary_key=True),
    _column("kind", String(40), primary_key=True),
    _column("shown", Integer),
    _column("open", Integer),
    sqlite_with_rowid=False,
)
