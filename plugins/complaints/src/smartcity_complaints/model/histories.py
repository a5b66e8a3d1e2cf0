"""What happened to a report, to which rows are only ever added, and which offices had it.

The database itself refuses to change or delete an event. The single exception is erasure after UU 27/2022: the words of an
event and the name of the official can be emptied, never the fact that it happened.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import DDL, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, event

from smartcity_complaints.model.columns import Moment, internal, metadata, personal, public

history = Table(
    "event",
    metadata,
    internal("id", Integer, primary_key=True),
    internal("report_id", Integer, ForeignKey("report.id"), nullable=False),
    public("sequence", Integer, nullable=False),
    public("at", Moment, nullable=False),
    public("action", String(16), nullable=False),
    public("from_state", String(16)),
    public("to_state", String(16), nullable=False),
    # reporter, official or system
    internal("author", String(10), nullable=False),
    internal("account", String(80)),
    personal("actor_name", String(120), nullable=False, default=""),
    public("office", String(80)),
    internal("audience", String(10), nullable=False),
    internal("text_audience", String(10), nullable=False),
    personal("text", Text),
    internal("erased_at", Moment),
    UniqueConstraint("report_id", "sequence"),
)

forwarding = Table(
    "forwarding",
    metadata,
    internal("id", Integer, primary_key=True),
    internal("report_id", Integer, ForeignKey("report.id"), nullable=False),
    public("office", String(80), nullable=False),
    public("forwarded_at", Moment, nullable=False),
    public("due_at", Moment, nullable=False),
    public("answered_at", Moment),
    # When the office no longer had it: handed back, forwarded on, or reopened.
    public("ended_at", Moment),
    Index(None, "report_id"),
    Index(None, "office", "forwarded_at"),
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
