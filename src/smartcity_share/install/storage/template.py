"""Databases with tables and no rows: made once per version of an app, then copied for every installation."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from smartcity_share.durable import put_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.resources.abc import Traversable

    from alembic.script import ScriptDirectory
    from sqlalchemy import Connection

    from smartcity_share.hooks.values import DatabaseSchema


_KNOWN: Final[WeakKeyDictionary[object, dict[str | None, str]]] = WeakKeyDictionary()


def known_digest(schema: DatabaseSchema) -> str:
    """Return :func:`schema_digest` of an app's tables, worked out once: a process imports them, with their migrations, once."""
    known = _KNOWN.setdefault(schema.metadata, {})
    if schema.migrations not in known:
        known[schema.migrations] = schema_digest(schema)
    return known[schema.migrations]


def schema_digest(schema: DatabaseSchema) -> str:
    """Return a SHA-256 in hexadecimal that changes when the tables or the migrations change.

    Args:
        schema: What the app's ``database_schema`` returned.
    """
    from sqlalchemy.dialects.sqlite import dialect
    from sqlalchemy.schema import CreateIndex, CreateTable

    digest = hashlib.sha256()
    for table in schema.metadata.sorted_tables:
        digest.update(str(CreateTable(table).compile(dialect=dialect())).encode())
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            digest.update(str(CreateIndex(index).compile(dialect=dialect())).encode())
    if schema.migrations is not None:
        for name, content in sorted(_migration_files(schema.migrations)):
            digest.update(f"\0{name}\0".encode() + content)
    return digest.hexdigest()


def make_template(path: Path, schema: DatabaseSchema, data_epoch: int) -> None:
    """Make a template, whole or not at all: by the migrations where the app has any, else from its tables.

    Args:
        path: The file.
        schema: What the app's ``database_schema`` returned.
        data_epoch: Epoch of the data; kept in the file as ``user_version``.
    """
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    def fill(beside: Path) -> None:
        engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(beside), poolclass=NullPool)

        @event.listens_for(engine, "connect")
        def _no_own_transactions(connection: sqlite3.Connection, _record: object) -> None:
            connection.isolation_level = None

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        with engine.begin() as connection:
            if schema.migrations is None:
                schema.metadata.create_all(connection)
            else:
                migrate(connection, schema.migrations)
            connection.exec_driver_sql(f"PRAGMA user_version = {int(data_epoch)}")
        engine.dispose()

    path.parent.mkdir(parents=True, exist_ok=True)
    put_whole(path, fill)


def migrate(
    connection: Connection, migrations: str, to: tuple[str, ...] = ("heads",), present: Iterable[str] | None = None
) -> None:
    """Run every migration that was not run yet, and note the newest, inside the transaction of the connection.

    Args:
        connection: The database.
        migrations: Alembic migrations as ``"package:folder"``; the folder needs no ``env.py``.
        to: Revisions to stop at; the newest if not given.
        present: Where the tables are, for tables on which that was never noted.
    """
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext

    script = _directory(migrations)
    context = MigrationContext.configure(connection, opts={"render_as_batch": True})
    here = context.get_current_heads() if present is None else tuple(present)
    waiting = list(script.iterate_revisions(to, here or "base"))
    with Operations.context(context):
        for revision in reversed(waiting):
            revision.module.upgrade()
    if waiting or present is not None:
        for revision_id in to:
            context.stamp(script, revision_id)


def revisions_in_order(migrations: str) -> tuple[str, ...]:
    """Return the revisions of migrations, the first first."""
    return tuple(revision.revision for revision in reversed(list(_directory(migrations).walk_revisions())))


def _directory(migrations: str) -> ScriptDirectory:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", migrations.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def copy_template(template: Path, target: Path) -> None:
    """Copy a template to where an installation has its database, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    put_whole(target, lambda beside: shutil.copyfile(template, beside))


def is_sound(path: Path) -> bool:
    """Whether a file is a database that can be read."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        return False
    return True


def _migration_files(migrations: str) -> list[tuple[str, bytes]]:
    package, _, folder = migrations.partition(":")
    root: Traversable = files(import_module(package))
    for part in filter(None, folder.split("/")):
        root /= part
    versions = root / "versions"
    return [(entry.name, entry.read_bytes()) for entry in versions.iterdir() if entry.name.endswith(".py")]
