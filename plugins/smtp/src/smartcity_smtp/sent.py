"""Which messages were sent, so that none is sent twice: hashes of their references, and nothing of their content."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Column, DateTime, Index, MetaData, String, Table, delete, exists, insert, select

from smartcity_share import Database

metadata: Final = MetaData()

sent: Final = Table(
    "sent",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("sent_at", DateTime(), nullable=False),
    Index("ix_sent_sent_at", "sent_at"),
)

KEPT: Final = timedelta(days=30)
"""How long a reference is remembered: longer than any app tries."""


def is_sent(database: Database, fingerprint: str) -> bool:
    """Whether a message of this reference was sent."""
    with database.engine.connect() as connection:
        return bool(connection.execute(select(exists().where(sent.c.fingerprint == fingerprint))).scalar_one())


def remember(database: Database, fingerprint: str, now: datetime) -> None:
    """Keep that a message was sent, and forget what was sent long ago."""
    moment = now.astimezone(UTC).replace(tzinfo=None)
    with database.begin() as connection:
        connection.execute(delete(sent).where(sent.c.sent_at <= moment - KEPT))
        known = select(exists().where(sent.c.fingerprint == fingerprint))
        if not connection.execute(known).scalar_one():
            connection.execute(insert(sent).values(fingerprint=fingerprint, sent_at=moment))
