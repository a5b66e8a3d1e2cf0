"""Other programs: their keys, and what they are told has changed."""

from __future__ import annotations

from sqlalchemy import Date, Integer, String, Table

from smartcity_complaints.model.columns import Moment, internal, metadata, public

api_key = Table(
    "api_key",
    metadata,
    internal("id", Integer, primary_key=True),
    internal("name", String(80), nullable=False),
    # The SHA-256 of the key; the key itself is shown once and kept nowhere.
    internal("fingerprint", String(64), nullable=False, unique=True),
    internal("created_at", Moment, nullable=False),
    internal("revoked_at", Moment),
    # The day is enough to find keys that nobody uses, and is written once a day.
    internal("last_used_on", Date),
)

changeset = Table(
    "changeset",
    metadata,
    # When it was noticed that what other programs keep a copy of is not as it was.
    public("name", String(40), primary_key=True),
    internal("digest", String(64), nullable=False),
    public("noticed_at", Moment, nullable=False),
)
