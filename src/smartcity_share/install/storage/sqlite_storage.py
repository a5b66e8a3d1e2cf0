"""Everything of an instance in SQLite files of its folder: the embedded default."""

from __future__ import annotations

import sqlite3
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smartcity_share.install.storage.rendering import Model, Script, capture, rendering
from smartcity_share.install.storage.sqlite import SqliteDatabase, SqliteDatabases
from smartcity_share.install.storage.sqlite_data import SqliteDataStore
from smartcity_share.install.storage.sqlite_tables import SqliteTables
from smartcity_share.install.storage.template import is_sound, make_template

if TYPE_CHECKING:
    from smartcity_share.hooks.values import DatabaseSchema
    from smartcity_share.install.layout import Layout
    from smartcity_share.install.ledger_sql import SqlLedger
    from smartcity_share.install.storage.port import TableShape

_CATALOGUE: Final = ("sqlite_master", "sqlite_schema", "sqlite_temp_master", "alembic_version", "pragma_")


class SqliteStorage:
    """The port :class:`smartcity_share.install.storage.port.Storage` on files.

    Args:
        layout: The paths of the instance.
    """

    engine_name: Final = "sqlite"
    template_suffix: Final = ".sqlite"

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.databases = SqliteDatabases()

    @cached_property
    def ledger(self) -> SqlLedger:
        """What is installed where, and what was done."""
        from smartcity_share.install.ledger_sql import SqlLedger

        return SqlLedger(self._layout.ledger)

    @cached_property
    def accounts(self) -> SqliteDatabase:
        """Accounts, sessions and the audit trail."""
        return SqliteDatabase(self._layout.accounts)

    @cached_property
    def jobs(self) -> SqliteDatabase:
        """What ran when, and rollouts: what somebody approved or stopped outlasts a power failure."""
        return SqliteDatabase(self._layout.jobs, must_exist=False)

    def was_away(self, error: BaseException) -> bool:  # noqa: ARG002 - there is no server
        """Never: files have no server."""
        return False

    def create(self) -> None:
        """Make the files, readable by the owner alone."""
        from smartcity_share.install.audit import AuditLog
        from smartcity_share.install.ledger_sql import SqlLedger

        SqlLedger.create(self._layout.ledger).close()
        accounts = SqliteDatabase(self._layout.accounts, must_exist=False)
        with accounts.begin() as connection:
            AuditLog.create_tables(connection)
        accounts.close()
        for private in (self._layout.ledger, self._layout.accounts):
            private.chmod(0o600)

    def data(self, region: str, app: str) -> SqliteDataStore:
        """Return the database of an installation, whether it exists or not."""
        return SqliteDataStore(self._layout, self.databases, region, app)

    def asides(self) -> frozenset[str]:
        """Return nothing: what is set aside lies in the folder of its operation and goes with it."""
        return frozenset()

    def drop_asides(self, name: str) -> None:
        """Do nothing."""

    def make_template(self, path: Path, schema: DatabaseSchema, epoch: int) -> None:
        """Make a database with tables and no rows."""
        make_template(path, schema, epoch)

    def is_sound(self, template: Path) -> bool:
        """Whether the file is a database that can be read."""
        return template.is_file() and is_sound(template)

    def render(self, schema: DatabaseSchema, revisions: frozenset[str], found: tuple[TableShape, ...] = ()) -> Script:
        """Return the migrations that wait, run once on tables in memory."""
        from sqlalchemy import create_engine, event
        from sqlalchemy.pool import StaticPool

        if schema.migrations is None:
            return Script(revisions, revisions, ())
        raw = sqlite3.connect(":memory:", isolation_level=None)
        engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        try:
            with rendering(), engine.connect() as connection:
                model = Model(connection, SqliteTables(raw).tables, _is_catalogue)
                return capture(model, schema.migrations, revisions, found)
        finally:
            engine.dispose()

    def close(self) -> None:
        """Close every file; the next use opens it again."""
        self.ledger.close()
        self.databases.close()
        self.accounts.close()
        self.jobs.close()


def _is_catalogue(sql: str) -> bool:
    return sql.lstrip().upper().startswith("PRAGMA") or any(word in sql for word in _CATALOGUE)
