"""Installations in schemas of one PostgreSQL database: what takes several statements is one transaction, tables included."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from smartcity_share.errors import MigrationError
from smartcity_share.install.storage.port import TableShape
from smartcity_share.install.storage.postgres import PostgresDatabase, literal, lock_number, quoted, run, short
from smartcity_share.install.storage.postgres_clone import clone
from smartcity_share.install.storage.rendering import Script, Statement, failed, refuse_elsewhere, revisions_of
from smartcity_share.install.storage.template import migrate

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

HEAD: Final = "-- smartcity template, epoch "
END: Final = "-- end of template\n"
"""What a template begins and ends with."""

ASIDE: Final = "__aside_"
"""Stands between the schema and the operation that has set it aside."""

_REGION: Final = re.compile(r"[0-9.]+")
_APP: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SHAPES: Final = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
WHERE n.nspname = {schema} AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relname COLLATE "C", a.attnum
"""


def schema_name(region: str, app: str) -> str:
    """Return the schema of an installation: ``r71_08_parks``; with a digest where two of them could come out alike."""
    name = "r" + re.sub(r"[^a-z0-9]", "_", f"{region}_{app}".lower())
    if _REGION.fullmatch(region) and _APP.fullmatch(app):
        return short(name)
    return short(f"{name}_{hashlib.sha256(f'{region}/{app}'.encode()).hexdigest()[:8]}")


class PostgresDataStore:
    """The port :class:`smartcity_share.install.storage.port.DataStore` on one schema.

    Args:
        pool: The engine of the process.
        region: Code of the region.
        app: Id of the app.
    """

    def __init__(self, pool: Engine, region: str, app: str) -> None:
        self._pool = pool
        self._label = f"{region}/{app}"
        self.schema = schema_name(region, app)
        self._database = PostgresDatabase(pool, self.schema)

    def __repr__(self) -> str:
        return f"PostgresDataStore({self._label!r})"

    @property
    def database(self) -> PostgresDatabase:
        """What the app is handed."""
        return self._database

    def exists(self) -> bool:
        """Whether the schema is there."""
        return self._there(self.schema)

    def create(self, template: Path) -> None:
        """Send the template as one message in one transaction; an existing schema stays."""
        if self.exists():
            return
        content = template.read_text(encoding="utf-8")
        epoch = template_epoch(content)
        if epoch is None:
            raise MigrationError(f"{template.name} is no whole template", hint="Delete it; it is made anew.")
        with self._pool.begin() as connection:
            run(connection, f"CREATE SCHEMA {self._quoted}; {self._here};\n{content};\n{self._comment(epoch)}")

    def epoch(self) -> int:
        """Return the epoch, kept in the comment of the schema."""
        with self._pool.connect() as connection:
            return self._epoch(connection)

    def revisions(self) -> frozenset[str]:
        """Return the migrations the tables are at; empty where the app has none."""
        with self._database.engine.connect() as connection, connection.begin():
            return revisions_of(connection)

    def migrate(self, script: Script, epoch: int) -> None:
        """Replay a script as one message and write the epoch, all in one transaction.

        Raises:
            MigrationError: The tables are neither at its beginning nor at its end, or a statement failed. Nothing changed.
        """
        try:
            with self._database.begin() as connection:
                found = revisions_of(connection)
                if found != script.after:
                    refuse_elsewhere(self._label, found, script)
                    if script.migrations is not None:
                        migrate(connection, script.migrations)
                    if script.statements:
                        run(connection, as_text(connection, script.statements))
                run(connection, self._comment(epoch))
        except MigrationError:
            raise
        except Exception as cause:  # the migrations are foreign code
            raise failed(self._label, cause) from cause

    def snapshot(self, name: str) -> None:
        """Copy the schema; no writer comes in between."""
        kept = self._snapshot(name)
        with self._database.begin() as connection:
            run(connection, f"DROP SCHEMA IF EXISTS {quoted(kept)} CASCADE")
            clone(connection, self.schema, kept)

    def has_snapshot(self, name: str) -> bool:
        """Whether the copy is there; it appears whole, by one transaction."""
        return self._there(self._snapshot(name))

    def snapshot_trouble(self, name: str) -> str | None:
        """Compare the copy with the present state, row for row, in the server."""
        kept = self._snapshot(name)
        if not self._there(kept):
            return f"the snapshot {name} is missing"
        with self._pool.connect() as connection:
            before, now = _shapes(connection, kept), _shapes(connection, self.schema)
            if before != now:
                return f"the snapshot {name} has other tables"
            for table in now:
                one, other = (f"SELECT t::text FROM {quoted(place)}.{quoted(table.name)} t" for place in (kept, self.schema))
                query = f"SELECT EXISTS (({one} EXCEPT ALL {other}) UNION ALL ({other} EXCEPT ALL {one}))"
                if run(connection, query).fetchone()[0]:
                    return f"the snapshot {name} has other rows in {table.name}"
        return None

    def restore_snapshot(self, name: str) -> None:
        """Copy the snapshot, and put the copy in the place of the schema, in one transaction."""
        kept, beside = self._snapshot(name), self._named(f"__restored_{name}")
        if not self._there(kept):
            raise MigrationError(f"There is no snapshot {name} of {self._label}", hint="Restore a backup.")
        with self._database.begin() as connection:
            clone(connection, kept, beside)
            run(
                connection,
                f"DROP SCHEMA IF EXISTS {self._quoted} CASCADE; ALTER SCHEMA {quoted(beside)} RENAME TO {self._quoted}",
            )

    def drop_snapshot(self, name: str) -> None:
        """Remove the copy; one that is not there is no error."""
        self._drop(self._snapshot(name))

    def set_aside(self, name: str) -> None:
        """Give the schema another name."""
        if self.exists():
            self._send(f"ALTER SCHEMA {self._quoted} RENAME TO {quoted(self._aside(name))}")

    def is_aside(self, name: str) -> bool:
        """Whether a schema of that name is there."""
        return self._there(self._aside(name))

    def put_back(self, name: str) -> None:
        """Give the schema its name back, unless another one has it."""
        if self.is_aside(name) and not self.exists():
            self._send(f"ALTER SCHEMA {quoted(self._aside(name))} RENAME TO {self._quoted}")

    def drop_aside(self, name: str) -> None:
        """Remove the schema of that name; none there is no error."""
        self._drop(self._aside(name))

    def drop(self) -> None:
        """Remove the schema; one that is not there is no error."""
        self._drop(self.schema)

    @contextmanager
    def reading(self) -> Iterator[PostgresTables]:
        """Open one state of every table."""
        with self._pool.connect().execution_options(isolation_level="REPEATABLE READ") as connection, connection.begin():
            yield PostgresTables(connection, self.schema)

    def trouble(self) -> str | None:
        """Return why the database cannot be used, None where it can or there is none."""
        from sqlalchemy.exc import DBAPIError

        try:
            self.exists()
        except DBAPIError as error:
            return str(error.orig).strip()
        return None

    def close(self) -> None:
        """Do nothing: the connections belong to the pool of the process."""

    @property
    def _quoted(self) -> str:
        return quoted(self.schema)

    @property
    def _here(self) -> str:
        number = lock_number(self.schema)
        return f"SET LOCAL search_path TO {self._quoted}; SELECT pg_advisory_xact_lock({number})"

    def _comment(self, epoch: int) -> str:
        return f"COMMENT ON SCHEMA {self._quoted} IS {literal(f'{self._label} epoch {int(epoch)}')}"

    def _epoch(self, connection: Connection) -> int:
        query = f"SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = {literal(self.schema)}"
        row = run(connection, query).fetchone()
        if row is None or not row[0]:
            raise MigrationError(f"The data of {self._label} are missing", hint="Restore a backup.")
        return int(row[0].rpartition(" ")[2])

    def _snapshot(self, name: str) -> str:
        return self._named(f"__kept_{name}")

    def _aside(self, name: str) -> str:
        return self._named(f"{ASIDE}{name}")

    def _named(self, suffix: str) -> str:
        return short(self.schema, suffix)

    def _there(self, schema: str) -> bool:
        with self._pool.connect() as connection:
            return run(connection, f"SELECT 1 FROM pg_namespace WHERE nspname = {literal(schema)}").fetchone() is not None

    def _drop(self, schema: str) -> None:
        self._send(f"DROP SCHEMA IF EXISTS {quoted(schema)} CASCADE")

    def _send(self, sql: str) -> None:
        with self._database.begin() as connection:
            run(connection, sql)


class PostgresTables:
    """The port :class:`smartcity_share.install.storage.port.TableReader` on one schema.

    Args:
        connection: A connection in a transaction that sees one state.
        schema: The schema.
    """

    def __init__(self, connection: Connection, schema: str) -> None:
        self._connection = connection
        self._schema = schema
        self._found = _shapes(connection, schema)

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


def as_text(connection: Connection, statements: tuple[Statement, ...]) -> str:
    """Return statements with their values written in, as one message."""
    from psycopg import ClientCursor

    raw: Any = connection.connection.driver_connection
    cursor = ClientCursor(raw)
    return ";\n".join(cursor.mogrify(one.sql, one.values or {}) for one in statements)


def template_epoch(content: str) -> int | None:
    """Return the epoch of a template, None where it is not whole."""
    head, _, _ = content.partition("\n")
    if not head.startswith(HEAD) or not content.endswith(END):
        return None
    return int(head.removeprefix(HEAD))


def _shapes(connection: Connection, schema: str) -> tuple[TableShape, ...]:
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
