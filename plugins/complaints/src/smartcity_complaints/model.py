"""The tables of one installation.

A report and what identifies its reporter lie apart. What happened to a report is in ``event``, to which rows are only ever
added: the database itself refuses to change or delete one. The single exception is erasure after UU 27/2022: the words of an
event and the name of the official can be emptied, never the fact that it happened. Columns that later versions fill (rating,
merging) are here from the first one.

Moments are aware and in UTC. ``info["class"]`` is the class of the datum, as in the manifest.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    DDL,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.types import TypeDecorator

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware moment; stored in UTC, also where the database keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC; without a zone only where the database keeps none.

        Raises:
            ValueError: The moment has no zone: which one was meant is never guessed.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a moment without a time zone cannot be stored"
            raise ValueError(message)
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the stored moment as an aware one in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _personal(name: str, kind: Any, **options: Any) -> Column[Any]:
    return Column(name, kind, info={"class": "personal-general"}, **options)


def _internal(name: str, kind: Any, *more: Any, **options: Any) -> Column[Any]:
    return Column(name, kind, *more, info={"class": "internal"}, **options)


def _public(name: str, kind: Any, *more: Any, **options: Any) -> Column[Any]:
    return Column(name, kind, *more, info={"class": "public"}, **options)


kind = Table(
    "kind",
    metadata,
    # Every kind a report was ever filed under, so that an old report keeps its words when the settings drop the kind.
    _public("code", String(40), primary_key=True),
    _public("titles", Text, nullable=False),  # JSON, text per language
)

counter = Table(
    "counter",
    metadata,
    # The last register number given out, per year.
    _internal("name", String(40), primary_key=True),
    _internal("value", Integer, nullable=False),
)

report = Table(
    "report",
    metadata,
    _internal("id", Integer, primary_key=True),
    _public("number", String(11), nullable=False, unique=True),
    _internal("register_year", Integer, nullable=False),
    _internal("register_serial", Integer, nullable=False),
    # The month of the register, 1 to 12, where the region lies.
    _internal("register_month", Integer, nullable=False, server_default=text("1")),
    _public("kind", String(40), ForeignKey("kind.code"), nullable=False),
    _public("state", String(16), nullable=False),
    _public("office", String(80)),
    _public("district", String(20)),
    # Free words may name people: shown to others only after an official has verified them.
    _personal("text", Text, nullable=False),
    _personal("place", String(300), nullable=False, default=""),
    _personal("latitude", Float),
    _personal("longitude", Float),
    # The square of the map the coordinates lie in (places.py); follows latitude and longitude.
    _personal("cell", Integer),
    _internal("channel", String(20), nullable=False, default="web"),
    _internal("language", String(12), nullable=False, default="id"),
    # The reporter asked that the words are shown to nobody but officials.
    _internal("confidential", Boolean, nullable=False, default=False),
    # An official has decided that words and photos may be shown.
    _internal("published", Boolean, nullable=False, default=False),
    _public("submitted_at", Moment, nullable=False),
    _public("updated_at", Moment, nullable=False),
    _public("verified_at", Moment),
    _public("forwarded_at", Moment),
    _public("answered_at", Moment),
    _public("closed_at", Moment),
    # The deadline that runs now; None while none does.
    _public("due_at", Moment),
    # How often the running deadline has been escalated.
    _internal("late_level", Integer, nullable=False, server_default=text("0")),
    # How many more people said that they mean the same.
    _public("echoes", Integer, nullable=False, server_default=text("0")),
    _internal("merged_into", Integer, ForeignKey("report.id")),
    _public("rating", Integer),
    _personal("rating_text", String(1000)),
    _public("rated_at", Moment),
    _internal("follow_fingerprint", String(64)),
    _internal("submission_fingerprint", String(64), unique=True),
    # Counts the changes, so that an official who acts on an old page is told.
    _internal("version", Integer, nullable=False, default=1),
    # When words, place and photos were erased: asked for by the reporter, or at the end of their retention.
    _internal("erased_at", Moment),
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
    _internal("report_id", Integer, ForeignKey("report.id"), primary_key=True),
    _personal("name", String(120), nullable=False, default=""),
    _personal("email", String(254), nullable=False, default=""),
    _personal("phone", String(30), nullable=False, default=""),
    _internal("consent_at", Moment, nullable=False),
    # When the reporter asked for news by e-mail; None: no e-mail is sent.
    _internal("notices_at", Moment),
    # When name and contact were erased; the row stays, so that it still counts as a report that was not anonymous.
    _internal("erased_at", Moment),
)

history = Table(
    "event",
    metadata,
    _internal("id", Integer, primary_key=True),
    _internal("report_id", Integer, ForeignKey("report.id"), nullable=False),
    _public("sequence", Integer, nullable=False),
    _public("at", Moment, nullable=False),
    _public("action", String(16), nullable=False),
    _public("from_state", String(16)),
    _public("to_state", String(16), nullable=False),
    # reporter, official or system
    _internal("author", String(10), nullable=False),
    _internal("account", String(80)),
    _personal("actor_name", String(120), nullable=False, default=""),
    _public("office", String(80)),
    _internal("audience", String(10), nullable=False),
    _internal("text_audience", String(10), nullable=False),
    _personal("text", Text),
    _internal("erased_at", Moment),
    UniqueConstraint("report_id", "sequence"),
)

forwarding = Table(
    "forwarding",
    metadata,
    _internal("id", Integer, primary_key=True),
    _internal("report_id", Integer, ForeignKey("report.id"), nullable=False),
    _public("office", String(80), nullable=False),
    _public("forwarded_at", Moment, nullable=False),
    _public("due_at", Moment, nullable=False),
    _public("answered_at", Moment),
    # When the office no longer had it: handed back, forwarded on, or reopened.
    _public("ended_at", Moment),
    Index(None, "report_id"),
    Index(None, "office", "forwarded_at"),
)

photo = Table(
    "photo",
    metadata,
    _internal("id", String(26), primary_key=True),
    _internal("report_id", Integer, ForeignKey("report.id"), nullable=False),
    _internal("sequence", Integer, nullable=False),
    # reporter or official
    _internal("author", String(10), nullable=False, default="reporter"),
    _internal("width", Integer, nullable=False),
    _internal("height", Integer, nullable=False),
    _internal("size", Integer, nullable=False),
    _internal("sha256", String(64), nullable=False),
    _internal("added_at", Moment, nullable=False),
    # The event an official added it with; None for the reporter's own.
    _internal("event_sequence", Integer),
    UniqueConstraint("report_id", "sequence"),
)

held_photo = Table(
    "held_photo",
    metadata,
    # Photos of a form that is not sent yet: a browser would lose them with the next page. Deleted within hours.
    _internal("id", String(26), primary_key=True),
    # The SHA-256 of the one-time key of the form.
    _internal("form_fingerprint", String(64), nullable=False),
    _internal("sequence", Integer, nullable=False),
    _internal("width", Integer, nullable=False),
    _internal("height", Integer, nullable=False),
    _internal("size", Integer, nullable=False),
    _internal("added_at", Moment, nullable=False),
    UniqueConstraint("form_fingerprint", "sequence"),
    Index(None, "added_at"),
)

answer = Table(
    "answer",
    metadata,
    # What a program answered to the further questions of a kind; one row per value.
    _internal("report_id", Integer, ForeignKey("report.id"), primary_key=True),
    _internal("sequence", Integer, primary_key=True),
    _internal("code", String(40), nullable=False),
    _personal("value", Text, nullable=False),
)

api_key = Table(
    "api_key",
    metadata,
    _internal("id", Integer, primary_key=True),
    _internal("name", String(80), nullable=False),
    # The SHA-256 of the key; the key itself is shown once and kept nowhere.
    _internal("fingerprint", String(64), nullable=False, unique=True),
    _internal("created_at", Moment, nullable=False),
    _internal("revoked_at", Moment),
    # The day is enough to find keys that nobody uses, and is written once a day.
    _internal("last_used_on", Date),
)

changeset = Table(
    "changeset",
    metadata,
    # When it was noticed that what other programs keep a copy of is not as it was.
    _public("name", String(40), primary_key=True),
    _internal("digest", String(64), nullable=False),
    _public("noticed_at", Moment, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    # What is to be told to whom. Neither address nor words lie here: both are read when the notice is sent.
    _internal("id", Integer, primary_key=True),
    _internal("reference", String(120), nullable=False, unique=True),
    _internal("kind", String(16), nullable=False),
    _internal("report_id", Integer, ForeignKey("report.id"), nullable=False),
    # The event that is told.
    _internal("sequence", Integer),
    # The office it goes to; None: the reporter.
    _internal("office", String(80)),
    _internal("language", String(12), nullable=False),
    # The secret of the follow link, of which only the hash is kept elsewhere; emptied once the notice is out.
    _internal("secret", String(40)),
    # Since when it waits: when it was made, or when an official had it tried again.
    _internal("created_at", Moment, nullable=False),
    # waiting, sending, sent, failed or dropped
    _internal("state", String(10), nullable=False, default="waiting"),
    _internal("attempts", Integer, nullable=False, default=0),
    _internal("next_at", Moment, nullable=False),
    # Until when the process that sends it now has it for itself.
    _internal("claimed_until", Moment),
    # Nobody could be reached with it: nothing behind it is tried before it.
    _internal("holds_line", Boolean, nullable=False, default=False),
    _internal("finished_at", Moment),
    _internal("receipt", String(200)),
    # What the other side said, without the address.
    _internal("reason", String(300)),
    Index(None, "state", "id"),
    Index(None, "report_id"),
)

erasure_request = Table(
    "erasure_request",
    metadata,
    _internal("id", Integer, primary_key=True),
    _internal("report_id", Integer, ForeignKey("report.id"), nullable=False),
    _internal("requested_at", Moment, nullable=False),
    _personal("words", Text, nullable=False, default=""),
    # open, granted, refused
    _internal("state", String(10), nullable=False, default="open"),
    _internal("decided_at", Moment),
    _internal("account", String(80)),
    # What the official told the reporter.
    _personal("answer", Text),
    Index(None, "report_id"),
    Index(None, "state", "requested_at"),
)

_SAME = " AND ".join(
    f"NEW.{column.name} IS {{same}} OLD.{column.name}"
    for column in history.columns
    if column.name not in {"text", "actor_name", "erased_at"}
)
_ERASURE = f"(NEW.actor_name = '' OR NEW.actor_name = OLD.actor_name) AND {_SAME}"

_NO_CHANGE: Final = f"""
    CREATE TRIGGER event_no_change BEFORE UPDATE ON event
    WHEN NOT (NEW.text IS NULL AND NEW.erased_at IS NOT NULL AND {_ERASURE.format(same="")})
    BEGIN SELECT RAISE(ABORT, 'the history of a report is append-only'); END"""
_NO_REMOVAL: Final = """
    CREATE TRIGGER event_no_removal BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'the history of a report is append-only'); END"""
_FUNCTION: Final = f"""
    CREATE FUNCTION event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'UPDATE' THEN
      IF NEW.text IS NULL AND NEW.erased_at IS NOT NULL AND {_ERASURE.format(same="NOT DISTINCT FROM ")}
      THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION 'the history of a report is append-only'; END $$"""
_TRIGGER: Final = """
    CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event
    FOR EACH ROW EXECUTE FUNCTION event_append_only()"""

TRIGGERS: Final = {"sqlite": (_NO_CHANGE, _NO_REMOVAL), "postgresql": (_FUNCTION, _TRIGGER)}
"""The statements that make the history append-only, per database. The first migration has them written out."""

for _dialect, _statements in TRIGGERS.items():
    for _statement in _statements:
        _ddl = DDL(_statement)  # type: ignore[no-untyped-call]
        event.listen(history, "after_create", _ddl.execute_if(dialect=_dialect))
