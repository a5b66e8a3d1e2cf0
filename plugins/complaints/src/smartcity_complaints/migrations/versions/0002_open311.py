"""Answers to further questions, API keys, and the indexes of what other programs ask for.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0002"
down_revision: Final = "0001"
branch_labels: Final = None
depends_on: Final = None

_INDEXES: Final = {
    "ix_report_follow_fingerprint": ["follow_fingerprint"],
    "ix_report_requested": ["confidential", "submitted_at", "id", "kind", "state", "merged_into"],
    "ix_report_changed": ["confidential", "updated_at", "id"],
}


def upgrade() -> None:
    """Create the tables and indexes."""
    op.create_table(
        "answer",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_answer_report_id")),
        sa.PrimaryKeyConstraint("report_id", "sequence", name=op.f("pk_answer")),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_api_key_fingerprint")),
    )
    op.create_table(
        "changeset",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_changeset")),
    )
    for name, columns in _INDEXES.items():
        op.create_index(op.f(name), "report", columns, unique=False)


def downgrade() -> None:
    """Drop them again."""
    for name in _INDEXES:
        op.drop_index(op.f(name), table_name="report")
    for table in ("changeset", "api_key", "answer"):
        op.drop_table(table)
