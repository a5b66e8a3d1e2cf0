"""Everything of an instance that must be as before an operation or as after a whole run of it."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import Final

import attrs
from sqlalchemy import select

from smartcity_share.install import (
    Instance,
)
from smartcity_share.install import ledger_tables as tables
from tests.install.conftest import OTHER, REGION, tree
from tests.install.operations import World

_DIGEST: Final = re.compile(rb"[0-9a-f]{64}")
_JOURNAL: Final = ("ledger_schema", "operation", "step", "operation_lease")
_UNLIKE: Final = ("ledger.sqlite", "accounts.sqlite", "__pycache__", "data.sqlite", "_instance")
_SELF_NAMING: Final = ("deletions/", "out/made")
"""What names its own operation, so that its digests differ in two whole runs: reports of erasures, what ``backup`` makes."""


@attrs.frozen
class State:
    """Everything that must be as after a whole run, or as before.

    Attributes:
        files: Every file with its bytes, that of databases left out.
        rows: Every row of the ledger but the journal, and of every installation.
        trail: What the audit trail says was done.
        databases: The bytes of the SQLite files, for "as before".
    """

    files: dict[str, bytes]
    rows: dict[str, list[str]]
    trail: list[str]
    databases: dict[str, bytes] = attrs.field(eq=False)

    def difference(self, other: State) -> str:
        """Return in what two states differ, for people."""
        parts = []
        for name in ("files", "rows"):
            one, two = getattr(self, name), getattr(other, name)
            for key in sorted(key for key in {*one, *two} if one.get(key) != two.get(key)):
                rows = {*one.get(key, ())} ^ {*two.get(key, ())} if name == "rows" else ()
                parts.append(f"{name}: {key}" + "".join(f"\n    {row}" for row in sorted(rows)[:4]))
        return "; ".join(parts) or f"trail: {self.trail} / {other.trail}"


def state(world: World) -> State:
    """Return everything that must be the same.

    SQLite takes up what a killed process left beside a database when the next one opens it; so it is opened once here.
    """
    instance = world.instance
    instance.close()
    places = sorted(instance.folder.rglob("data.sqlite"))
    for path in places:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ids = [one.id.encode() for one in instance.ledger.operations()] + [str(world.out.parent).encode()]
    found = {**tree(instance.folder, without=_UNLIKE), **{f"out/{name}": body for name, body in tree(world.out).items()}}
    databases = {path.relative_to(instance.folder).as_posix(): path.read_bytes() for path in places}
    rows = {**_ledger_rows(instance, ids), **_data_rows(instance), **_schemas(instance, ids)}
    files = {_nameless(name.encode(), ids).decode(): _nameless(body, ids) for name, body in found.items()}
    files = {name: _digestless(body) if name.startswith(_SELF_NAMING) else body for name, body in files.items()}
    return State(files, rows, _trail(instance), databases)


def _nameless(body: bytes, ids: list[bytes]) -> bytes:
    """Return bytes without what differs in two whole runs: the ids of operations, and the folder of the copy."""
    for one in ids:
        body = body.replace(one, b"<operation>")
    return body


def _digestless(body: bytes) -> bytes:
    """Return bytes without digests: that of a text which names its operation differs with it."""
    return _DIGEST.sub(b"<digest>", body)


def _ledger_rows(instance: Instance, ids: list[bytes]) -> dict[str, list[str]]:
    found = {}
    database = instance.ledger._database  # type: ignore[attr-defined]
    with database.engine.connect() as connection:
        for table in tables.metadata.sorted_tables:
            if table.name not in _JOURNAL:
                rows = [_nameless(repr(tuple(row)).encode(), ids) for row in connection.execute(select(table))]
                if table.name in ("removal", "deletion", "backup"):
                    rows = [_digestless(row) for row in rows]
                found[f"ledger.{table.name}"] = sorted(row.decode() for row in rows)
    return found


def _data_rows(instance: Instance) -> dict[str, list[str]]:
    found = {}
    for record in instance.ledger.installations():
        data = instance.data(record.region, record.app)
        if data.exists():
            with data.reading() as reader:
                for table in reader.tables():
                    found[f"{record.id}.{table.name}"] = [str(table.columns), *sorted(map(repr, reader.rows(table.name)))]
    return found


def _schemas(instance: Instance, ids: list[bytes]) -> dict[str, list[str]]:
    """Return the schemas of a PostgreSQL database: none may be left over."""
    pool = getattr(instance.storage, "pool", None)
    if pool is None:
        return {}
    with pool.connect() as connection:
        rows = connection.exec_driver_sql("SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%%'").all()
    return {"schemas": sorted(_nameless(name.encode(), ids).decode() for (name,) in rows)}


def _trail(instance: Instance) -> list[str]:
    """Return what the audit trail says was done and not taken back, its chain verified."""
    told: list[str] = []
    for region in (REGION, OTHER):
        assert instance.audit.verify(region).broken_at is None
        for entry in reversed(instance.audit.entries(region, limit=1000)):
            line = f"{region} {entry.action}"
            if line.endswith(".undone"):
                told.remove(line.removesuffix(".undone"))
            else:
                told.append(line)
    return told
