"""Tables of a SQLite file as plain values, for exports and comparisons."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from smartcity_share.install.storage.port import TableShape


class SqliteTables:
    """The port :class:`smartcity_share.install.storage.port.TableReader` on one file.

    Args:
        connection: The file, in a transaction that only reads.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def tables(self) -> tuple[TableShape, ...]:
        """Return the tables by name."""
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
        names = [name for (name,) in self._connection.execute(query)]
        return tuple(TableShape(name, self._columns(name)) for name in names)

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        number: int = self._connection.execute(f"SELECT count(*) FROM {_quoted(table)}").fetchone()[0]  # noqa: S608 - quoted
        return number

    def rows(self, table: str) -> Iterator[tuple[object, ...]]:
        """Yield the rows of a table."""
        names = ", ".join(_quoted(name) for name in self._columns(table))
        yield from self._connection.execute(f"SELECT {names} FROM {_quoted(table)}")  # noqa: S608 - quoted, from the schema

    def _columns(self, table: str) -> dict[str, str]:
        return {str(row[1]): str(row[2]) for row in self._connection.execute(f"PRAGMA table_info({_quoted(table)})")}


@contextmanager
def read_tables(path: Path) -> Iterator[SqliteTables]:
    """Open one state of every table of a file."""
    with open_to_read(path) as connection:
        connection.execute("BEGIN")
        yield SqliteTables(connection)


@contextmanager
def open_to_read(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file that must be there, to be read."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, isolation_level=None, timeout=10)) as connection:
        yield connection


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
