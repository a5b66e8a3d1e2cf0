"""What was reported, under which kind, and apart from it who reported."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, CheckConstraint, Float, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from smartcity_complaints.model.columns import Moment, internal, metadata, personal, public

_NARROWED: Final = ("state", "office", "published", "confidential", "merged_into", "due_at")
"""What a list of one district or kind is narrowed by."""

kind = Table(
    "kind",
    metadata,
    # Every kind a report was ever filed under, so that an old report keeps its words when the settings drop the kind.
    public("code", String(40), primary_key=True),
    public("titles", Text, nullable=False),  # JSON, text per language
)

counter = Table(
    "counter",
    metadata,
    # The last register number given out, per year.
    internal("name", String(40), primary_key=True),
    internal("value", Integer, nullable=False),
)

report = Table(
    "report",
    metadata,
    internal("id", Integer, primary_key=True),
    public("number", String(11), nullable=False, unique=True),
    internal("register_year", Integer, nullable=False),
    internal("register_serial", Integer, nullable=False),
    # The month of the register, 1 to 12, where the region lies.
    internal("register_month", Integer, nullable=False, server_default=text("1")),
    public("kind", String(40), ForeignKey("kind.code"), nullable=False),
    public("state", String(16), nullable=False),
    public("office", String(80)),
    public("district", String(20)),
    # Free words may name people: shown to others only after an official has verified them.
    personal("text", Text, nullable=False),
    personal("place", String(300), nullable=False, default=""),
    personal("latitude", Float),
    personal("longitude", Float),
    # The square of the map the coordinates lie in (places.py); follows latitude and longitude.
    personal("cell", Integer),
    internal("channel", String(20), nullable=False, default="web"),
    internal("language", String(12), nullable=False, default="id"),
    # The reporter asked that the words are shown to nobody but officials.
    internal("confidential", Boolean, nullable=False, default=False),
    # An official has decided that words and photos may be shown.
    internal("published", Boolean, nullable=False, default=False),
    public("submitted_at", Moment, nullable=False),
    public("updated_at", Moment, nullable=False),
    public("verified_at", Moment),
    public("forwarded_at", Moment),
    public("answered_at", Moment),
    public("closed_at", Moment),
    # The deadline that runs now; None while none does.
    public("due_at", Moment),
    # How often the running deadline has been escalated.
    internal("late_level", Integer, nullable=False, server_default=text("0")),
    # How many more people said that they mean the same.
    public("echoes", Integer, nullable=False, server_default=text("0")),
    internal("merged_into", Integer, ForeignKey("report.id")),
    public("rating", Integer),
    personal("rating_text", String(1000)),
    public("rated_at", Moment),
    internal("follow_fingerprint", String(64)),
    internal("submission_fingerprint", String(64), unique=True),
    # Counts the changes, so that an official who acts on an old page is told.
    internal("version", Integer, nullable=False, default=1),
    # When words, place and photos were erased: asked for by the reporter, or at the end of their retention.
    internal("erased_at", Moment),
    UniqueConstraint("register_year", "register_serial"),
    CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name="rating_range"),
    CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="place_whole"),
    Index(None, "submitted_at", "id"),
    Index(None, "merged_into"),
    # Each order of a list is an index of its own that also holds what a list is narrowed by: a page is found in it alone.
    Index("ix_report_by_state", "state", "submitted_at", "id", "kind", "district", "office", "due_at"),
    Index("ix_report_by_office", "office", "state", "submitted_at", "id", "kind", "district", "due_at"),
    Index("ix_report_by_deadline", "due_at", "id", "office", "state", "kind", "district"),
    Index("ix_report_shown", "published", "submitted_at", "id", "confidential", "state", "merged_into", "kind", "district"),
    Index("ix_report_in_district", "district", "submitted_at", "id", "kind", *_NARROWED),
    Index("ix_report_of_kind", "kind", "submitted_at", "id", "district", *_NARROWED),
    Index("ix_report_in_cell", "cell", "submitted_at", "id"),
    Index(None, "follow_fingerprint"),
    # What other programs ask for is found in the index alone, so that a page far back costs no more than the first.
    Index("ix_report_requested", "confidential", "submitted_at", "id", "kind", "state", "merged_into"),
    Index("ix_report_changed", "confidential", "updated_at", "id"),
)

reporter = Table(
    "reporter",
    metadata,
    # No row: the report is anonymous.
    internal("report_id", Integer, ForeignKey("report.id"), primary_key=True),
    personal("name", String(120), nullable=False, default=""),
    personal("email", String(254), nullable=False, default=""),
    personal("phone", String(30), nullable=False, default=""),
    internal("consent_at", Moment, nullable=False),
    # When the reporter asked for news by e-mail; None: no e-mail is sent.
    internal("notices_at", Moment),
    # When name and contact were erased; the row stays, so that it still counts as a report that was not anonymous.
    internal("erased_at", Moment),
)

answer = Table(
    "answer",
    metadata,
    # What a program answered to the further questions of a kind; one row per value.
    internal("report_id", Integer, ForeignKey("report.id"), primary_key=True),
    internal("sequence", Integer, primary_key=True),
    internal("code", String(40), nullable=False),
    personal("value", Text, nullable=False),
)
