"""The ledger in a schema of PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, select, update
from sqlalchemy.exc import DBAPIError

from smartcity_share.errors import LedgerError
from smartcity_share.install import ledger_tables as tables
from smartcity_share.install.ledger_sql import SqlLedger, bring_up, refuse_version

if TYPE_CHECKING:
    from smartcity_share.install.storage.postgres import PostgresDatabase

_metadata: Final = MetaData()
_revision: Final = Table("ledger_revision", _metadata, Column("number", Integer, nullable=False))


def create_ledger(connection: Connection) -> None:
    """Make the tables of the ledger."""
    tables.metadata.create_all(connection)
    _metadata.create_all(connection)
    connection.execute(insert(tables.schema).values(version=tables.SCHEMA_VERSION))
    connection.execute(insert(_revision).values(number=0))


class PostgresLedger(SqlLedger):
    """The port :class:`smartcity_share.install.ledger.Ledger` on PostgreSQL.

    Args:
        database: The schema of the instance.
    """

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database
        self._checked = False

    def revision(self) -> int:
        """Return a number that changes whenever any process, this one included, changed the ledger."""
        self._open()
        with self._asking() as connection:
            number: int = connection.execute(select(_revision.c.number)).scalar_one()
            return number

    def check(self) -> str | None:
        """Return what is wrong with the ledger itself, None where nothing is."""
        return self._database.trouble()

    def close(self) -> None:
        """Look at the ledger again at the next call; the connections belong to the pool."""
        self._checked = False

    def _asking(self) -> Connection:
        # One question, of tables named with their schema, is its own transaction: nothing to begin, set or end around it.
        return self._database.engine.connect().execution_options(smartcity_begin=None, isolation_level="AUTOCOMMIT")

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        self._open()
        with self._database.begin() as connection:
            yield connection
            connection.execute(update(_revision).values(number=_revision.c.number + 1))

    def _begin_quietly(self) -> AbstractContextManager[Connection]:
        self._open()
        return self._database.begin()

    def _open(self) -> None:
        """Refuse a ledger that is missing, out of reach or from the future, once per object."""
        if self._checked:
            return
        try:
            with self._database.engine.connect() as connection:
                version = connection.execute(select(tables.schema.c.version).order_by(tables.schema.c.version.desc())).scalar()
        except DBAPIError as error:
            raise LedgerError(
                f"The ledger cannot be read: {str(error.orig).strip()}",
                hint="See that the PostgreSQL server runs and that the URL of the database is right.",
            ) from error
        refuse_version(version)
        if version is not None and version < tables.SCHEMA_VERSION:
            with self._database.begin() as connection:
                bring_up(connection)
        self._checked = True
