"""The audit trail only grows, and shows where somebody went around that."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError

from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance
from smartcity_share.install.audit import SqliteAuditTrail
from tests.install.conftest import NOW, OTHER, REGION

ON_THE_WAY = {
    "sqlite": ("DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"),
    "postgresql": ("DROP TRIGGER audit_no_change ON audit",),
}
ACTOR = Actor(account="acc-1", name="Petugas", office="dlh")


def filled(instance: Instance, count: int = 5) -> None:
    trail = SqliteAuditTrail(instance.audit, REGION, "parks")
    for number in range(count):
        trail.record(ACTOR, "report.closed", f"report {number}", {"number": number})


def tampered(instance: Instance, statement: str) -> None:
    with instance.accounts_database.begin() as connection:
        for one in ON_THE_WAY[connection.dialect.name]:
            connection.exec_driver_sql(one)
        connection.exec_driver_sql(statement)


def test_an_entry_says_who_did_what_when_to_what(instance: Instance) -> None:
    SqliteAuditTrail(instance.audit, REGION, "parks").record(ACTOR, "report.closed", "report 7", {"number": 7})
    (entry,) = instance.audit.entries(REGION)
    assert (entry.at, entry.app, entry.account, entry.name, entry.office) == (NOW, "parks", "acc-1", "Petugas", "dlh")
    assert (entry.action, entry.subject, entry.detail) == ("report.closed", "report 7", {"number": 7})


@pytest.mark.parametrize("statement", ["UPDATE audit SET name = 'x'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_or_remove_entries(instance: Instance, statement: str) -> None:
    filled(instance, 1)
    with pytest.raises(DBAPIError, match="append-only"), instance.accounts_database.begin() as connection:
        connection.exec_driver_sql(statement)


def test_a_chain_that_nobody_touched_is_whole(instance: Instance) -> None:
    filled(instance)
    instance.audit.record(OTHER, "", ACTOR, "account.added", "someone")
    report = instance.audit.verify(REGION)
    assert (report.count, report.broken_at, report.head) == (5, None, instance.audit.entries(REGION)[0].hash)
    assert instance.audit.verify(OTHER).count == 1
    assert instance.audit.verify("73.71").count == 0


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE audit SET subject = 'report 9' WHERE position = 3", 3),
        ("UPDATE audit SET at = '2020-01-01T00:00:00+00:00' WHERE position = 1", 1),
        ("UPDATE audit SET detail = '{}' WHERE position = 5", 5),
        ("DELETE FROM audit WHERE position = 2", 3),
        ("DELETE FROM audit WHERE position = 1", 2),
        ("UPDATE audit SET account = NULL WHERE position = 4", 4),
    ],
)
def test_a_changed_or_missing_entry_breaks_the_chain_at_its_place(instance: Instance, statement: str, broken_at: int) -> None:
    filled(instance)
    tampered(instance, statement)
    assert instance.audit.verify(REGION).broken_at == broken_at


def test_entries_cut_off_at_the_end_show_by_the_head_somebody_kept(instance: Instance) -> None:
    filled(instance)
    kept = instance.audit.verify(REGION)
    tampered(instance, "DELETE FROM audit WHERE position = 5")
    now = instance.audit.verify(REGION)
    assert now.broken_at is None
    assert (now.count, now.head) != (kept.count, kept.head)


def test_entries_are_read_newest_first_in_pages_and_by_app(instance: Instance) -> None:
    filled(instance)
    instance.audit.record(REGION, "zoo", ACTOR, "x", "y")
    page = instance.audit.entries(REGION, limit=2)
    assert [entry.app for entry in page] == ["zoo", "parks"]
    following = instance.audit.entries(REGION, app="parks", before=page[-1].id, limit=2)
    assert [entry.detail["number"] for entry in following] == [3, 2]
