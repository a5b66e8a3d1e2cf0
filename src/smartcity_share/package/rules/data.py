"""No data of a running installation: databases, dumps and tables of people stay where they were collected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from smartcity_share.errors import Fault
from smartcity_share.package.rules.base import Content

_ENDINGS: Final = (".sqlite", ".sqlite3", ".db", ".sqlite-wal", ".dump", ".sql.gz", ".bak", ".mdb", ".xlsx", ".xls", ".parquet")
_SQLITE: Final = b"SQLite format 3\0"
_DUMPS: Final = (b"-- PostgreSQL database dump", b"-- MySQL dump", b"-- MariaDB dump", b"PGDMP")
_MOST_ROWS: Final = 1000
"""A table of more rows is taken for collected data, not for a list that belongs to the app."""


def check(content: Content) -> Iterator[Fault]:
    """Yield a fault for each database, dump or large table."""
    for name, data in content.files.items():
        low = name.lower()
        large = low.endswith((".csv", ".tsv", ".jsonl")) and data.count(b"\n") > _MOST_ROWS
        if low.endswith(_ENDINGS) or data.startswith((_SQLITE, *_DUMPS)) or any(dump in data[:400] for dump in _DUMPS) or large:
            yield Fault(
                "wheel-has-data",
                "A database, a dump or a large table is in the wheel",
                content.at(name),
                "Leave it out; an app brings its first rows by a migration, and people's data never.",
            )
