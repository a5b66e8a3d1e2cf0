"""Installations in schemas of one PostgreSQL database: what takes several statements is one transaction, tables included."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from smartcity_share.errors import MigrationError
from smartcity_share.install.storage.postgres import PostgresDatabase, literal, lock_number, quoted, run, short
from smartcity_share.install.storage.postgres_catalog import held
from smartcity_share.install.storage.postgres_clone import clone, definitions
from smartcity_share.install.storage.postgres_copy import FAITHFUL, PostgresSource, PostgresTarget, filled
from smartcity_share.install.storage.postgres_tables import PostgresTables, shapes
from smartcity_share.install.storage.rendering import Script, Statement, failed, refuse_elsewhere, revisions_of, run_migrations

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

HEAD: Final = "-- smartcity template, epoch "
END: Final = "-- end of template\n"
"""What a template begins and ends with."""

ASIDE: Final = "__aside_"
"""Stands between the schema and the operation that has set it aside."""

BESIDE: Final = "__beside_"
"""Stands between the schema and the operation that makes another one for it."""

_KEPT: Final = "__kept_"

_REGION: Final = re.compile(r"[0-9.]+")
_APP: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


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
        schema: The schema; the one of the installation if not given.
    """

    def __init__(self, pool: Engine, region: str, app: str, schema: str | None = None) -> None:
        self._pool = pool
        self._label = f"{region}/{app}"
        self._installation = (region, app)
        self.schema = schema or schema_name(region, app)
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
        """Send the template as one message, which the server carries out whole or not at all; an existing schema stays."""
        from psycopg.errors import DuplicateSchema

        content = template.read_text(encoding="utf-8")
        epoch = template_epoch(content)
        if epoch is None:
            raise MigrationError(f"{template.name} is no whole template", hint="Delete it; it is made anew.")
        with self._pool.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            try:
                run(connection, f"CREATE SCHEMA {self._quoted}; {self._here};\n{content};\n{self._comment(epoch)}")
            except DuplicateSchema:
                if not self.exists():  # it was the template that made another one
                    raise

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
                    run_migrations(connection, script)
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
            before, now = shapes(connection, kept), shapes(connection, self.schema)
            if before != now:
                return f"the snapshot {name} has other tables"
            if definitions(connection, kept) != definitions(connection, self.schema):
                return f"the snapshot {name} has other keys, indexes, defaults, sequences or comments"
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

    def snapshots(self) -> frozenset[str]:
        """Return the names of the copies, by the names of the schemas."""
        with self._pool.connect() as connection:
            query = f"SELECT nspname FROM pg_namespace WHERE strpos(nspname, {literal(_KEPT)}) > 0"
            found = {schema: schema.rpartition(_KEPT)[2] for (schema,) in run(connection, query).fetchall()}
        return frozenset(name for schema, name in found.items() if schema == self._snapshot(name))

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

    def size(self) -> int:
        """Return the bytes of its tables with what belongs to them."""
        tables = held().format(schema=literal(self.schema))
        query = f"SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE oid = {tables} AND relkind = 'r'"
        with self._pool.connect() as connection:
            return int(run(connection, query).fetchone()[0] or 0)

    def beside(self, name: str) -> PostgresDataStore:
        """Return the schema that is made for this one under a name."""
        return PostgresDataStore(self._pool, *self._installation, self._named(f"{BESIDE}{name}"))

    def put_in_place(self, name: str) -> None:
        """Give the schema made beside the name of this one."""
        beside = self.beside(name)
        if beside.exists():
            self._send(f"ALTER SCHEMA {quoted(beside.schema)} RENAME TO {self._quoted}")

    @contextmanager
    def copying(self) -> Iterator[PostgresSource]:
        """Open one state of every table, to be copied value for value."""
        with self._pool.connect().execution_options(isolation_level="REPEATABLE READ") as connection, connection.begin():
            run(connection, FAITHFUL)
            yield PostgresSource(connection, self.schema)

    @contextmanager
    def filling(self) -> Iterator[PostgresTarget]:
        """Empty every table and open them to be filled, all in one transaction."""
        with self._pool.begin() as connection, filled(connection, self.schema, self._label) as target:
            yield target

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
        return self._named(f"{_KEPT}{name}")

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
