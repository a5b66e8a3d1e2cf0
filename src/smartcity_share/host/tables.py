"""The tables of ``accounts.sqlite`` that the host uses: accounts, their roles, sessions, failed attempts.

The first two go into a backup and belong to :mod:`smartcity_share.install.account_tables`; the audit trail lies in the same
file and belongs to :mod:`smartcity_share.install.audit`.
Times are UTC, stored as seconds since the epoch: compared in SQL, the same on every engine.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Table

from smartcity_share.install.account_tables import accounts, metadata, roles
from smartcity_share.install.storage.columns import moment_of, stamp

__all__ = ["accounts", "attempts", "metadata", "moment_of", "roles", "sessions", "stamp"]

sessions: Final = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("account", String(40), ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("region", String(20), nullable=False),
    Column("opened_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("ends_at", Float, nullable=False),
    Index("sessions_by_account", "account"),
    Index("sessions_by_end", "ends_at"),
)

attempts: Final = Table(
    "sign_in_attempts",
    metadata,
    Column("key", LargeBinary(32), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Float, nullable=False),
    Column("blocked_until", Float, nullable=False),
    Index("attempts_by_time", "last_at"),
)
