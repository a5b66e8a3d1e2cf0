"""The ledger in a SQL database."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import attrs
from sqlalchemy import Connection, Delete, RowMapping, Select, Table, and_, delete, insert, select, update

from smartcity_share.errors import LedgerError, OperationBusyError
from smartcity_share.install import ledger_tables as tables
from smartcity_share.install.records import (
    DeletionRecord,
    InstallationRecord,
    InstallationState,
    OperationRecord,
    OperationState,
    SettingValue,
    StepRecord,
    StepState,
)
from smartcity_share.install.storage.port import SharedDatabase
from smartcity_share.install.storage.sqlite import SqliteDatabase, quick_check


class SqlLedger:
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
        table = tables.installation
        query = select(table).order_by(table.c.region, table.c.app)
        if region is not None:
            query = query.where(table.c.region == region)
        if app is not None:
            query = query.where(table.c.app == app)
        return tuple(InstallationRecord(**{**row, "state": InstallationState(row["state"])}) for row in self._rows(query))

    def codes(self) -> tuple[tuple[str, str | None], ...]:
        """Return each app with each code folder its installations use, relative to the instance, sorted, None first."""
        table = tables.installation
        rows = self._rows(select(table.c.app, table.c.code_location).distinct())
        return tuple(sorted(((row["app"], row["code_location"]) for row in rows), key=lambda pair: (pair[0], pair[1] or "")))

    def installation(self, region: str, app: str) -> InstallationRecord | None:
        """Return one installation, or None."""
        return next(iter(self.installations(region, app)), None)

    def put_installation(self, record: InstallationRecord) -> None:
        """Write an installation, new or changed."""
        with self._begin() as connection:
            _put(connection, tables.installation, attrs.asdict(record))

    def drop_installation(self, region: str, app: str) -> None:
        """Take an installation out; one that is not there is no error."""
        table = tables.installation
        with self._begin() as connection:
            connection.execute(delete(table).where(table.c.region == region, table.c.app == app))

    def settings(self, region: str, app: str) -> tuple[SettingValue, ...]:
        """Return the values stored for an app in a region, by key."""
        table = tables.setting
        query = select(table).where(table.c.region == region, table.c.app == app).order_by(table.c.key)
        return tuple(SettingValue(**row) for row in self._rows(query))

    def replace_settings(self, put: Iterable[SettingValue], drop: Iterable[tuple[str, str, str]] = ()) -> None:
        """Write values and take others out (region, app, key), all or none."""
        with self._begin() as connection:
            for region, app, key in drop:
                connection.execute(_by_key(tables.setting, {"region": region, "app": app, "key": key}))
            for value in put:
                _put(connection, tables.setting, attrs.asdict(value))

    def begin_operation(self, record: OperationRecord) -> None:
        """Record an operation and take the lock of its installation.

        Raises:
            OperationBusyError: Another operation holds the lock.
        """
        lock = tables.lock
        with self._begin() as connection:
            holder = select(tables.operation).join(lock, lock.c.operation == tables.operation.c.id)
            row = connection.execute(holder.where(lock.c.region == record.region, lock.c.app == record.app)).mappings().first()
            if row is not None:
                raise _busy(_operation(row))
            connection.execute(insert(tables.operation).values(attrs.asdict(record)))
            connection.execute(insert(lock).values(region=record.region, app=record.app, operation=record.id))

    def record_step(self, record: StepRecord) -> None:
        """Write the state of a step."""
        with self._begin() as connection:
            _put(connection, tables.step, attrs.asdict(record))

    def end_operation(self, record: OperationRecord) -> None:
        """Write how an operation ended; the lock is released unless it is still running or needs a person."""
        with self._begin() as connection:
            _put(connection, tables.operation, attrs.asdict(record))
            if record.state in (OperationState.DONE, OperationState.UNDONE):
                connection.execute(delete(tables.lock).where(tables.lock.c.operation == record.id))

    def operations(self, *states: OperationState) -> tuple[OperationRecord, ...]:
        """Return the operations in these states, or all, in the order they began."""
        table = tables.operation
        query = select(table).order_by(table.c.started_at, table.c.id)
        if states:
            query = query.where(table.c.state.in_(states))
        return tuple(_operation(row) for row in self._rows(query))

    def steps(self, operation: str) -> tuple[StepRecord, ...]:
        """Return the steps of an operation that were begun, in their order."""
        query = select(tables.step).where(tables.step.c.operation == operation).order_by(tables.step.c.position)
        return tuple(StepRecord(**{**row, "state": StepState(row["state"])}) for row in self._rows(query))

    def record_deletion(self, record: DeletionRecord) -> None:
        """Write the facts of a removal; writing them again changes nothing."""
        with self._begin() as connection:
            _put(connection, tables.deletion, attrs.asdict(record))

    def drop_deletion(self, operation: str) -> None:
        """Take the facts of a removal out that was undone."""
        with self._begin() as connection:
            connection.execute(_by_key(tables.deletion, {"operation": operation}))

    def deletions(self) -> tuple[DeletionRecord, ...]:
        """Return the facts of every removal, in order."""
        table = tables.deletion
        return tuple(DeletionRecord(**row) for row in self._rows(select(table).order_by(table.c.removed_at, table.c.operation)))

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

    def _rows(self, query: Select[Any]) -> list[RowMapping]:
        self._open()
        with self._database.engine.connect() as connection:
            return list(connection.execute(query).mappings())

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
            raise LedgerError(f"The ledger `{path.name}` cannot be read: {error}", hint="Put it back from a backup.") from None
        refuse_version(version)
        self._checked = True


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


def _put(connection: Connection, table: Table, values: dict[str, Any]) -> None:
    """Write a row, over the one with the same key if there is one."""
    keys = {column.name: values[column.name] for column in table.primary_key}
    changed = connection.execute(update(table).where(_matches(table, keys)).values(values))
    if not changed.rowcount:
        connection.execute(insert(table).values(values))


def _by_key(table: Table, keys: dict[str, str]) -> Delete:
    return delete(table).where(_matches(table, keys))


def _matches(table: Table, keys: dict[str, Any]) -> Any:
    return and_(*(table.c[name] == value for name, value in keys.items()))


def _operation(row: RowMapping) -> OperationRecord:
    return OperationRecord(**{**row, "state": OperationState(row["state"])})


def _busy(holder: OperationRecord) -> OperationBusyError:
    return OperationBusyError(
        f"Operation {holder.id} ({holder.kind} of `{holder.app}` in {holder.region} by {holder.actor}) "
        f"began {holder.started_at:%Y-%m-%d %H:%M} UTC and has not ended",
        hint=holder.next_command
        or f"Wait for it, or see `smartcity doctor`; if it was cut off: `smartcity doctor --undo {holder.id}`.",
    )
