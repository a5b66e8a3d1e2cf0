"""An app with every kind of column and constraint a backup has to carry from engine to engine."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from typing import Any

EVERYTHING = '''\
"""An app with every kind of column."""

from __future__ import annotations

import enum
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Computed,
    Date,
    DateTime,
    Enum,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    Time,
    Uuid,
)

from smartcity_share import DatabaseSchema, hookimpl

metadata = MetaData()


class State(enum.Enum):
    OPEN = "open"
    CLOSED = "closed"


things = Table(
    "things",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("parent", ForeignKey("things.id")),
    Column("a_text", Text),
    Column("a_name", String(80), nullable=False),
    Column("a_flag", Boolean),
    Column("a_float", Float),
    Column("an_amount", Numeric(12, 2)),
    Column("a_moment", DateTime),
    Column("a_zoned_moment", DateTime(timezone=True)),
    Column("a_day", Date),
    Column("an_hour", Time),
    Column("some_bytes", LargeBinary),
    Column("a_document", JSON),
    Column("a_uuid", Uuid),
    Column("a_state", Enum(State, native_enum=False)),
    Column("doubled", Integer, Computed("id * 2", persisted=True)),
    sqlite_autoincrement=True,
)
first = Table("a_first", metadata, Column("thing", ForeignKey("things.id"), primary_key=True), Column("note", Text))
quoted = Table("Order", metadata, Column("Group", Integer, primary_key=True), Column("with space", Text))
empty = Table("empty", metadata, Column("id", Integer, primary_key=True))


@hookimpl
def database_schema():
    return DatabaseSchema(metadata)


@hookimpl
def provision(installation):
    pass
'''


def fill(database: Any, *, more: bool = False) -> None:
    """Write rows, through the tables of the app as the app would; ``more`` adds one with the next number."""
    tables = _tables()
    things, first, quoted = tables["things"], tables["a_first"], tables["Order"]
    with database.begin() as connection:
        if more:
            connection.execute(things.insert().values(a_name="next"))
            return
        rows = [
            {
                "id": 7,
                "parent": None,
                "a_text": "baris satu\nbaris dua \u2028 'kutip' \\ \t ujung",
                "a_name": "Tamán é 公園 🌳",
                "a_flag": True,
                "a_float": 0.1 + 0.2,
                "an_amount": decimal.Decimal("1234567.80"),
                "a_moment": dt.datetime(2026, 3, 2, 8, 30, 1, 500000),  # noqa: DTZ001 - a column without a zone
                "a_zoned_moment": dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC),
                "a_day": dt.date(2026, 3, 2),
                "an_hour": dt.time(8, 30, 1),
                "some_bytes": bytes(range(256)),
                "a_document": {"b": [1, 2.5, None, True], "a": "é"},
                "a_uuid": uuid.UUID("12345678-1234-5678-1234-567812345678"),
                "a_state": things.c.a_state.type.python_type.OPEN,
            },
            {"id": 9, "parent": 7, "a_name": "", "a_flag": False, "a_float": -1e300, "an_amount": decimal.Decimal(0)},
            {"id": 12, "parent": 9, "a_name": "gone"},
        ]
        for row in rows:
            connection.execute(things.insert().values(row))
        connection.execute(things.update().where(things.c.id == 7).values(parent=9))  # a circle: no order would load it
        connection.execute(things.delete().where(things.c.id == 12))  # its number is not given again
        connection.execute(first.insert().values(thing=9, note="NULL"))
        connection.execute(quoted.insert().values({"Group": 1, "with space": "\\N"}))


def stored(database: Any) -> dict[str, list[Any]]:
    """Return every row as the app reads it, sorted."""
    found = {}
    for name, table in _tables().items():
        with database.engine.connect() as connection:
            rows = [tuple(_naive(value) for value in row) for row in connection.execute(table.select())]
        found[name] = sorted(map(repr, rows))
    return found


def _naive(value: Any) -> Any:
    """Return a moment in UTC without its zone: SQLAlchemy hands none out on SQLite."""
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(dt.UTC).replace(tzinfo=None)
    return value


def _tables() -> dict[str, Any]:
    import sys

    modules = [module for name, module in sys.modules.items() if name.startswith("smartcity_test_parks") and "plugin" in name]
    return dict(modules[-1].metadata.tables)
