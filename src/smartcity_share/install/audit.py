"""The audit trail: who did what, append-only, each entry bound to the one before it by a hash.

The database forbids changing and removing entries by triggers, and the chain shows it where somebody went around them: an entry
that was changed, removed from the middle or put in between breaks it. Entries cut off at the end are only noticed by who kept
the last hash, so :meth:`AuditLog.verify` returns it. There is one chain per region.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

import attrs
from sqlalchemy import DDL, Column, Connection, Integer, MetaData, String, Table, Text, UniqueConstraint, event, insert, select

from smartcity_share.hooks.installation import Actor
from smartcity_share.install.storage.port import SharedDatabase

GENESIS: Final = "0" * 64
"""What stands for the hash before the first entry."""

_metadata: Final = MetaData()

entries: Final = Table(
    "audit",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("region", String(40), nullable=False),
    Column("position", Integer, nullable=False),
    Column("at", String(40), nullable=False),
    Column("app", String(80), nullable=False),
    Column("account", String(200)),
    Column("name", String(200), nullable=False),
    Column("office", String(80)),
    Column("action", String(200), nullable=False),
    Column("subject", String(400), nullable=False),
    Column("detail", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("region", "position"),
    sqlite_autoincrement=True,
)

for _verb in ("UPDATE", "DELETE"):
    event.listen(
        entries,
        "after_create",
        DDL(  # type: ignore[no-untyped-call] # SQLAlchemy leaves its constructor untyped
            f"CREATE TRIGGER audit_no_{_verb.lower()} BEFORE {_verb} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        ).execute_if(dialect="sqlite"),
    )

_REFUSE: Final = """
CREATE FUNCTION audit_no_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit EXECUTE FUNCTION audit_no_change()
"""
event.listen(
    entries,
    "after_create",
    DDL(_REFUSE).execute_if(dialect="postgresql"),  # type: ignore[no-untyped-call] # as above
)


@attrs.frozen
class AuditEntry:
    """One entry.

    Attributes:
        id: Grows with every entry of the instance.
        region: Code of the region.
        position: 1-based place in the chain of the region.
        at: When, UTC.
        app: Id of the app, empty for acts on the region itself (sign-in, accounts).
        account: Id of the account, None where nobody was signed in.
        name: Name of who acted.
        office: Office of who acted, if any.
        action: What was done.
        subject: What it was done to.
        detail: Facts about it.
        hash: SHA-256 over the entry and the hash before it.
    """

    id: int
    region: str
    position: int
    at: datetime
    app: str
    account: str | None
    name: str
    office: str | None
    action: str
    subject: str
    detail: Mapping[str, Any]
    hash: str


@attrs.frozen
class ChainReport:
    """What the check of one chain found.

    Attributes:
        region: Code of the region.
        count: How many entries were read.
        head: Hash of the last entry; keep it elsewhere to notice entries cut off at the end.
        broken_at: Position of the first entry that does not fit, None where all do.
    """

    region: str
    count: int
    head: str
    broken_at: int | None


class ChainCheck:
    """Recomputes the chain of a region, entry by entry.

    Args:
        region: Code of the region.
    """

    def __init__(self, region: str) -> None:
        self._region = region
        self._count = 0
        self._previous = GENESIS
        self._broken_at: int | None = None

    def add(self, row: Mapping[str, Any]) -> None:
        """Look at the next entry, given by its columns; after one that does not fit nothing more is judged."""
        if self._broken_at is not None:
            return
        self._count += 1
        if row["position"] != self._count or row["hash"] != _hash(self._previous, row):
            self._broken_at = row["position"]
        else:
            self._previous = row["hash"]

    def report(self) -> ChainReport:
        """Return what was found."""
        return ChainReport(self._region, self._count, self._previous, self._broken_at)


class AuditLog:
    """Every entry of an instance.

    Args:
        database: The database of accounts and audit.
        now: The clock: aware moments in UTC.
    """

    def __init__(self, database: SharedDatabase, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    @staticmethod
    def create_tables(connection: Connection) -> None:
        """Make the table and its triggers."""
        _metadata.create_all(connection)

    def record(  # noqa: PLR0917 - the columns of an entry, in the order of the port
        self, region: str, app: str, actor: Actor, action: str, subject: str, detail: Mapping[str, Any] | None = None
    ) -> AuditEntry:
        """Append one entry.

        Args:
            region: Code of the region.
            app: Id of the app, empty for acts on the region itself.
            actor: Who did it.
            action: What was done, for example ``settings.changed``.
            subject: What it was done to.
            detail: Facts worth keeping, as JSON; no secret.
        """
        with self._database.begin() as connection:
            last = connection.execute(
                select(entries.c.position, entries.c.hash)
                .where(entries.c.region == region)
                .order_by(entries.c.position.desc())
                .limit(1)
            ).first()
            position, previous = (last.position + 1, last.hash) if last else (1, GENESIS)
            row = {
                "region": region,
                "position": position,
                "at": self._now().astimezone(UTC).isoformat(timespec="microseconds"),
                "app": app,
                "account": actor.account,
                "name": actor.name,
                "office": actor.office,
                "action": action,
                "subject": subject,
                "detail": json.dumps(dict(detail or {}), ensure_ascii=False, sort_keys=True, default=str),
            }
            row["hash"] = _hash(previous, row)
            number = connection.execute(insert(entries).values(row)).inserted_primary_key
            return _entry({**row, "id": number[0] if number else 0})

    @staticmethod
    def put_chain(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write entries as they were elsewhere, in a transaction of the caller; for a region that has none here.

        Args:
            connection: To the database of accounts.
            rows: Their columns, the oldest first.
        """
        if rows:
            connection.execute(insert(entries), [dict(row) for row in rows])

    def entries(
        self, region: str, *, app: str | None = None, before: int | None = None, limit: int = 100
    ) -> tuple[AuditEntry, ...]:
        """Return entries of a region, the newest first.

        Args:
            region: Code of the region.
            app: Only those of this app.
            before: Only those with a smaller id, to turn the page.
            limit: Most entries.
        """
        query = select(entries).where(entries.c.region == region).order_by(entries.c.id.desc()).limit(limit)
        if app is not None:
            query = query.where(entries.c.app == app)
        if before is not None:
            query = query.where(entries.c.id < before)
        with self._database.engine.connect() as connection:
            return tuple(_entry(dict(row)) for row in connection.execute(query).mappings())

    def verify(self, region: str) -> ChainReport:
        """Recompute the chain of a region."""
        check = ChainCheck(region)
        with self.chain(region) as rows:
            for row in rows:
                check.add(row)
        return check.report()

    @contextmanager
    def chain(self, region: str) -> Iterator[Iterator[Mapping[str, Any]]]:
        """Open the entries of a region as they are stored, the oldest first."""
        query = select(entries).where(entries.c.region == region).order_by(entries.c.position)
        with self._database.engine.connect() as connection, connection.execution_options(yield_per=1000).execute(query) as rows:
            yield (dict(row) for row in rows.mappings())


class SqliteAuditTrail:
    """The trail of one installation behind the port :class:`smartcity_share.hooks.installation.AuditTrail`.

    Args:
        log: Every entry of the instance.
        region: Code of the region.
        app: Id of the app, empty for acts on the region itself.
    """

    def __init__(self, log: AuditLog, region: str, app: str) -> None:
        self._log = log
        self._region = region
        self._app = app

    def record(self, actor: Actor, action: str, subject: str, detail: Mapping[str, Any] | None = None) -> None:
        """Append one entry.

        Args:
            actor: Who did it.
            action: A verb in the app's terms.
            subject: What it was done to.
            detail: Facts worth keeping.
        """
        self._log.record(self._region, self._app, actor, action, subject, detail)


def _hash(previous: str, row: Mapping[str, Any]) -> str:
    """Return the hash of an entry: over the one before it and every column but ids, as one JSON list."""
    values = [previous, *(row[column.name] for column in entries.columns if column.name not in ("id", "hash"))]
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _entry(row: Mapping[str, Any]) -> AuditEntry:
    return AuditEntry(**{**row, "at": datetime.fromisoformat(row["at"]), "detail": json.loads(row["detail"])})
