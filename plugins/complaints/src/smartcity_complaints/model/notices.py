"""The outbox: what is to be told to whom."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Table

from smartcity_complaints.model.columns import Moment, internal, metadata

outbox = Table(
    "outbox",
    metadata,
    # What is to be told to whom. Neither address nor words lie here: both are read when the notice is sent.
    internal("id", Integer, primary_key=True),
    internal("reference", String(120), nullable=False, unique=True),
    internal("kind", String(16), nullable=False),
    internal("report_id", Integer, ForeignKey("report.id"), nullable=False),
    # The event that is told.
    internal("sequence", Integer),
    # The office it goes to; None: the reporter.
    internal("office", String(80)),
    internal("language", String(12), nullable=False),
    # The secret of the follow link, of which only the hash is kept elsewhere; emptied once the notice is out.
    internal("secret", String(40)),
    # Since when it waits: when it was made, or when an official had it tried again.
    internal("created_at", Moment, nullable=False),
    # waiting, sending, sent, failed or dropped
    internal("state", String(10), nullable=False, default="waiting"),
    internal("attempts", Integer, nullable=False, default=0),
    internal("next_at", Moment, nullable=False),
    # Until when the process that sends it now has it for itself.
    internal("claimed_until", Moment),
    # Nobody could be reached with it: nothing behind it is tried before it.
    internal("holds_line", Boolean, nullable=False, default=False),
    internal("finished_at", Moment),
    internal("receipt", String(200)),
    # What the other side said, without the address.
    internal("reason", String(300)),
    Index(None, "state", "id"),
    Index(None, "report_id"),
)
