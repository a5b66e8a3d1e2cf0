"""Lists narrowed by district or kind in an index each; counts and times to reply by month first, and of all time together.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0005"
down_revision: Final = "0004"
branch_labels: Final = None
depends_on: Final = None

_NARROWED: Final = ["state", "office", "published", "confidential", "merged_into", "due_at"]
_NEW: Final = {
    "ix_report_in_district": ["district", "submitted_at", "id", "kind", *_NARROWED],
    "ix_report_of_kind": ["kind", "submitted_at", "id", "district", *_NARROWED],
}


def upgrade() -> None:
    """Add the indexes; give the counts their new order and the sums of all time."""
    for name, columns in _NEW.items():
        op.create_index(op.f(name), "report", columns, unique=False)
    op.create_index(op.f("ix_tally_by_month"), "tally", ["month", "topic", "subject", "measure", "count"], unique=False)
    _order_times("month", "office", "tenths_of_days")
    # Month 0 stands for all time.
    op.execute(
        "INSERT INTO reply_time (month, office, tenths_of_days, count) SELECT 0, office, tenths_of_days, SUM(count) "
        "FROM reply_time GROUP BY office, tenths_of_days"
    )
    op.execute(
        "INSERT INTO tally (month, topic, subject, measure, count) SELECT 0, topic, subject, measure, SUM(count) "
        "FROM tally GROUP BY topic, subject, measure"
    )


def downgrade() -> None:
    """Take both away again."""
    for table in ("reply_time", "tally"):
        op.execute(sa.delete(sa.table(table, sa.column("month"))).where(sa.column("month") == 0))
    op.drop_index(op.f("ix_tally_by_month"), table_name="tally")
    _order_times("office", "tenths_of_days", "month")
    for name in _NEW:
        op.drop_index(op.f(name), table_name="report")


def _order_times(*key: str) -> None:
    """Make the table of times anew with its key in another order."""
    op.rename_table("reply_time", "reply_time_before")
    if op.get_context().dialect.name == "postgresql":  # where names of keys are names of the schema
        op.drop_constraint("pk_reply_time", "reply_time_before", type_="primary")
    kinds: dict[str, sa.Integer | sa.String] = {
        "month": sa.Integer(),
        "office": sa.String(length=80),
        "tenths_of_days": sa.Integer(),
    }
    op.create_table(
        "reply_time",
        *(sa.Column(name, kinds[name], nullable=False) for name in key),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_reply_time")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO reply_time (month, office, tenths_of_days, count) "
        "SELECT month, office, tenths_of_days, count FROM reply_time_before"
    )
    op.drop_table("reply_time_before")
