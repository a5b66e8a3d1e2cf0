"""The ledger says what is where, keeps the journal, and lets one operation at a time work on an installation."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import attrs
import pytest

from smartcity_share.errors import LedgerError, OperationBusyError
from smartcity_share.install.ledger import (
    DeletionRecord,
    InstallationRecord,
    InstallationState,
    OperationRecord,
    OperationState,
    SettingValue,
    StepRecord,
    StepState,
)
from smartcity_share.install.ledger_sql import SqlLedger

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> SqlLedger:
    return SqlLedger.create(tmp_path / "ledger.sqlite")


def installation(region: str = "71.08", app: str = "parks") -> InstallationRecord:
    return InstallationRecord(region, app, "1.0", "dist", 1, InstallationState.ACTIVE, "", "code/parks/1.0-aa", "aa", NOW, NOW)


def operation(number: str = "one", region: str = "71.08", app: str = "parks") -> OperationRecord:
    state = OperationState.RUNNING
    return OperationRecord(number, "install", region, app, "me", "SK 1", state, NOW, None, "1@boot", {"steps": []})


def test_installations_are_listed_by_region_and_app(ledger: SqlLedger) -> None:
    for record in (installation("73.71"), installation("71.08", "zoo"), installation()):
        ledger.put_installation(record)
    assert [record.id for record in ledger.installations()] == ["71.08/parks", "71.08/zoo", "73.71/parks"]
    assert [record.id for record in ledger.installations("71.08")] == ["71.08/parks", "71.08/zoo"]
    assert [record.id for record in ledger.installations(app="parks")] == ["71.08/parks", "73.71/parks"]
    assert ledger.installation("71.08", "parks") == installation()
    assert ledger.installation("13.10", "parks") is None


def test_writing_an_installation_again_replaces_it_and_dropping_it_twice_is_no_error(ledger: SqlLedger) -> None:
    ledger.put_installation(installation())
    changed = attrs.evolve(installation(), state=InstallationState.REMOVING, fault="x")
    ledger.put_installation(changed)
    assert ledger.installations() == (changed,)
    ledger.drop_installation("71.08", "parks")
    ledger.drop_installation("71.08", "parks")
    assert ledger.installations() == ()


def test_moments_keep_their_zone_and_a_moment_without_one_is_refused(ledger: SqlLedger) -> None:
    wita = timezone(timedelta(hours=8))
    ledger.put_installation(attrs.evolve(installation(), updated_at=NOW.astimezone(wita)))
    (found,) = ledger.installations()
    assert found.updated_at == NOW
    assert found.updated_at.tzinfo is UTC
    with pytest.raises(Exception, match="no time zone"):
        ledger.put_installation(attrs.evolve(installation(), updated_at=NOW.replace(tzinfo=None)))


@pytest.mark.parametrize("value", [None, True, 7, 1.5, "text", ["a", 1], {"id": {"x": None}}])
def test_a_setting_keeps_its_value_and_provenance(ledger: SqlLedger, value: object) -> None:
    stored = SettingValue("71.08", "parks", "key", value, None, "me", NOW, "SK 12/2026")
    ledger.replace_settings([stored])
    assert ledger.settings("71.08", "parks") == (stored,)
    ledger.replace_settings([], [("71.08", "parks", "key")])
    assert ledger.settings("71.08", "parks") == ()


def test_settings_are_replaced_all_or_none(ledger: SqlLedger) -> None:
    good = SettingValue("71.08", "parks", "a", 1, None, "me", NOW)
    bad = attrs.evolve(good, key="b", set_at=NOW.replace(tzinfo=None))
    with pytest.raises(Exception, match="no time zone"):
        ledger.replace_settings([good, bad])
    assert ledger.settings("71.08", "parks") == ()


def test_a_second_operation_on_an_installation_is_refused_and_names_the_first(ledger: SqlLedger) -> None:
    ledger.begin_operation(operation())
    with pytest.raises(OperationBusyError, match="Operation one") as caught:
        ledger.begin_operation(operation("two"))
    assert "smartcity resume one" in str(caught.value.hint)
    ledger.begin_operation(operation("three", region="13.10"))
    assert [one.id for one in ledger.operations(OperationState.RUNNING)] == ["one", "three"]


@pytest.mark.parametrize(
    ("state", "is_free"), [(OperationState.DONE, True), (OperationState.UNDONE, True), (OperationState.NEEDS_PERSON, False)]
)
def test_the_lock_is_released_unless_a_person_is_needed(ledger: SqlLedger, state: OperationState, is_free: bool) -> None:
    ledger.begin_operation(operation())
    ended = attrs.evolve(operation(), state=state, finished_at=NOW, next_command="smartcity resume one")
    ledger.end_operation(ended)
    assert ledger.operations(state) == (ended,)
    if is_free:
        ledger.begin_operation(operation("two"))
    else:
        with pytest.raises(OperationBusyError) as caught:
            ledger.begin_operation(operation("two"))
        assert "`smartcity resume one`" in str(caught.value.hint)


def test_steps_are_kept_in_their_order(ledger: SqlLedger) -> None:
    ledger.begin_operation(operation())
    second = StepRecord("one", 1, "create-files", StepState.DOING, 1, "bb", NOW)
    first = StepRecord("one", 0, "store-code", StepState.DONE, 1, "aa", NOW)
    ledger.record_steps([second])
    ledger.record_steps([first])
    ledger.record_steps([attrs.evolve(second, state=StepState.FAILED, fault="full disk")])
    assert [(step.name, step.state, step.fault) for step in ledger.steps("one")] == [
        ("store-code", StepState.DONE, ""),
        ("create-files", StepState.FAILED, "full disk"),
    ]


def test_the_facts_of_a_removal_stay_and_can_be_written_again(ledger: SqlLedger) -> None:
    ledger.begin_operation(operation())
    facts = DeletionRecord("one", "71.08", "parks", "1.0", "me", NOW, "SK 2", "dd", {"rows": {"park": 3}})
    ledger.record_deletion(facts)
    ledger.record_deletion(facts)
    assert ledger.deletions() == (facts,)
    ledger.drop_deletion("one")
    assert ledger.deletions() == ()


def test_the_revision_changes_with_every_change_of_any_process(ledger: SqlLedger, tmp_path: Path) -> None:
    before = ledger.revision()
    assert ledger.revision() == before
    ledger.put_installation(installation())
    after_own = ledger.revision()
    other = SqlLedger(tmp_path / "ledger.sqlite")
    other.put_installation(installation("13.10"))
    assert len({before, after_own, ledger.revision()}) == 3
    other.close()
    ledger.close()


def test_a_ledger_from_the_future_is_refused(ledger: SqlLedger, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "ledger.sqlite") as connection:
        connection.execute("UPDATE ledger_schema SET version = 99")
    connection.close()
    with pytest.raises(LedgerError, match="version 99") as caught:
        ledger.installations()
    assert "pip install" in str(caught.value.hint)


def test_a_ledger_that_is_missing_or_no_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="missing"):
        SqlLedger(tmp_path / "ledger.sqlite").installations()
    (tmp_path / "ledger.sqlite").write_bytes(b"x" * 4096)
    with pytest.raises(LedgerError, match="cannot be read"):
        SqlLedger(tmp_path / "ledger.sqlite").installations()
    assert SqlLedger(tmp_path / "ledger.sqlite").check() is not None
