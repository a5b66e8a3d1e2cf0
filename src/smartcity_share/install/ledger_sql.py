"""The ledger in a SQL database."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, closing
from functools import cache
from pathlib import Path
from typing import Any, Final

import attrs
from sqlalchemy import Connection, RowMapping, Select, bindparam, delete, insert, select

from smartcity_share.errors import LedgerError
from smartcity_share.install import ledger_tables as tables
from smartcity_share.install.ledger_journal import SqlJournal, by_key, put_row
from smartcity_share.install.records import BackupRecord, InstallationRecord, InstallationState, SettingValue
from smartcity_share.install.storage.port import SharedDatabase
from smartcity_share.install.storage.sqlite import SqliteDatabase, mend_of_unreadable, quick_check

_CODES: Final = select(tables.installation.c.app, tables.installation.c.code_location).distinct()
_SETTINGS: Final = (
    select(tables.setting)
    .where(tables.setting.c.region == bindparam("region"), tables.setting.c.app == bindparam("app"))
    .order_by(tables.setting.c.key)
)


class SqlLedger(SqlJournal):
    """The port :class:`smartcity_share.install.ledger.Ledger` on a SQLite file, every commit forced to the disk.

    Args:
        path: The file, made by :meth:`create`.
    """

    def __init__(self, path: Path) -> None:
        self._database: SharedDatabase = SqliteDatabase(path)
        self._path = path
        self._watcher: sqlite3.Connection | None = None
        self._watching = threading.Lock()
        self._checked = False

    @classmethod
    def create(cls, path: Path) -> SqlLedger:
        """Make the file and its tables."""
        database = SqliteDatabase(path, must_exist=False)
        with database.begin() as connection:
            tables.metadata.create_all(connection)
            connection.execute(insert(tables.schema).values(version=tables.SCHEMA_VERSION))
        database.close()
        return cls(path)

    def revision(self) -> int:
        """Return a number that changes whenever any process, this one included, changed the ledger."""
        with self._watching:
            if self._watcher is None:
                self._open()
                address = f"{self._path.absolute().as_uri()}?mode=ro"
                self._watcher = sqlite3.connect(address, uri=True, check_same_thread=False, isolation_level=None)
            number: int = self._watcher.execute("PRAGMA data_version").fetchone()[0]
            return number

    def installations(self, region: str | None = None, app: str | None = None) -> tuple[InstallationRecord, ...]:
        """Return the installations, all or of one region or app, ordered by region and app."""
        wanted = {key: value for key, value in (("region", region), ("app", app)) if value is not None}
        rows = self._rows(_installations(*wanted), wanted)
        return tuple(InstallationRecord(**{**row, "state": InstallationState(row["state"])}) for row in rows)

    def codes(self) -> tuple[tuple[str, str | None], ...]:
        """Return each app with each code folder its installations use, relative to the instance, sorted, None first."""
        rows = self._rows(_CODES)
        return tuple(sorted(((row["app"], row["code_location"]) for row in rows), key=lambda pair: (pair[0], pair[1] or "")))

    def installation(self, region: str, app: str) -> InstallationRecord | None:
        """Return one installation, or None."""
        return next(iter(self.installations(region, app)), None)

    def put_installation(self, record: InstallationRecord) -> None:
        """Write an installation, new or changed."""
        with self._begin() as connection:
            put_row(connection, tables.installation, attrs.asdict(record))

    def drop_installation(self, region: str, app: str) -> None:
        """Take an installation out; one that is not there is no error."""
        table = tables.installation
        with self._begin() as connection:
            connection.execute(delete(table).where(table.c.region == region, table.c.app == app))

    def settings(self, region: str, app: str) -> tuple[SettingValue, ...]:
        """Return the values stored for an app in a region, by key."""
        return tuple(SettingValue(**row) for row in self._rows(_SETTINGS, {"region": region, "app": app}))

    def replace_settings(self, put: Iterable[SettingValue], drop: Iterable[tuple[str, str, str]] = ()) -> None:
        """Write values and take others out (region, app, key), all or none."""
        with self._begin() as connection:
            for region, app, key in drop:
                connection.execute(by_key(tables.setting, {"region": region, "app": app, "key": key}))
            for value in put:
                put_row(connection, tables.setting, attrs.asdict(value))

    def record_backups(self, records: Iterable[BackupRecord]) -> None:
        """Write what is in a backup, all or none; writing it again changes nothing."""
        with self._begin() as connection:
            for record in records:
                put_row(connection, tables.backup, attrs.asdict(record))

    def drop_backups(self, operation: str) -> None:
        """Take a backup out whose file is gone."""
        with self._begin() as connection:
            connection.execute(by_key(tables.backup, {"operation": operation}))

    def backups(self, region: str | None = None, app: str | None = None) -> tuple[BackupRecord, ...]:
        """Return the backups, all or of one region or app, the oldest first."""
        table = tables.backup
        query = select(table).order_by(table.c.made_at, table.c.operation, table.c.region, table.c.app)
        if region is not None:
            query = query.where(table.c.region == region)
        if app is not None:
            query = query.where(table.c.app == app)
        return tuple(BackupRecord(**row) for row in self._rows(query))

    def check(self) -> str | None:
        """Return what is wrong with the ledger itself, None where nothing is."""
        return quick_check(self._path)

    def close(self) -> None:
        """Close what is open; the next call opens it again."""
        with self._watching:
            if self._watcher is not None:
                self._watcher.close()
                self._watcher = None
        self._database.close()

    def _rows(self, query: Select[Any], values: Mapping[str, str] | None = None) -> list[RowMapping]:
        self._open()
        with self._asking() as connection:
            return list(connection.execute(query, values).mappings())

    def _asking(self) -> Connection:
        """Open a connection for one question."""
        return self._database.engine.connect()

    def _begin(self) -> AbstractContextManager[Connection]:
        self._open()
        return self._database.begin()

    def _open(self) -> None:
        """Refuse a ledger that is missing, damaged or from the future, once per object."""
        if self._checked:
            return
        path = self._path
        if not path.is_file():
            raise LedgerError(
                f"The ledger `{path.name}` is missing",
                hint="Put it back from a backup; without it nobody knows what is installed where.",
            )
        try:
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
                version = connection.execute("SELECT max(version) FROM ledger_schema").fetchone()[0]
        except sqlite3.Error as error:
            raise LedgerError(f"The ledger `{path.name}` cannot be read: {error}", hint=mend_of_unreadable(path)) from None
        refuse_version(version)
        if version < tables.SCHEMA_VERSION:
            with self._database.begin() as connection:
                bring_up(connection)
        self._checked = True


@cache
def _installations(*wanted: str) -> Select[Any]:
    """Return the question for installations; made once, since making it costs more than asking."""
    table = tables.installation
    return select(table).where(*(table.c[key] == bindparam(key) for key in wanted)).order_by(table.c.region, table.c.app)


def bring_up(connection: Connection) -> None:
    """Give a ledger of a former version the tables it misses; every version so far only added some."""
    tables.metadata.create_all(connection)
    known = connection.execute(select(tables.schema.c.version).where(tables.schema.c.version == tables.SCHEMA_VERSION))
    if known.first() is None:
        connection.execute(insert(tables.schema).values(version=tables.SCHEMA_VERSION))


def refuse_version(version: object) -> None:
    """Refuse a ledger from the future.

    Raises:
        LedgerError: It is one.
    """
    if not isinstance(version, int) or version > tables.SCHEMA_VERSION:
        raise LedgerError(
            f"The ledger has version {version}; this smartcity reads up to {tables.SCHEMA_VERSION}",
            hint="Use the version of smartcity-share that wrote it, or a newer one: `pip install -U smartcity-share`.",
        )
