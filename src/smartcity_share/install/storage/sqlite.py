"""SQLite files with the settings every database of an instance is opened with."""

from __future__ import annotations

import shutil
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import sqlite3

    from sqlalchemy import Connection, Engine
    from sqlalchemy.pool import ConnectionPoolEntry

BUSY_MILLISECONDS: Final = 30_000
"""How long a writer waits for another one before SQLite reports the database as locked."""

OPEN_AT_MOST: Final = 64
"""How many installations keep open connections in one process; the longest unused one is closed first."""

_BESIDE_BYTES: Final = 128 * 1024
"""What SQLite needs beside a file that is read: the index of its write-ahead log, 32 KiB, and some spare."""

_LOG_PAGES: Final = 2_000
"""Pages (8 MB) of the write-ahead log until a commit also writes them into the file: one filing of a report is 45 of them, so
that one in 40 waits for it and not, as with SQLite's own 1,000, one in 20."""

Durability = Literal["FULL", "NORMAL"]
"""``FULL`` reaches the disk at every commit; ``NORMAL`` in WAL mode may lose the last commits, never the consistency."""


def make_engine(path: Path, *, durability: Durability = "FULL", must_exist: bool = True, keep: int = 4) -> Engine:
    """Return an engine on a SQLite file: WAL, foreign keys enforced, a writer waits its turn.

    Transactions begin when SQLAlchemy begins one, also for reading and DDL, so that a block sees one state and DDL rolls back.

    Args:
        path: The file.
        durability: What a commit waits for.
        must_exist: Refuse to make an empty file where there is none.
        keep: Most connections kept open between uses.
    """
    import sqlite3

    from sqlalchemy import create_engine, event
    from sqlalchemy.exc import DisconnectionError
    from sqlalchemy.pool import QueuePool

    address = f"{path.absolute().as_uri()}?mode={'rw' if must_exist else 'rwc'}"

    def connect() -> sqlite3.Connection:
        # Not through a SQLAlchemy URL: it would decode a percent sign in the path once more.
        return sqlite3.connect(address, uri=True, timeout=BUSY_MILLISECONDS / 1000, check_same_thread=False)

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=max(keep, 1), max_overflow=64)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        record.info["file"] = _file(path)
        connection.isolation_level = None  # SQLAlchemy says BEGIN below; the driver would leave DDL outside of it
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout = {BUSY_MILLISECONDS}",
            "journal_mode = WAL",
            f"synchronous = {durability}",
            f"wal_autocheckpoint = {_LOG_PAGES}",
            "foreign_keys = ON",
            "trusted_schema = OFF",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "checkout")
    def _still_in_place(_raw: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        # A restore or an upgrade puts another file in the place: a connection kept since before would write to the old one.
        if record.info["file"] != _file(path):
            raise DisconnectionError(f"{path.name} is another file now")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("smartcity_begin", "BEGIN"))

    return engine


def _file(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


class SqliteDatabase:
    """One SQLite file behind the port :class:`smartcity_share.hooks.installation.Database`; opened on first use.

    Args:
        path: The file.
        durability: What a commit waits for.
        must_exist: Refuse to make an empty file where there is none.
    """

    def __init__(self, path: Path, *, durability: Durability = "FULL", must_exist: bool = True) -> None:
        self.path = path
        self._durability: Durability = durability
        self._must_exist = must_exist
        self._engine: Engine | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"SqliteDatabase({self.path.name!r})"

    @property
    def engine(self) -> Engine:
        """The engine; made once."""
        if self._engine is None:
            with self._lock:
                if self._engine is None:
                    self._engine = make_engine(self.path, durability=self._durability, must_exist=self._must_exist)
        return self._engine

    @property
    def label(self) -> str:
        """The name of the file."""
        return self.path.name

    def trouble(self) -> str | None:
        """Return what is wrong with the file, None where nothing is."""
        return quick_check(self.path)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open a connection in a transaction that commits at the end of the block.

        The transaction takes the write lock at once, so that two of them wait for each other and never fail half-way.
        """
        with self.engine.connect().execution_options(smartcity_begin="BEGIN IMMEDIATE") as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Close what is open; the next use opens it again."""
        with self._lock:
            engine, self._engine = self._engine, None
        if engine is not None:
            engine.dispose()


class SqliteDatabases:
    """The databases of the installations of one process, the longest unused closed first.

    Args:
        at_most: How many stay open.
    """

    def __init__(self, at_most: int = OPEN_AT_MOST) -> None:
        self._open: OrderedDict[Path, tuple[SqliteDatabase, int]] = OrderedDict()
        self._at_most = at_most
        self._lock = threading.Lock()

    def get(self, path: Path) -> SqliteDatabase:
        """Return the database of a file; always the same object while it is open and the file is the one it opened.

        Another process may have put another file in its place; what is written to the one that was open would be lost.
        """
        number = path.stat().st_ino if path.exists() else 0
        unused = []
        with self._lock:
            known = self._open.pop(path, None)
            if known is not None and known[1] != number:
                unused.append(known[0])
                known = None
            database, _ = self._open[path] = known or (SqliteDatabase(path), number)
            unused += [self._open.popitem(last=False)[1][0] for _ in range(len(self._open) - self._at_most)]
        for old in unused:
            old.close()
        return database

    def close(self, path: Path | None = None) -> None:
        """Close one database, or all of them."""
        with self._lock:
            if path is None:
                closing = [database for database, _ in self._open.values()]
                self._open.clear()
            else:
                closing = [known[0]] if (known := self._open.pop(path, None)) else []
        for database in closing:
            database.close()


def mend_of_unreadable(path: Path) -> str:
    """Return what mends a SQLite file that cannot be read.

    SQLite needs room beside a file also to read it, and says "disk I/O error" on a full disk: nothing is wrong with the file.
    """
    if shutil.disk_usage(path.parent).free < _BESIDE_BYTES:
        return "The disk is full: make room on it, then try again."
    return "Put it back from a backup."


def quick_check(path: Path) -> str | None:
    """Return what is wrong with a SQLite file, None where nothing is. Reads only."""
    import sqlite3
    from contextlib import closing

    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=2)) as connection:
            answer: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if answer == "ok" and (broken := connection.execute("PRAGMA foreign_key_check").fetchone()):
                return f"a row of `{broken[0]}` refers to a missing row of `{broken[2]}`"
    except sqlite3.Error as error:
        return str(error)
    return None if answer == "ok" else answer.splitlines()[0]
