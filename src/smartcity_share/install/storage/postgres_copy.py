"""Tables of a PostgreSQL schema copied out and filled, each value as the text PostgreSQL itself writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import attrs

from smartcity_share.errors import MigrationError
from smartcity_share.install.storage.copy_port import KeptSequence, KeptTable, Value
from smartcity_share.install.storage.postgres import literal, quoted, run
from smartcity_share.install.storage.postgres_catalog import held

if TYPE_CHECKING:
    from sqlalchemy import Connection

FAITHFUL: Final = (
    "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, MDY'; SET LOCAL IntervalStyle = 'iso_8601'; "
    "SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1"
)
"""What makes the text of a value say all of it, whatever the server is set to; pg_dump says the same."""
_COLUMNS: Final = f"""
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.oid = {held()} AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
ORDER BY c.relname COLLATE "C", a.attnum
"""
_SEQUENCES: Final = f"""
SELECT t.relname, a.attname, s.relname, pg_sequence_last_value(s.oid)
FROM pg_class s
JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
JOIN pg_class t ON t.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
WHERE s.oid = {held()} AND s.relkind = 'S' ORDER BY 1, 2
"""
_FREE: Final = f"""
SELECT s.relname FROM pg_class s
WHERE s.oid = {held()} AND s.relkind = 'S' AND NOT EXISTS (
    SELECT 1 FROM pg_depend d WHERE d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))
ORDER BY s.relname COLLATE "C"
"""
_FOREIGN: Final = f"""
SELECT t.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
WHERE k.conrelid = {held()} AND k.contype = 'f' ORDER BY 1, 2
"""
_AT_ONCE: Final = 1000


@attrs.frozen
class PostgresSource:
    """The port :class:`smartcity_share.install.storage.copy_port.TableSource`.

    Attributes:
        connection: A connection in a transaction that sees one state.
        schema: The schema.
    """

    connection: Connection
    schema: str

    def tables(self) -> tuple[KeptTable, ...]:
        """Return the tables by name; with the first call the state is fixed."""
        return kept_tables(self.connection, self.schema)

    def sequences(self) -> tuple[KeptSequence, ...]:
        """Return the sequences that belong to no column, by name."""
        return free_sequences(self.connection, self.schema)

    def rows(self, table: KeptTable) -> Iterator[tuple[Value, ...]]:
        """Yield the rows of a table, a thousand at a time."""
        names = ", ".join(f"{quoted(name)}::text" for name in table.columns) or "NULL"
        raw: Any = self.connection.connection.driver_connection
        with raw.cursor("smartcity_copy") as cursor:
            cursor.itersize = _AT_ONCE
            cursor.execute(f"SELECT {names} FROM {quoted(self.schema)}.{quoted(table.name)}")
            yield from cursor


@attrs.frozen
class PostgresTarget:
    """The port :class:`smartcity_share.install.storage.copy_port.TableTarget`.

    Attributes:
        connection: A connection in a transaction.
        schema: The schema.
    """

    connection: Connection
    schema: str

    def tables(self) -> tuple[KeptTable, ...]:
        """Return the tables by name."""
        return kept_tables(self.connection, self.schema)

    def fill(self, table: KeptTable, columns: tuple[str, ...], rows: Iterable[tuple[Value, ...]]) -> None:
        """Write rows by COPY."""
        from psycopg import Error

        names = ", ".join(map(quoted, columns))
        raw: Any = self.connection.connection.driver_connection
        try:
            with raw.cursor() as cursor, cursor.copy(f"COPY {self._place(table)} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        except Error as error:
            said = str(error).strip().splitlines()[0]
            raise MigrationError(
                f"A row of `{table.name}` cannot be written: {said}", hint="Send this message to the maker of the app."
            ) from None

    def count_on(self, table: KeptTable, last: int | None) -> None:
        """Set every sequence of a table."""
        for name, column, sequence, _ in run(self.connection, _SEQUENCES.format(schema=literal(self.schema))).fetchall():
            if name == table.name:
                highest = f"SELECT greatest(max({quoted(column)}), {int(last or 0)}) AS n FROM {self._place(table)}"
                place = literal(f"{quoted(self.schema)}.{quoted(sequence)}")
                run(self.connection, f"SELECT setval({place}, greatest(n, 1), n >= 1) FROM ({highest}) h")

    def sequences(self) -> tuple[KeptSequence, ...]:
        """Return the sequences that belong to no column, by name."""
        return free_sequences(self.connection, self.schema)

    def set_sequence(self, sequence: KeptSequence) -> None:
        """Set it to the number it gave last, or will give first."""
        from psycopg import Error

        place = literal(f"{quoted(self.schema)}.{quoted(sequence.name)}")
        try:
            run(self.connection, f"SELECT setval({place}, {int(sequence.last)}, {bool(sequence.called)})")
        except Error as error:
            said = str(error).strip().splitlines()[0]
            raise MigrationError(
                f"The sequence `{sequence.name}` cannot go on: {said}", hint="Send this message to the maker of the app."
            ) from None

    def _place(self, table: KeptTable) -> str:
        return f"{quoted(self.schema)}.{quoted(table.name)}"


@contextmanager
def filled(connection: Connection, schema: str, label: str) -> Iterator[PostgresTarget]:
    """Empty every table and let them be filled inside the transaction of the connection, without triggers and foreign keys.

    Args:
        connection: A connection in a transaction.
        schema: The schema.
        label: What the installation is called in messages.

    Raises:
        MigrationError: At the end, a row refers to one that is not there.
    """
    from psycopg import Error

    # With the schema as the only place to look, PostgreSQL tells its definitions without naming it.
    run(connection, f"SET LOCAL search_path TO {quoted(schema)}; {FAITHFUL}")
    names = [table.name for table in kept_tables(connection, schema)]
    foreign = run(connection, _FOREIGN.format(schema=literal(schema))).fetchall()
    sent = [f"ALTER TABLE {quoted(table)} DROP CONSTRAINT {quoted(name)}" for table, name, _ in foreign]
    sent += [f"ALTER TABLE {quoted(name)} DISABLE TRIGGER USER" for name in names]
    sent += [f"TRUNCATE {', '.join(map(quoted, names))}"] if names else []
    run(connection, "; ".join(sent) or "SELECT 1")
    yield PostgresTarget(connection, schema)
    sent = [f"ALTER TABLE {quoted(table)} ADD CONSTRAINT {quoted(name)} {text}" for table, name, text in foreign]
    sent += [f"ALTER TABLE {quoted(name)} ENABLE TRIGGER USER" for name in names]
    try:
        run(connection, "; ".join(sent) or "SELECT 1")
    except Error as error:
        raise MigrationError(
            f"The data of {label} do not hold together: {str(error).strip().splitlines()[0]}", hint="Take another backup."
        ) from None


def kept_tables(connection: Connection, schema: str) -> tuple[KeptTable, ...]:
    """Return the tables of a schema by name."""
    columns: dict[str, dict[str, str]] = {}
    for table, column, kind in run(connection, _COLUMNS.format(schema=literal(schema))).fetchall():
        columns.setdefault(table, {})[column] = kind
    counting = {
        table: int(last or 0) for table, _, _, last in run(connection, _SEQUENCES.format(schema=literal(schema))).fetchall()
    }
    return tuple(KeptTable(name, found, counting.get(name)) for name, found in columns.items())


def free_sequences(connection: Connection, schema: str) -> tuple[KeptSequence, ...]:
    """Return the sequences of a schema that belong to no column, by name."""
    names = [name for (name,) in run(connection, _FREE.format(schema=literal(schema))).fetchall()]
    places = (f"SELECT last_value, is_called FROM {quoted(schema)}.{quoted(name)}" for name in names)
    found = [run(connection, place).fetchone() for place in places]
    return tuple(KeptSequence(name, last, called) for name, (last, called) in zip(names, found, strict=True))
