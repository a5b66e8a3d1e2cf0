"""Tables of a PostgreSQL schema as plain values, for exports and comparisons."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from smartcity_share.install.storage.port import TableShape
from smartcity_share.install.storage.postgres import literal, quoted, run
from smartcity_share.install.storage.postgres_catalog import held

if TYPE_CHECKING:
    from sqlalchemy import Connection

_SHAPES: Final = f"""
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.oid = {held()} AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relname COLLATE "C", a.attnum
"""


class PostgresTables:
    """The port :class:`smartcity_share.install.storage.port.TableReader` on one schema.

    Args:
        connection: A connection in a transaction that sees one state.
        schema: The schema.
    """

    def __init__(self, connection: Connection, schema: str) -> None:
        self._connection = connection
        self._schema = schema
        self._found = shapes(connection, schema)

    def tables(self) -> tuple[TableShape, ...]:
        """Return the tables by name."""
        return self._found

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        number: int = run(self._connection, f"SELECT count(*) FROM {self._place(table)}").fetchone()[0]
        return number

    def rows(self, table: str) -> Iterator[tuple[object, ...]]:
        """Yield the rows of a table, a thousand at a time."""
        names = ", ".join(quoted(name) for one in self._found if one.name == table for name in one.columns)
        raw: Any = self._connection.connection.driver_connection
        with raw.cursor("smartcity_rows") as cursor:
            cursor.itersize = 1000
            cursor.execute(f"SELECT {names} FROM {self._place(table)}")
            for row in cursor:
                yield tuple(_plain(value) for value in row)

    def _place(self, table: str) -> str:
        return f"{quoted(self._schema)}.{quoted(table)}"


def shapes(connection: Connection, schema: str) -> tuple[TableShape, ...]:
    """Return the tables of a schema by name."""
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in run(connection, _SHAPES.format(schema=literal(schema))).fetchall():
        found.setdefault(table, {})[column] = kind
    return tuple(TableShape(name, columns) for name, columns in found.items())


def _plain(value: object) -> object:
    """Return a value as the embedded default keeps it."""
    match value:
        case bool():
            return int(value)
        case datetime():
            return value.isoformat(" ")
        case date() | time():
            return value.isoformat()
        case dict() | list():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value) if isinstance(value, Decimal | UUID) else value
