"""The failures of an upgrade that cost others their data (reference/lifecycle.md, section 8), each by its name there."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import attrs
import pytest
from sqlalchemy import text

from smartcity_share.errors import DataEpochError, OperationBusyError, OperationError, RefusedError, SmartCityError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import (
    Instance,
    diagnose,
    install_app,
    open_installation,
    prepared_upgrade,
    resume_operation,
    rollback_app,
    upgrade_app,
)
from smartcity_share.install.kept_states import KeptStates
from smartcity_share.install.records import InstallationState, OperationState
from tests.apps.factory import AppFactory
from tests.apps.gardens import gardens_one, gardens_two
from tests.install.conftest import REGION, new_process
from tests.kept import Brought

ANSWERS = {"public_name": "Taman Kota"}
NEW = {"contact": "Ibu Sari"}
RAISING_EXPORT = """\
@hookimpl
def export_data(installation, target):
    1 / 0


@hookimpl
def provision"""
UNIQUE = """\
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.create_index("u", "garden", ["area"], unique=True)
"""
BROKEN = """\
revision = "0002"
down_revision = "0001"


def upgrade():
    1 / 0
"""


@pytest.fixture(scope="session")
def one(shared_app_factory: AppFactory) -> Path:
    return gardens_one(shared_app_factory)


@pytest.fixture(scope="session")
def two(shared_app_factory: AppFactory) -> Path:
    return gardens_two(shared_app_factory)


@pytest.fixture
def gardens(brought: Brought, one: Path, actor: Actor) -> Instance:
    return brought(__name__, lambda own: install_app(own, REGION, one, ANSWERS, actor=actor))


def refused(instance: Instance, wheel: Path) -> set[str]:
    with new_process(instance) as own, pytest.raises(RefusedError) as caught:
        upgrade_app(own, REGION, "gardens", wheel, NEW, actor=Actor(account="x", name="x"))
    record = instance.ledger.installation(REGION, "gardens")
    assert record is not None
    assert record.state is InstallationState.ACTIVE
    return {fault.code for fault in caught.value.faults}


def upgrade(instance: Instance, wheel: Path, actor: Actor) -> None:
    with new_process(instance) as own:
        upgrade_app(own, REGION, "gardens", wheel, NEW, actor=actor)


def garden_count(instance: Instance) -> int:
    with instance.data(REGION, "gardens").database.engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM garden")).scalar_one())


def test_renamed_or_removed_resource_holding_data(gardens: Instance, app_factory: AppFactory) -> None:
    wheel = app_factory.wheel("gardens", version="2.0.0", package="smartcity_test_gardens")
    assert "data-orphaned" in refused(gardens, wheel)
    assert garden_count(gardens) == 2


def test_rollback_needs_new_versions_down_migration(gardens: Instance, two: Path, actor: Actor) -> None:
    """It does not: no migration is run on the way back, and the code of the new version may even be gone."""
    upgrade(gardens, two, actor)
    record = gardens.ledger.installation(REGION, "gardens")
    assert record is not None
    assert record.code_location is not None
    shutil.rmtree(gardens.folder / record.code_location)
    with new_process(gardens) as own:
        rollback_app(own, REGION, "gardens", actor=actor)
        assert open_installation(own, REGION, "gardens").version == "1.0.0"
        assert own.data(REGION, "gardens").revisions() == {"0001"}


def test_health_probe_false_after_exit_0(gardens: Instance, two: Path, actor: Actor) -> None:
    with new_process(gardens) as own, pytest.raises(OperationError, match="the gardens are closed"):
        upgrade_app(own, REGION, "gardens", two, {**NEW, "title": "sick"}, actor=actor)
    with new_process(gardens) as own:
        assert open_installation(own, REGION, "gardens").version == "1.0.0"


def test_config_entry_newer_than_code(gardens: Instance, one: Path, two: Path, actor: Actor) -> None:
    upgrade(gardens, two, actor)
    assert refused(gardens, one) == {"downgrade-refused"}


def test_old_code_on_new_data_is_not_opened(gardens: Instance, two: Path, actor: Actor) -> None:
    before = gardens.ledger.installation(REGION, "gardens")
    assert before is not None
    upgrade(gardens, two, actor)
    gardens.ledger.put_installation(before)
    with new_process(gardens) as own:
        with pytest.raises(DataEpochError, match=r"have epoch 2, and smartcity-test-gardens 1\.0\.0 has epoch 1"):
            open_installation(own, REGION, "gardens")
        assert "data-epoch-differs" in {finding.code for finding in diagnose(own, timeout=20)}


def test_two_upgrades_at_once(gardens: Instance, two: Path, actor: Actor) -> None:
    with new_process(gardens) as own, prepared_upgrade(own, REGION, "gardens", two) as prepared:
        plan = prepared.plan(NEW)
        other = Instance.open(gardens.folder, now=gardens.now)
        busy = []

        def watch(place: int, _count: int, _step: object) -> None:
            if place == 5:
                with pytest.raises(OperationBusyError) as caught:
                    attrs.evolve(prepared, instance=other).apply(plan, actor)
                busy.append(str(caught.value))

        prepared.apply(plan, actor, watch=watch)
        other.close()
        assert len(busy) == 1
        assert garden_count(own) == 2


def test_restore_of_no_op(gardens: Instance, two: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A restore that put nothing back clears no fault: the operation needs a person until the state is really back."""
    kind = type(gardens.data(REGION, "gardens"))
    with monkeypatch.context() as patch, new_process(gardens) as own:
        patch.setattr(kind, "restore_snapshot", lambda *_: None)
        with pytest.raises(OperationError, match="was not restored"):
            upgrade_app(own, REGION, "gardens", two, {**NEW, "title": "explode"}, actor=actor)
    (left,) = gardens.ledger.operations(OperationState.NEEDS_PERSON)
    record = gardens.ledger.installation(REGION, "gardens")
    assert record is not None
    assert record.state is InstallationState.NEEDS_PERSON
    assert resume_operation(gardens, left.id, actor=actor).operation.state is OperationState.UNDONE
    assert garden_count(gardens) == 2
    with new_process(gardens) as own:
        assert open_installation(own, REGION, "gardens").version == "1.0.0"


def test_backup_script_of_old_version_raises(instance: Instance, two: Path, actor: Actor, app_factory: AppFactory) -> None:
    """Nothing of the old version is run for an upgrade, so a broken one cannot keep a region on it."""
    broken = gardens_one(app_factory, "1.1.0", change=("@hookimpl\ndef provision", RAISING_EXPORT))
    with new_process(instance) as own:
        install_app(own, REGION, broken, ANSWERS, actor=actor)
    record = instance.ledger.installation(REGION, "gardens")
    assert record is not None
    assert record.code_location is not None
    next((instance.folder / record.code_location).glob("*/plugin.py")).write_text("raise SystemExit(3)")
    upgrade(instance, two, actor)
    with new_process(instance) as own:
        assert open_installation(own, REGION, "gardens").version == "2.0.0"


def test_a_migration_that_fails_on_the_rows_that_are_there(gardens: Instance, app_factory: AppFactory, actor: Actor) -> None:
    wheel = gardens_two(app_factory, more={"migrations/versions/0003_third.py": UNIQUE})
    with new_process(gardens) as own, pytest.raises(OperationError, match=r"migrations of 71\.08/gardens failed"):
        upgrade_app(own, REGION, "gardens", wheel, NEW, actor=actor)
    assert (garden_count(gardens), gardens.data(REGION, "gardens").revisions()) == (2, {"0001"})


def test_a_migration_that_fails_on_any_tables_is_told_in_the_plan(gardens: Instance, app_factory: AppFactory) -> None:
    wheel = gardens_two(app_factory, more={"migrations/versions/0002_second.py": BROKEN})
    assert refused(gardens, wheel) == {"migrations-unfit"}


def test_a_version_the_new_one_cannot_be_reached_from(gardens: Instance, app_factory: AppFactory) -> None:
    wheel = gardens_two(app_factory, manifest={"lifecycle": {"upgrades_from": ">=1.5"}})
    assert refused(gardens, wheel) == {"upgrade-path-missing"}


def test_a_full_disk_is_told_before_anything_changes(gardens: Instance, two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(gardens.folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1 << 20))
    assert refused(gardens, two) == {"disk-too-full"}


def test_a_database_that_was_put_back_alone_is_not_opened(gardens: Instance, two: Path, actor: Actor) -> None:
    upgrade(gardens, two, actor)
    (state,) = KeptStates(gardens, REGION, "gardens").all()
    gardens.data(REGION, "gardens").restore_snapshot(state.name)
    with new_process(gardens) as own, pytest.raises(SmartCityError, match="they were not opened"):
        open_installation(own, REGION, "gardens")


def test_a_process_that_had_the_database_open_writes_to_the_one_in_its_place(
    gardens: Instance, two: Path, actor: Actor
) -> None:
    """A host keeps databases open; after a rollback by another process nothing may go to the file that was replaced."""
    with new_process(gardens) as host:
        before = open_installation(host, REGION, "gardens")
        with before.database.begin() as connection:
            connection.execute(text("INSERT INTO garden (name) VALUES ('Mawar')"))
        child = Instance.open(gardens.folder, now=gardens.now)
        states = KeptStates(child, REGION, "gardens")
        record = child.ledger.installation(REGION, "gardens")
        assert record is not None
        states.take("20260302-013000-abcdef", "upgrade", record)
        states.restore("20260302-013000-abcdef")
        child.ledger.put_installation(record)
        child.close()
        with open_installation(host, REGION, "gardens").database.begin() as connection:
            connection.execute(text("INSERT INTO garden (name) VALUES ('Anggrek')"))
    path = gardens.layout.database(REGION, "gardens")
    if path.is_file():
        with closing(sqlite3.connect(path)) as connection_:
            assert connection_.execute("SELECT count(*) FROM garden").fetchone()[0] == 4
    assert garden_count(gardens) == 4
    del two, actor
