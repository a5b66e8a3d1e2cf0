"""Adding to counts by key in one statement, whether the row is there or not: two who add at once lose nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def add_counts(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, key: Sequence[str]) -> None:
    """Add rows, or add their counts to those of the rows that have the same key.

    Args:
        connection: A connection in a transaction.
        table: The table.
        rows: All with the same columns; those outside of the key are numbers. Sorted here, so that two who add to the same
            rows wait for each other and never in a circle.
        key: The columns of a unique key.
    """
    if not rows:
        return
    statement = _insert(connection, table)
    counts = [name for name in rows[0] if name not in key]
    added = {name: table.c[name] + statement.excluded[name] for name in counts}
    connection.execute(
        statement.on_conflict_do_update(index_elements=list(key), set_=added),
        sorted(rows, key=lambda row: tuple(row[name] for name in key)),
    )


def add_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add the rows that are not there yet."""
    if rows:
        connection.execute(_insert(connection, table).on_conflict_do_nothing(), rows)


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
