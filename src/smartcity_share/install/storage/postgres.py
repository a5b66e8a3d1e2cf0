"""PostgreSQL: one pool per process, one schema per installation, nothing that outlives a transaction.

A transaction names its schema itself: tables of SQLAlchemy are qualified by a translate map, and SQL written by hand finds its
tables by a ``SET LOCAL`` that ends with the transaction. No connection is in a state another one could inherit, and nothing is
prepared on the server, so that a pool which hands out a server per transaction (PgBouncer) may stand in between.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from smartcity_share.errors import InstanceError

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

CONNECT_SECONDS: Final = 10
"""How long one waits for the server when a connection is opened."""
_LONGEST_NAME: Final = 63


def make_engine(url: URL) -> Engine:
    """Return an engine on a PostgreSQL database; nothing is opened yet.

    Args:
        url: Where it is; its driver is psycopg 3.

    Raises:
        InstanceError: The driver is not installed.
    """
    from sqlalchemy import create_engine, event

    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_size=4,
            max_overflow=28,
            pool_pre_ping=True,
            connect_args={"prepare_threshold": None, "connect_timeout": CONNECT_SECONDS, "application_name": "smartcity"},
        )
    except ModuleNotFoundError:
        raise InstanceError(
            "This instance keeps its data in PostgreSQL, and the driver psycopg is not installed",
            hint="Install it: `pip install 'smartcity-share[postgresql]'`.",
        ) from None

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        first = connection.get_execution_options().get("smartcity_begin")
        if first is not None:
            # Never through a cursor of the server, also where the rows that follow are streamed.
            connection.exec_driver_sql(first, execution_options={"stream_results": False, "yield_per": None})

    return engine


def quoted(name: str) -> str:
    """Return a name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def short(name: str, suffix: str = "") -> str:
    """Return a name that PostgreSQL keeps whole: where it is too long, a digest stands in for its end; the suffix stays."""
    room = _LONGEST_NAME - len(suffix.encode())
    if len(name.encode()) <= room:
        return name + suffix
    digest = hashlib.sha256(name.encode()).hexdigest()[:12]
    return f"{name.encode()[: room - 13].decode(errors='ignore')}_{digest}{suffix}"


def lock_number(name: str) -> int:
    """Return the number of the advisory lock of a schema."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)


def run(connection: Connection, sql: str) -> Any:
    """Send any number of statements without values as one message, and return the driver's last result."""
    raw: Any = connection.connection.driver_connection
    return raw.execute(sql)


class PostgresDatabase:
    """One schema behind the ports of a database.

    Args:
        pool: The engine of the process.
        schema: The schema.
        lock: What writers of :meth:`begin` wait for; the schema if not given.
    """

    def __init__(self, pool: Engine, schema: str, lock: str | None = None) -> None:
        self._pool = pool
        self.schema = schema
        self._path = f"SET LOCAL search_path TO {quoted(schema)}"
        self._lock = f"{self._path}; SELECT pg_advisory_xact_lock({lock_number(lock or schema)})"

    def __repr__(self) -> str:
        return f"PostgresDatabase({self.schema!r})"

    @cached_property
    def engine(self) -> Engine:
        """The engine; it shares its connections with every other schema."""
        return self._pool.execution_options(schema_translate_map={None: self.schema}, smartcity_begin=self._path)

    @property
    def label(self) -> str:
        """The name of the schema."""
        return f"schema {self.schema}"

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open a connection in a transaction that commits at the end of the block.

        It waits at once for any other one of its kind on this schema, as on the embedded default, so that an app which reads
        and then writes is right on both. Readers wait for nobody.
        """
        with self.engine.connect().execution_options(smartcity_begin=self._lock) as connection, connection.begin():
            yield connection

    def trouble(self) -> str | None:
        """Return why the schema cannot be used, None where it can."""
        from sqlalchemy import text
        from sqlalchemy.exc import DBAPIError

        try:
            with self._pool.connect() as connection:
                there = connection.execute(text("SELECT 1 FROM pg_namespace WHERE nspname = :name"), {"name": self.schema})
                return None if there.scalar() else f"the schema {self.schema} is missing"
        except DBAPIError as error:
            return str(error.orig).strip()

    def close(self) -> None:
        """Do nothing: the connections belong to the pool of the process."""
