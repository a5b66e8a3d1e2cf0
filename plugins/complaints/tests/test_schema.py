"""The migrations make the tables of the model, and the history of a report cannot be changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, delete, inspect, select, update
from sqlalchemy.exc import IntegrityError, StatementError

import smartcity_complaints
from smartcity_complaints import model, store
from smartcity_complaints.derived import reply_time, tally
from smartcity_complaints.summaries import EVER
from smartcity_share import Installation

MIGRATIONS = Path(smartcity_complaints.__file__).parent / "migrations"


def _triggers(connection: object) -> dict[str, str]:
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")  # type: ignore[attr-defined]
    return {name: " ".join(sql.split()) for name, sql in rows}


def test_the_migrated_tables_are_those_of_the_model(installation: Installation) -> None:
    with installation.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})

        assert compare_metadata(context, model.metadata) == []


def test_migrations_and_model_make_the_same_triggers(installation: Installation) -> None:
    fresh = create_engine("sqlite://")
    with fresh.begin() as made, installation.database.engine.connect() as migrated:
        model.metadata.create_all(made)

        assert _triggers(made) == _triggers(migrated)
        assert set(_triggers(made)) == {"event_no_change", "event_no_removal"}
    fresh.dispose()


def test_checks_and_foreign_keys_are_migrated_too(installation: Installation) -> None:
    seen = inspect(installation.database.engine)
    for table in model.metadata.sorted_tables:
        wanted = {str(check.name) for check in table.constraints if type(check).__name__ == "CheckConstraint"}

        assert {check["name"] for check in seen.get_check_constraints(table.name)} == wanted
        assert len(seen.get_foreign_keys(table.name)) == len(table.foreign_keys)


def _migrate(connection: Connection, to: str) -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    context = MigrationContext.configure(connection)
    with Operations.context(context):
        for revision in reversed(list(script.iterate_revisions(to, context.get_current_heads() or "base"))):
            revision.module.upgrade()
    context.stamp(script, to)


def test_counts_and_times_to_reply_of_all_time_are_summed_when_the_tables_get_them(tmp_path: Path) -> None:
    kept = [("pupr", 12, 202601, 2), ("pupr", 12, 202603, 1), ("pupr", 30, 202603, 4), ("dishub", 12, 202601, 5)]
    engine = create_engine(f"sqlite:///{tmp_path / 'data.sqlite'}")
    with engine.begin() as connection:
        _migrate(connection, "0004")
        for row in kept:
            connection.exec_driver_sql("INSERT INTO reply_time (office, tenths_of_days, month, count) VALUES (?, ?, ?, ?)", row)
        for topic, month, count in (("all", 202601, 2), ("all", 202603, 5), ("kind", 202603, 5)):
            connection.exec_driver_sql("INSERT INTO tally VALUES (?, 'x', 'new', ?, ?)", (topic, month, count))
        _migrate(connection, "0005")
        found = connection.execute(select(*(reply_time.c[name] for name in ("office", "tenths_of_days", "month", "count"))))

        assert sorted(tuple(row) for row in found) == sorted(
            [*kept, ("pupr", 12, EVER, 3), ("pupr", 30, EVER, 4), ("dishub", 12, EVER, 5)]
        )
        ever = connection.execute(select(tally.c.topic, tally.c.count).where(tally.c.month == EVER))

        assert sorted(tuple(row) for row in ever) == [("all", 7), ("kind", 5)]
    engine.dispose()


@pytest.mark.parametrize(
    "change",
    [
        update(model.history).values(text="another"),
        update(model.history).values(actor_name="somebody else"),
        update(model.history).values(at=datetime.fromisoformat("2020-01-01T00:00:00+00:00")),
        update(model.history).values(text=None),
        delete(model.history),
    ],
    ids=["words", "name", "time", "erased without saying when", "deletion"],
)
def test_the_database_refuses_to_change_the_history(
    installation: Installation, file: Callable[..., object], change: object
) -> None:
    file()
    with pytest.raises(IntegrityError, match="append-only"), installation.database.begin() as connection:
        connection.execute(change)  # type: ignore[call-overload]


def test_the_words_of_an_event_can_be_erased_and_the_event_stays(
    installation: Installation, file: Callable[..., object], clock: Callable[[], datetime]
) -> None:
    file()
    with installation.database.begin() as connection:
        connection.execute(update(model.history).values(text=None, erased_at=clock()))
        events = connection.execute(select(model.history)).all()

    assert len(events) == 1
    assert events[0].erased_at == clock()


def test_a_moment_without_a_zone_is_refused(installation: Installation) -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - the fault under test
    with pytest.raises(StatementError, match="time zone"), installation.database.begin() as connection:
        store.add_event(connection, 1, at=naive, action="note", to_state="new", author="system", audience="officials")


def test_every_column_says_what_class_of_datum_it_holds() -> None:
    classes = {"public", "internal", "personal-general", "personal-specific"}

    assert all(column.info["class"] in classes for table in model.metadata.sorted_tables for column in table.columns)
