"""The tables of accounts and of the roles they hold, which lie beside the audit trail; the host uses them.

Times are UTC, stored as seconds since the epoch: compared in SQL, the same on every engine.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Float, ForeignKey, MetaData, String, Table, UniqueConstraint

metadata: Final = MetaData()

accounts: Final = Table(
    "accounts",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("region", String(20), nullable=False),
    Column("login", String(100), nullable=False),
    Column("name", String(200), nullable=False),
    Column("office", String(100)),
    Column("password", String(200), nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("password_set_at", Float, nullable=False),
    Column("signed_in_at", Float),
    UniqueConstraint("region", "login"),
)

roles: Final = Table(
    "account_roles",
    metadata,
    Column("account", String(40), ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("app", String(100), primary_key=True),
    Column("role", String(100), primary_key=True),
)
