"""Everything of an instance in one PostgreSQL database; its files stay in the folder."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smartcity_share.durable import write_whole
from smartcity_share.errors import InstanceError
from smartcity_share.install.storage.postgres import PostgresDatabase, literal, make_engine, quoted, run
from smartcity_share.install.storage.postgres_data import ASIDE, END, HEAD, PostgresDataStore, as_text, template_epoch
from smartcity_share.install.storage.postgres_outage import tells_outage
from smartcity_share.install.storage.postgres_tables import shapes
from smartcity_share.install.storage.rendering import VERSION_TABLE, Model, Script, capture, capture_all, rendering
from smartcity_share.install.storage.template import migrate

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

    from smartcity_share.hooks.values import DatabaseSchema
    from smartcity_share.install.ledger_postgres import PostgresLedger
    from smartcity_share.install.storage.port import TableShape

SCHEMA: Final = "smartcity"
"""The schema of the instance itself: ledger, accounts, audit trail, jobs."""


class PostgresStorage:
    """The port :class:`smartcity_share.install.storage.port.Storage` on one PostgreSQL database.

    Args:
        url: Where it is; with the password, so it is never shown.
    """

    engine_name: Final = "postgresql"
    template_suffix: Final = ".sql"

    def __init__(self, url: URL) -> None:
        self._url = url
        self._data: dict[tuple[str, str], PostgresDataStore] = {}

    def __repr__(self) -> str:
        return f"PostgresStorage({self._url.render_as_string(hide_password=True)!r})"

    @cached_property
    def pool(self) -> Engine:
        """The connections of the process."""
        return make_engine(self._url)

    @cached_property
    def ledger(self) -> PostgresLedger:
        """What is installed where, and what was done."""
        from smartcity_share.install.ledger_postgres import PostgresLedger

        return PostgresLedger(PostgresDatabase(self.pool, SCHEMA, "smartcity ledger"))

    @cached_property
    def accounts(self) -> PostgresDatabase:
        """Accounts, sessions and the audit trail."""
        return PostgresDatabase(self.pool, SCHEMA, "smartcity accounts")

    @cached_property
    def jobs(self) -> PostgresDatabase:
        """What ran when."""
        return PostgresDatabase(self.pool, SCHEMA, "smartcity jobs")

    def was_away(self, error: BaseException) -> bool:
        """Whether an error, or what it came of, says that the server was out of reach."""
        return tells_outage(error)

    def create(self) -> None:
        """Make the schema of the instance, whole or not at all.

        Raises:
            InstanceError: The server cannot be reached, or another instance keeps its data there.
        """
        from sqlalchemy.exc import DBAPIError

        from smartcity_share.install.audit import AuditLog
        from smartcity_share.install.ledger_postgres import create_ledger

        try:
            with self.accounts.begin() as connection:
                self._refuse_taken(connection)
                run(connection, f"CREATE SCHEMA {quoted(SCHEMA)}")
                create_ledger(connection)
                AuditLog.create_tables(connection)
        except DBAPIError as error:
            raise InstanceError(
                f"The database cannot be used: {str(error.orig).strip()}",
                hint="See that the server runs, that the URL is right, and that its user may create schemas in this database.",
            ) from error

    def data(self, region: str, app: str) -> PostgresDataStore:
        """Return the database of an installation, whether it exists or not; always the same object."""
        found = self._data.get((region, app))
        if found is None:
            found = self._data.setdefault((region, app), PostgresDataStore(self.pool, region, app))
        return found

    def asides(self) -> frozenset[str]:
        """Return the names under which schemas are kept aside."""
        return frozenset(schema.rpartition(ASIDE)[2] for schema in self._aside_schemas())

    def drop_asides(self, name: str) -> None:
        """Remove every schema kept aside under a name."""
        for schema in self._aside_schemas():
            if schema.endswith(f"{ASIDE}{name}"):
                with self.pool.begin() as connection:
                    run(connection, f"DROP SCHEMA IF EXISTS {quoted(schema)} CASCADE")

    def make_template(self, path: Path, schema: DatabaseSchema, epoch: int) -> None:
        """Make the tables in a schema that is rolled back, and write down what was sent."""

        def make(connection: Connection) -> None:
            if schema.migrations is None:
                schema.metadata.create_all(connection, checkfirst=False)
            else:
                migrate(connection, schema.migrations)

        with self._model() as connection:
            content = as_text(connection, capture_all(connection, make))
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, f"{HEAD}{int(epoch)}\n{content};\n{END}".encode())

    def is_sound(self, template: Path) -> bool:
        """Whether the file is there to its end."""
        return template.is_file() and template_epoch(template.read_text(encoding="utf-8", errors="replace")) is not None

    def render(self, schema: DatabaseSchema, revisions: frozenset[str], found: tuple[TableShape, ...] = ()) -> Script:
        """Return the migrations that wait, run once on tables in a schema that is rolled back."""
        if schema.migrations is None:
            return Script(revisions, revisions, ())
        with rendering(), self._model() as connection:
            here = str(run(connection, "SELECT current_schema()").fetchone()[0])
            model = Model(connection, lambda: shapes(connection, here), _is_catalogue)
            return capture(model, schema.migrations, revisions, found)

    def close(self) -> None:
        """Close every connection; the next use opens new ones."""
        if "pool" in self.__dict__:
            self.pool.dispose()

    def _aside_schemas(self) -> list[str]:
        with self.pool.connect() as connection:
            rows = run(connection, f"SELECT nspname FROM pg_namespace WHERE strpos(nspname, {literal(ASIDE)}) > 0").fetchall()
        return [name for (name,) in rows]

    @contextmanager
    def _model(self) -> Iterator[Connection]:
        name = f"model_{secrets.token_hex(8)}"
        with self.pool.connect() as connection:
            run(connection, f"CREATE SCHEMA {quoted(name)}; SET LOCAL search_path TO {quoted(name)}")
            try:
                yield connection
            finally:
                connection.rollback()

    def _refuse_taken(self, connection: Connection) -> None:
        if run(connection, f"SELECT 1 FROM pg_namespace WHERE nspname = {literal(SCHEMA)}").fetchone():
            raise InstanceError(
                f"Another instance keeps its data in this database: it has a schema `{SCHEMA}`",
                hint="Name a database of its own for each instance. If `init` was cut off before it ended, drop the schema.",
            )


def _is_catalogue(sql: str) -> bool:
    return "pg_catalog" in sql or VERSION_TABLE in sql
