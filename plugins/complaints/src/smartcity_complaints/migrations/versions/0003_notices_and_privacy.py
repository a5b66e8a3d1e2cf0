"""Notices that wait to be sent, requests for erasure, and when something was erased.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0003"
down_revision: Final = "0002"
branch_labels: Final = None
depends_on: Final = None

_UNCHANGED: Final = (
    "id",
    "report_id",
    "sequence",
    "at",
    "action",
    "from_state",
    "to_state",
    "author",
    "account",
    "office",
    "audience",
    "text_audience",
)
_REFUSAL: Final = "the history of a report is append-only"


def upgrade() -> None:
    """Create the tables, add the columns, and let the name of an official be erased with the words."""
    op.add_column("report", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reporter", sa.Column("notices_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reporter", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("office", sa.String(length=80), nullable=True),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("secret", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holds_line", sa.Boolean(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_outbox_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("reference", name=op.f("uq_outbox_reference")),
    )
    op.create_index(op.f("ix_outbox_state_id"), "outbox", ["state", "id"], unique=False)
    op.create_index(op.f("ix_outbox_report_id"), "outbox", ["report_id"], unique=False)
    op.create_table(
        "erasure_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("account", sa.String(length=80), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_erasure_request_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_request")),
    )
    op.create_index(op.f("ix_erasure_request_report_id"), "erasure_request", ["report_id"], unique=False)
    op.create_index(op.f("ix_erasure_request_state_requested_at"), "erasure_request", ["state", "requested_at"], unique=False)
    _keep_history(op.get_bind().dialect.name, ("actor_name",))


def downgrade() -> None:
    """Take them away again."""
    for table in ("erasure_request", "outbox"):
        op.drop_table(table)
    op.drop_column("reporter", "erased_at")
    op.drop_column("reporter", "notices_at")
    op.drop_column("report", "erased_at")
    _keep_history(op.get_bind().dialect.name, ())


def _keep_history(dialect: str, erasable: tuple[str, ...]) -> None:
    """Put the refusal to change the history anew.

    Args:
        dialect: Name of the database.
        erasable: Columns that may be emptied together with the words.
    """
    unchanged = _UNCHANGED if erasable else (*_UNCHANGED, "actor_name")
    emptied = "".join(f"(NEW.{name} = '' OR NEW.{name} = OLD.{name}) AND " for name in erasable)
    if dialect == "sqlite":
        same = emptied + " AND ".join(f"NEW.{name} IS OLD.{name}" for name in unchanged)
        op.execute("DROP TRIGGER event_no_change")
        op.execute(
            "CREATE TRIGGER event_no_change BEFORE UPDATE ON event "
            f"WHEN NOT (NEW.text IS NULL AND NEW.erased_at IS NOT NULL AND {same}) "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )
    else:
        same = emptied + " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in unchanged)
        op.execute(
            "CREATE OR REPLACE FUNCTION event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF TG_OP = 'UPDATE' THEN "
            f"IF NEW.text IS NULL AND NEW.erased_at IS NOT NULL AND {same} THEN RETURN NEW; END IF; END IF; "
            f"RAISE EXCEPTION '{_REFUSAL}'; END $$"
        )
