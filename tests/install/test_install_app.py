"""Installing makes an app the region's own: from a wheel, a folder or the environment, with provenance for every value."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, install_app, installed_apps, open_installation, prepared_install
from smartcity_share.install.recorded import record_trouble
from smartcity_share.install.records import OperationState, StepState
from tests.apps.factory import AppFactory
from tests.install.conftest import MANIFEST, NOW, OTHER, PARKS, REGION, tree


def test_an_installed_app_has_its_settings_rows_files_and_region(instance: Instance, parks_wheel: Path, actor: Actor) -> None:
    outcome = install_app(
        instance, REGION, parks_wheel, {"public_name": "Taman", "token": "marker-1"}, actor=actor, basis="SK Bupati 12/2026"
    )
    assert outcome.operation is not None
    assert outcome.operation.state is OperationState.DONE
    installation = open_installation(instance, REGION, "parks")
    assert installation.id == "71.08/parks"
    assert installation.settings.public_name == "Taman"
    assert installation.settings.opening_hour == 7
    assert installation.settings.token.get_secret_value() == "marker-1"
    assert installation.region.name == "Kabupaten Bolaang Mongondow Utara"
    assert list(installation.files.names()) == ["map/first.txt"]
    with installation.database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT name FROM park").scalars().all() == ["first"]


def test_every_value_keeps_who_set_it_when_and_on_what_basis(instance: Instance, parks_wheel: Path, actor: Actor) -> None:
    install_app(instance, REGION, parks_wheel, {"public_name": "Taman"}, actor=actor, basis="SK Bupati 12/2026")
    (value,) = instance.ledger.settings(REGION, "parks")
    assert (value.key, value.value, value.set_by, value.set_at, value.basis) == (
        "public_name",
        "Taman",
        "IT officer",
        NOW,
        "SK Bupati 12/2026",
    )
    (entry,) = instance.audit.entries(REGION)
    assert (entry.action, entry.name, entry.detail["basis"]) == ("app.installed", "IT officer", "SK Bupati 12/2026")


def test_the_journal_names_every_step_and_its_end(instance: Instance, parks_wheel: Path, actor: Actor) -> None:
    outcome = install_app(instance, REGION, parks_wheel, {"public_name": "Taman"}, actor=actor)
    assert outcome.operation is not None
    steps = instance.ledger.steps(outcome.operation.id)
    assert [(step.name, step.state) for step in steps] == [
        (name, StepState.DONE)
        for name in (
            "store-code",
            "record-installation",
            "write-settings",
            "create-database",
            "create-files",
            "provision",
            "health-probe",
            "record-act",
            "activate",
        )
    ]
    assert list(instance.layout.scratch.iterdir()) == []


def test_the_same_wheel_serves_two_regions_from_one_code_folder(instance: Instance, parks_wheel: Path, actor: Actor) -> None:
    install_app(instance, REGION, parks_wheel, {"public_name": "Taman A"}, actor=actor)
    install_app(instance, OTHER, parks_wheel, {"public_name": "Taman B"}, actor=actor)
    one, two = open_installation(instance, REGION, "parks"), open_installation(instance, OTHER, "parks")
    assert (one.settings.public_name, two.settings.public_name) == ("Taman A", "Taman B")
    assert len(instance.code_folders()) == len(list((instance.layout.code / "parks").iterdir())) == 1
    assert len(list(instance.layout.templates.iterdir())) == 1
    with one.database.begin() as connection:
        connection.exec_driver_sql("DELETE FROM park")
    with two.database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM park").scalar() == 1


def test_the_code_is_unpacked_as_the_wheel_recorded_it(instance: Instance, parks_wheel: Path, actor: Actor) -> None:
    install_app(instance, REGION, parks_wheel, {"public_name": "Taman"}, actor=actor)
    (folder,) = instance.code_folders()
    assert record_trouble(folder) is None
    record = instance.ledger.installation(REGION, "parks")
    assert record is not None
    assert folder.name == f"1.0.0-{str(record.code_digest)[:8]}"


def test_a_project_folder_is_built_and_installed(instance: Instance, app_factory: AppFactory, actor: Actor) -> None:
    project = app_factory.write("parks", plugin=PARKS, manifest=MANIFEST)
    install_app(instance, REGION, project.folder, {"public_name": "Taman"}, actor=actor)
    assert [record.app for record in installed_apps(instance, REGION)] == ["parks"]
    assert not (project.folder / "dist").exists()


def test_an_app_that_pip_installed_is_taken_from_the_environment(
    instance: Instance, app_factory: AppFactory, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(app_factory.installed("parks", plugin=PARKS, manifest=MANIFEST))
    install_app(instance, REGION, None, {"public_name": "Taman"}, app="parks", actor=actor)
    record = instance.ledger.installation(REGION, "parks")
    assert record is not None
    assert (record.code_location, record.distribution, record.version) == (None, "smartcity-test-parks", "1.0.0")
    assert open_installation(instance, REGION, "parks").settings.public_name == "Taman"
    assert list(instance.layout.code.iterdir()) == []


def test_an_app_without_settings_tables_or_hooks_is_installed(
    instance: Instance, app_factory: AppFactory, actor: Actor
) -> None:
    install_app(instance, REGION, app_factory.wheel("hello"), actor=actor)
    assert not instance.layout.database(REGION, "hello").exists()
    assert open_installation(instance, REGION, "hello").settings.model_dump() == {}


def test_planning_changes_nothing(instance: Instance, parks_wheel: Path) -> None:
    before = tree(instance.folder)
    with prepared_install(instance, REGION, None, parks_wheel) as prepared:
        plan = prepared.plan({"public_name": "Taman", "token": "marker-1"})
    assert plan.refusals == plan.setting_faults == ()
    assert "marker-1" not in str(plan.as_json()) + str(plan.journal()) + repr(plan)
    assert tree(instance.folder) == before
    assert instance.ledger.operations() == ()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_data_file_of_an_installation_carries_the_epoch(instance: Instance, app_factory: AppFactory, actor: Actor) -> None:
    wheel = app_factory.wheel("parks", plugin=PARKS, manifest={**MANIFEST, "lifecycle": {"data_epoch": 4}})
    install_app(instance, REGION, wheel, {"public_name": "Taman"}, actor=actor)
    with closing(sqlite3.connect(instance.layout.database(REGION, "parks"))) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (4,)
