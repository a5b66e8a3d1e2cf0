"""Tables of a SQLite file copied out and filled, value for value."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from smartcity_share.errors import MigrationError
from smartcity_share.install.storage.copy_port import KeptSequence, KeptTable, Value

_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
_TRIGGERS: Final = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"


class SqliteSource:
    """The port :class:`smartcity_share.install.storage.copy_port.TableSource`.

    Args:
        connection: The file, in a transaction that only reads.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def tables(self) -> tuple[KeptTable, ...]:
        """Return the tables by name; with the first call the state is fixed."""
        return kept_tables(self._connection)

    def sequences(self) -> tuple[KeptSequence, ...]:
        """None: SQLite counts in its tables alone."""
        return ()

    def rows(self, table: KeptTable) -> Iterator[tuple[Value, ...]]:
        """Yield the rows of a table."""
        names = ", ".join(_quoted(name) for name in table.columns)
        try:
            yield from self._connection.execute(f"SELECT {names} FROM {_quoted(table.name)}")  # noqa: S608 - quoted
        except sqlite3.Error as error:
            raise MigrationError(
                f"Table `{table.name}` cannot be read: {error}", hint="See `smartcity doctor`; mend or restore the database."
            ) from None


class SqliteTarget:
    """The port :class:`smartcity_share.install.storage.copy_port.TableTarget`.

    Args:
        connection: The file, in a transaction.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def tables(self) -> tuple[KeptTable, ...]:
        """Return the tables by name."""
        return kept_tables(self._connection)

    def fill(self, table: KeptTable, columns: tuple[str, ...], rows: Iterable[tuple[Value, ...]]) -> None:
        """Write rows."""
        names, places = ", ".join(map(_quoted, columns)), ", ".join("?" * len(columns))
        sql = f"INSERT INTO {_quoted(table.name)} ({names}) VALUES ({places})"  # noqa: S608 - quoted
        try:
            self._connection.executemany(sql, rows)
        except (sqlite3.Error, OverflowError, UnicodeEncodeError) as error:
            raise MigrationError(
                f"A row of `{table.name}` cannot be written: {error}", hint="Send this message to the maker of the app."
            ) from None

    def count_on(self, table: KeptTable, last: int | None) -> None:
        """Set the number SQLite remembers for a table with AUTOINCREMENT; any other goes on after its highest by itself."""
        if last is not None and _remembers(self._connection):
            self._connection.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = ? AND seq < ?", (last, table.name, last))
            self._connection.execute(
                "INSERT INTO sqlite_sequence (name, seq) SELECT ?, ? WHERE NOT EXISTS "
                "(SELECT 1 FROM sqlite_sequence WHERE name = ?)",
                (table.name, last, table.name),
            )

    def sequences(self) -> tuple[KeptSequence, ...]:
        """None: SQLite counts in its tables alone."""
        return ()

    def set_sequence(self, sequence: KeptSequence) -> None:
        """Nothing: there is none."""


@contextmanager
def filled(connection: sqlite3.Connection) -> Iterator[SqliteTarget]:
    """Empty every table and let them be filled in one transaction, without triggers; keys are looked at by the caller."""
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("BEGIN IMMEDIATE")
    try:
        triggers = connection.execute(_TRIGGERS).fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {_quoted(name)}")
        for table in kept_tables(connection):
            connection.execute(f"DELETE FROM {_quoted(table.name)}")  # noqa: S608 - quoted
        yield SqliteTarget(connection)
        for _, sql in triggers:
            connection.execute(sql)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def kept_tables(connection: sqlite3.Connection) -> tuple[KeptTable, ...]:
    """Return the tables of a file by name."""
    counting = dict(connection.execute("SELECT name, seq FROM sqlite_sequence")) if _remembers(connection) else {}
    found = []
    for (name,) in connection.execute(_TABLES).fetchall():
        # Generated columns are not among those of `table_info`.
        columns = {str(row[1]): str(row[2]) for row in connection.execute(f"PRAGMA table_info({_quoted(name)})")}
        found.append(KeptTable(name, columns, counting.get(name)))
    return tuple(found)


def _remembers(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").fetchone() is not None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
