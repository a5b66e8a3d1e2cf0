"""Installations in SQLite files of the instance's folder; copied first, then switched by one rename."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from smartcity_share.durable import move, put_whole, sync_folder
from smartcity_share.errors import MigrationError
from smartcity_share.install.secret_files import drop_folder_if_empty
from smartcity_share.install.storage.rendering import Script, failed, refuse_elsewhere, revisions_of, run_migrations
from smartcity_share.install.storage.sqlite import SqliteDatabase, SqliteDatabases, quick_check
from smartcity_share.install.storage.sqlite_copy import SqliteSource, SqliteTarget, filled
from smartcity_share.install.storage.sqlite_tables import SqliteTables, open_to_read, read_tables
from smartcity_share.install.storage.template import copy_template

if TYPE_CHECKING:
    from smartcity_share.install.layout import Layout

_SIDE_FILES: Final = ("-wal", "-shm")
_TO_THE_MAKER: Final = "Send this message to the maker of the app."


class SqliteDataStore:
    """The port :class:`smartcity_share.install.storage.port.DataStore` on one file.

    Args:
        layout: The paths of the instance.
        databases: The open files of the process.
        region: Code of the region.
        app: Id of the app.
        path: The file; where the installation has it if not given.
    """

    def __init__(self, layout: Layout, databases: SqliteDatabases, region: str, app: str, path: Path | None = None) -> None:
        self._layout = layout
        self._databases = databases
        self._place = (region, app)
        self.path = path or layout.database(region, app)
        self._label = f"{region}/{app}"

    def __repr__(self) -> str:
        return f"SqliteDataStore({self._label!r})"

    @property
    def database(self) -> SqliteDatabase:
        """What the app is handed; opened on first use."""
        return self._databases.get(self.path)

    def exists(self) -> bool:
        """Whether the file is there; it appears whole, by one rename."""
        return self.path.is_file()

    def create(self, template: Path) -> None:
        """Copy the template; an existing file stays."""
        if not self.exists():
            copy_template(template, self.path)

    def epoch(self) -> int:
        """Return the epoch, kept in the file as ``user_version``."""
        with open_to_read(self.path) as connection:
            number: int = connection.execute("PRAGMA user_version").fetchone()[0]
            return number

    def revisions(self) -> frozenset[str]:
        """Return the migrations the tables are at; empty where the app has none."""
        with open_to_read(self.path) as connection:
            return _revisions(connection)

    def migrate(self, script: Script, epoch: int) -> None:
        """Replay a script and write the epoch, all in one transaction.

        Raises:
            MigrationError: The tables are neither at its beginning nor at its end, or a statement failed. Nothing changed.
        """
        self.close()
        try:
            if script.migrations is None:
                self._replay(script, epoch)
            else:
                self._run(script, epoch)
        except MigrationError:
            raise
        except Exception as cause:  # the migrations are foreign code
            raise failed(self._label, cause) from cause

    def _replay(self, script: Script, epoch: int) -> None:
        """Send the statements over a bare connection: an engine for each of five hundred files costs more than they do."""
        address = f"{self.path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, isolation_level=None, timeout=10)) as connection:
            # Foreign keys stay off, as SQLite's advice for changing tables has it: one that is made anew is dropped on the way.
            connection.execute("BEGIN IMMEDIATE")
            try:
                found = _revisions(connection)
                if found != script.after:
                    refuse_elsewhere(self._label, found, script)
                    for one in script.statements:
                        connection.execute(one.sql, one.values or ())
                    _refuse_broken(f"After the migrations of {self._label}", connection, _TO_THE_MAKER)
                connection.execute(f"PRAGMA user_version = {int(epoch)}")
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _run(self, script: Script, epoch: int) -> None:
        engine = SqliteDatabase(self.path).engine
        try:
            with engine.connect().execution_options(smartcity_begin="BEGIN IMMEDIATE") as connection:
                raw: Any = connection.connection.driver_connection
                raw.execute("PRAGMA foreign_keys = OFF")
                with connection.begin():
                    found = revisions_of(connection)
                    if found != script.after:
                        refuse_elsewhere(self._label, found, script)
                        run_migrations(connection, script)
                        _refuse_broken(f"After the migrations of {self._label}", raw, _TO_THE_MAKER)
                    raw.execute(f"PRAGMA user_version = {int(epoch)}")
        finally:
            engine.dispose()

    def snapshot(self, name: str) -> None:
        """Copy the file beside it: byte for byte where its log can be taken in first, else page by page with the log."""

        def fill(beside: Path) -> None:
            address = f"{self.path.absolute().as_uri()}?mode=rw"
            with closing(sqlite3.connect(address, uri=True, isolation_level=None, timeout=10)) as source:
                source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                source.execute("BEGIN IMMEDIATE")  # nobody writes from here on
                log = self.path.with_name(self.path.name + "-wal")
                if not log.is_file() or log.stat().st_size == 0:
                    shutil.copyfile(self.path, beside)
                    return
                with closing(sqlite3.connect(beside)) as target, open_to_read(self.path) as reader:
                    reader.backup(target)

        put_whole(self._snapshot(name), fill)

    def has_snapshot(self, name: str) -> bool:
        """Whether the copy is there; it appears whole, by one rename."""
        return self._snapshot(name).is_file()

    def snapshot_trouble(self, name: str) -> str | None:
        """Compare the copy with the present state, page for page and then row for row."""
        path = self._snapshot(name)
        if not path.is_file():
            return f"the snapshot {name} is missing"
        if trouble := quick_check(path):
            return trouble
        with read_tables(path) as kept, self.reading() as present:
            if kept.tables() != present.tables():
                return f"the snapshot {name} has other tables"
            for table in kept.tables():
                if any(one != other for one, other in zip_longest(kept.rows(table.name), present.rows(table.name))):
                    return f"the snapshot {name} has other rows in {table.name}"
        return None

    def restore_snapshot(self, name: str) -> None:
        """Copy the snapshot beside the file, then rename it over it."""
        source = self._snapshot(name)
        if not source.is_file():
            raise MigrationError(f"There is no snapshot {name} of {self._label}", hint="Restore a backup.")
        self.close()

        def fill(beside: Path) -> None:
            shutil.copyfile(source, beside)
            # The log belongs to the file that goes: with it beside the new one, SQLite would take its pages for its own.
            for suffix in _SIDE_FILES:
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

        put_whole(self.path, fill)

    def snapshots(self) -> frozenset[str]:
        """Return the names of the copies beside the file."""
        found = self.path.parent.glob(self._snapshot("*").name)
        return frozenset(path.name.removeprefix("data.").removesuffix(".snapshot") for path in found)

    def drop_snapshot(self, name: str) -> None:
        """Remove the copy with what reading it left beside; one that is not there is no error."""
        kept = self._snapshot(name)
        for suffix in ("", *_SIDE_FILES):
            kept.with_name(kept.name + suffix).unlink(missing_ok=True)

    def set_aside(self, name: str) -> None:
        """Move the file to where the operation of this name keeps things."""
        self.close()
        if self.exists():
            aside = self._aside(name)
            for suffix in (*_SIDE_FILES, ""):  # the file itself last: it is what the questions look for
                place = self.path.with_name(self.path.name + suffix)
                if place.is_file():
                    move(place, aside.with_name(aside.name + suffix))
        drop_folder_if_empty(self.path.parent, self._layout.installations)

    def is_aside(self, name: str) -> bool:
        """Whether a file is kept there."""
        return self._aside(name).is_file()

    def put_back(self, name: str) -> None:
        """Move the file back, unless its place is taken."""
        aside = self._aside(name)
        if aside.is_file() and not self.exists():
            for suffix in (*_SIDE_FILES, ""):
                kept = aside.with_name(aside.name + suffix)
                if kept.is_file():
                    move(kept, self.path.with_name(self.path.name + suffix))

    def drop_aside(self, name: str) -> None:
        """Remove the file there; none there is no error."""
        aside = self._aside(name)
        for suffix in ("", *_SIDE_FILES):
            aside.with_name(aside.name + suffix).unlink(missing_ok=True)

    def drop(self) -> None:
        """Remove the file; one that is not there is no error."""
        self.close()
        for suffix in ("", *_SIDE_FILES):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        if self.path.parent.is_dir():
            sync_folder(self.path.parent)
        drop_folder_if_empty(self.path.parent, self._layout.installations)

    def size(self) -> int:
        """Return the bytes of the file."""
        return self.path.stat().st_size if self.exists() else 0

    def beside(self, name: str) -> SqliteDataStore:
        """Return the database that is made in the folder of the operation of this name."""
        region, app = self._place
        path = self._layout.operation(name) / "beside" / self.path.name
        return SqliteDataStore(self._layout, self._databases, region, app, path)

    def put_in_place(self, name: str) -> None:
        """Move the file made beside to the place."""
        beside = self.beside(name)
        beside.close()
        for suffix in (*_SIDE_FILES, ""):
            made = beside.path.with_name(beside.path.name + suffix)
            if made.is_file():
                move(made, self.path.with_name(self.path.name + suffix))

    @contextmanager
    def copying(self) -> Iterator[SqliteSource]:
        """Open one state of every table, to be copied value for value."""
        with open_to_read(self.path) as connection:
            connection.execute("BEGIN")
            yield SqliteSource(connection)

    @contextmanager
    def filling(self) -> Iterator[SqliteTarget]:
        """Empty every table and open them to be filled, all in one transaction."""
        self.close()
        address = f"{self.path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, isolation_level=None, timeout=10)) as connection:
            with filled(connection) as target:
                yield target
            _refuse_broken(f"After the rows of {self._label} were loaded", connection, "Take another backup.")

    @contextmanager
    def reading(self) -> Iterator[SqliteTables]:
        """Open one state of every table."""
        with read_tables(self.path) as tables:
            yield tables

    def trouble(self) -> str | None:
        """Return what is wrong with the file, None where nothing is or there is none."""
        return quick_check(self.path) if self.exists() else None

    def close(self) -> None:
        """Close what is open; the next use opens it again."""
        self._databases.close(self.path)

    def _snapshot(self, name: str) -> Path:
        return self.path.with_name(f"data.{name}.snapshot")

    def _aside(self, name: str) -> Path:
        return self._layout.operation(name) / self.path.name


def _revisions(connection: sqlite3.Connection) -> frozenset[str]:
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    rows = connection.execute("SELECT version_num FROM alembic_version").fetchall() if known else []
    return frozenset(number for (number,) in rows)


def _refuse_broken(when: str, connection: sqlite3.Connection, mend: str) -> None:
    if broken := connection.execute("PRAGMA foreign_key_check").fetchone():
        raise MigrationError(
            f"{when} a row of `{broken[0]}` refers to a missing row of `{broken[2]}`", hint=f"Nothing was changed. {mend}"
        )
