"""Photos of reports, and of forms that are not sent yet."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Integer, String, Table, UniqueConstraint

from smartcity_complaints.model.columns import Moment, internal, metadata

photo = Table(
    "photo",
    metadata,
    internal("id", String(26), primary_key=True),
    internal("report_id", Integer, ForeignKey("report.id"), nullable=False),
    internal("sequence", Integer, nullable=False),
    # reporter or official
    internal("author", String(10), nullable=False, default="reporter"),
    internal("width", Integer, nullable=False),
    internal("height", Integer, nullable=False),
    internal("size", Integer, nullable=False),
    internal("sha256", String(64), nullable=False),
    internal("added_at", Moment, nullable=False),
    # The event an official added it with; None for the reporter's own.
    internal("event_sequence", Integer),
    UniqueConstraint("report_id", "sequence"),
)

held_photo = Table(
    "held_photo",
    metadata,
    # Photos of a form that is not sent yet: a browser would lose them with the next page. Deleted within hours.
    internal("id", String(26), primary_key=True),
    # The SHA-256 of the one-time key of the form.
    internal("form_fingerprint", String(64), nullable=False),
    internal("sequence", Integer, nullable=False),
    internal("width", Integer, nullable=False),
    internal("height", Integer, nullable=False),
    internal("size", Integer, nullable=False),
    internal("added_at", Moment, nullable=False),
    UniqueConstraint("form_fingerprint", "sequence"),
    Index(None, "added_at"),
)
