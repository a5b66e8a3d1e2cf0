"""Search, figures, map, photos of forms not yet sent, and what lists are narrowed by.

The tables that follow from the reports are empty after this; the hook ``after_upgrade`` fills them (upkeep.py).

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0004"
down_revision: Final = "0003"
branch_labels: Final = None
depends_on: Final = None

_NEW: Final = {
    "ix_report_merged_into": ["merged_into"],
    "ix_report_by_state": ["state", "submitted_at", "id", "kind", "district", "office", "due_at"],
    "ix_report_by_office": ["office", "state", "submitted_at", "id", "kind", "district", "due_at"],
    "ix_report_by_deadline": ["due_at", "id", "office", "state", "kind", "district"],
    "ix_report_shown": ["published", "submitted_at", "id", "confidential", "state", "merged_into", "kind", "district"],
    "ix_report_in_cell": ["cell", "submitted_at", "id"],
}
_REPLACED: Final = {
    "ix_report_state_submitted_at_id": ["state", "submitted_at", "id"],
    "ix_report_office_state_submitted_at_id": ["office", "state", "submitted_at", "id"],
    "ix_report_due_at": ["due_at"],
}
_COLUMNS: Final = ("register_month", "cell", "late_level", "echoes")


def upgrade() -> None:
    """Add the columns, the indexes and the tables."""
    op.add_column("report", sa.Column("register_month", sa.Integer(), nullable=False, server_default=sa.text("1")))
    op.add_column("report", sa.Column("cell", sa.Integer(), nullable=True))
    op.add_column("report", sa.Column("late_level", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("report", sa.Column("echoes", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("photo", sa.Column("event_sequence", sa.Integer(), nullable=True))
    for name in _REPLACED:
        op.drop_index(op.f(name), table_name="report")
    for name, columns in _NEW.items():
        op.create_index(op.f(name), "report", columns, unique=False)
    _held_photos()
    _words()
    _counts()


def downgrade() -> None:
    """Take everything away again."""
    for table in ("spot", "reply_time", "tally", "posting", "spelling", "term", "held_photo"):
        op.drop_table(table)
    for name in _NEW:
        op.drop_index(op.f(name), table_name="report")
    for name, columns in _REPLACED.items():
        op.create_index(op.f(name), "report", columns, unique=False)
    op.drop_column("photo", "event_sequence")
    for name in _COLUMNS:
        op.drop_column("report", name)


def _held_photos() -> None:
    op.create_table(
        "held_photo",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("form_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_photo")),
        sa.UniqueConstraint("form_fingerprint", "sequence", name=op.f("uq_held_photo_form_fingerprint_sequence")),
    )
    op.create_index(op.f("ix_held_photo_added_at"), "held_photo", ["added_at"], unique=False)


def _words() -> None:
    op.create_table(
        "term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint("word", name=op.f("uq_term_word")),
    )
    op.create_table(
        "spelling",
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_spelling_term_id")),
        sa.PrimaryKeyConstraint("form", "term_id", name=op.f("pk_spelling")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_spelling_term_id"), "spelling", ["term_id"], unique=False)
    op.create_table(
        "posting",
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_posting_report_id")),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_posting_term_id")),
        sa.PrimaryKeyConstraint("term_id", "report_id", name=op.f("pk_posting")),
        sqlite_with_rowid=False,
    )


def _counts() -> None:
    op.create_table(
        "tally",
        sa.Column("topic", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("measure", sa.String(length=16), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "subject", "measure", "month", name=op.f("pk_tally")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reply_time",
        sa.Column("office", sa.String(length=80), nullable=False),
        sa.Column("tenths_of_days", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("office", "tenths_of_days", "month", name=op.f("pk_reply_time")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "spot",
        sa.Column("cell", sa.Integer(), nullable=False),
        sa.Column("district", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("cell", "district", "kind", name=op.f("pk_spot")),
        sqlite_with_rowid=False,
    )
