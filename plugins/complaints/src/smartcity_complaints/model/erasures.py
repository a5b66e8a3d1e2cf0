"""What reporters asked to be erased."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Integer, String, Table, Text

from smartcity_complaints.model.columns import Moment, internal, metadata, personal

erasure_request = Table(
    "erasure_request",
    metadata,
    internal("id", Integer, primary_key=True),
    internal("report_id", Integer, ForeignKey("report.id"), nullable=False),
    internal("requested_at", Moment, nullable=False),
    personal("words", Text, nullable=False, default=""),
    # open, granted, refused
    internal("state", String(10), nullable=False, default="open"),
    internal("decided_at", Moment),
    internal("account", String(80)),
    # What the official told the reporter.
    personal("answer", Text),
    Index(None, "report_id"),
    Index(None, "state", "requested_at"),
)
