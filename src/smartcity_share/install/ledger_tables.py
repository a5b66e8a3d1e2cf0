"""The tables of the ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

from smartcity_share.install.storage.columns import key_of_installation

SCHEMA_VERSION: Final = 3
"""Version of these tables. A ledger with a higher one was written by a newer library; one with a lower one is brought up."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC also where the database forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's
        """Refuse a moment without a zone; turn any other into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"{value!r} has no time zone"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata: Final = MetaData()

schema = Table("ledger_schema", metadata, Column("version", Integer, primary_key=True))

installation = Table(
    "installation",
    metadata,
    *key_of_installation(),
    Column("version", String(80), nullable=False),
    Column("distribution", String(200), nullable=False),
    Column("data_epoch", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("fault", Text, nullable=False),
    Column("code_location", String(400)),
    Column("code_digest", String(64)),
    Column("installed_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

setting = Table(
    "setting",
    metadata,
    *key_of_installation(),
    Column("key", String(200), primary_key=True),
    Column("value", JSON(none_as_null=False)),
    Column("secret_ref", String(400)),
    Column("set_by", String(200), nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    Column("basis", Text, nullable=False),
)

operation = Table(
    "operation",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("region", String(40), nullable=False),
    Column("app", String(80), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("basis", Text, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("owner", String(100), nullable=False),
    Column("plan", JSON, nullable=False),
    Column("fault", Text, nullable=False),
    Column("next_command", Text, nullable=False),
)

step = Table(
    "step",
    metadata,
    Column("operation", ForeignKey("operation.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", String(80), nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("inputs", String(64), nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("fault", Text, nullable=False),
)

lock = Table(
    "installation_lock",
    metadata,
    *key_of_installation(),
    Column("operation", ForeignKey("operation.id"), nullable=False),
)

lease = Table(
    "operation_lease",
    metadata,
    Column("operation", ForeignKey("operation.id"), primary_key=True),
    Column("owner", String(100), nullable=False),
    Column("beat", Integer, nullable=False),
    Column("beaten_at", UtcDateTime, nullable=False),
    Column("holder", String(200), nullable=False),
)

removal = Table(
    "removal",
    metadata,
    *key_of_installation(),
    Column("operation", ForeignKey("operation.id"), nullable=False),
    Column("version", String(80), nullable=False),
    Column("removed_by", String(200), nullable=False),
    Column("removed_at", UtcDateTime, nullable=False),
    Column("basis", Text, nullable=False),
    Column("keeps", JSON, nullable=False),
    Column("retention", String(40), nullable=False),
    Column("export_digest", String(64)),
    Column("facts", JSON, nullable=False),
)

deletion = Table(
    "deletion",
    metadata,
    Column("operation", ForeignKey("operation.id"), primary_key=True),
    Column("region", String(40), nullable=False),
    Column("app", String(80), nullable=False),
    Column("version", String(80), nullable=False),
    Column("removed_by", String(200), nullable=False),
    Column("removed_at", UtcDateTime, nullable=False),
    Column("basis", Text, nullable=False),
    Column("export_digest", String(64)),
    Column("facts", JSON, nullable=False),
)

backup = Table(
    "backup",
    metadata,
    Column("operation", ForeignKey("operation.id"), primary_key=True),
    *key_of_installation(),
    Column("file", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("encrypted", Boolean, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("proven_at", UtcDateTime),
    Column("recovery_seconds", Float),
)
