"""An upgrade brings code, tables, files, settings and overrides to the new version as one, and says so first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from smartcity_share.errors import AppImportError, OperationError, RefusedError, SettingsError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, configure_app, install_app, open_installation, prepared_upgrade, upgrade_app
from smartcity_share.install.kept_states import KeptStates
from smartcity_share.install.overrides.changing import prepared_overrides
from smartcity_share.install.overrides.item import parse_item
from smartcity_share.install.overrides.kept import read_kept
from smartcity_share.install.overrides.merging import Choice
from smartcity_share.install.records import InstallationState
from tests.apps.factory import AppFactory
from tests.apps.gardens import KINDS, PAGE, gardens_one, gardens_two
from tests.install.conftest import OTHER, REGION, new_process
from tests.kept import Brought

ANSWERS = {"public_name": "Taman Kota", "opening_hour": 8, "note": "old", "token": "marker-1", "sender": "a@b"}
NEW = {"contact": "Ibu Sari"}


@pytest.fixture(scope="session")
def one(shared_app_factory: AppFactory) -> Path:
    return gardens_one(shared_app_factory)


@pytest.fixture(scope="session")
def two(shared_app_factory: AppFactory) -> Path:
    return gardens_two(shared_app_factory)


@pytest.fixture
def gardens(brought: Brought, one: Path, actor: Actor) -> Instance:
    """An instance whose region has the first version, with an override."""

    def make(own: Instance) -> None:
        install_app(own, REGION, one, ANSWERS, actor=actor, basis="SK 1")
        change(own, "files/kinds.toml", KINDS.replace("days = 3", "days = 5"), actor)

    return brought(__name__, make)


def change(instance: Instance, name: str, content: str, actor: Actor) -> None:
    prepared = prepared_overrides(instance, REGION, "gardens")
    prepared.apply(prepared.plan_put(parse_item(name), content.encode(), actor), actor)


def rows(instance: Instance, columns: str = "name") -> list[tuple[Any, ...]]:
    with instance.data(REGION, "gardens").database.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(f"SELECT {columns} FROM garden ORDER BY id"))]  # noqa: S608


@pytest.fixture
def process(gardens: Instance) -> Iterator[Instance]:
    """The instance as the process that upgrades sees it: nothing is imported yet."""
    with new_process(gardens) as own:
        yield own


def test_everything_is_on_the_new_version_afterwards(process: Instance, two: Path, actor: Actor) -> None:
    outcome = upgrade_app(process, REGION, "gardens", two, NEW, actor=actor, basis="SK 2")
    assert outcome.operation is not None
    assert outcome.operation.kind == "upgrade"
    record = process.ledger.installation(REGION, "gardens")
    assert record is not None
    assert (record.version, record.data_epoch, record.state) == ("2.0.0", 2, InstallationState.ACTIVE)
    installation = open_installation(process, REGION, "gardens")
    assert installation.version == "2.0.0"
    settings: Any = installation.settings
    assert (settings.title, settings.opening_minute, settings.contact) == ("Taman Kota", 480, "Ibu Sari")
    assert settings.api_key.get_secret_value() == "marker-1"
    assert rows(process, "name, area") == [("Rose", 10), ("Melati", 10)]
    assert list(installation.files.names()) == ["index.txt"]
    data = process.data(REGION, "gardens")
    assert (data.epoch(), data.revisions()) == (2, {"0002"})
    assert installation.overrides.files["kinds.toml"] == KINDS.replace("days = 3", "days = 5").encode()


def test_a_renamed_setting_keeps_who_set_it_and_on_what_order(process: Instance, two: Path, actor: Actor) -> None:
    before = {value.key: value for value in process.ledger.settings(REGION, "gardens")}
    upgrade_app(process, REGION, "gardens", two, NEW, actor=Actor(account="x", name="Night shift"), basis="SK 2")
    after = {value.key: value for value in process.ledger.settings(REGION, "gardens")}
    assert set(after) == {"title", "opening_minute", "api_key", "contact"}
    assert (after["title"].set_by, after["title"].basis, after["title"].set_at) == (
        actor.name,
        "SK 1",
        before["public_name"].set_at,
    )
    assert (after["api_key"].set_by, after["api_key"].basis) == (actor.name, "SK 1")
    assert (after["opening_minute"].set_by, after["opening_minute"].basis) == ("Night shift", "SK 2")
    secrets = [path.name for path in process.layout.secrets(REGION, "gardens").iterdir() if path.is_file()]
    assert secrets == ["api_key"]
    assert [value.key for value in process.ledger.settings(REGION, "_region")] == ["sender"]


def test_the_plan_tells_what_changes_and_changes_nothing(process: Instance, two: Path) -> None:
    with prepared_upgrade(process, REGION, "gardens", two) as prepared:
        plan = prepared.plan(NEW)
        names = [step.name for step in plan.steps]
        assert names == [
            "store-code",
            "stop-serving",
            "keep-state",
            "switch-code",
            "carry-secrets",
            "write-settings",
            "write-overrides",
            "migrate-tables",
            "after-upgrade",
            "health-probe",
            "note-rows",
            "record-act",
            "activate",
        ]
        assert plan.as_json()["from_version"] == "1.0.0"
        told = "\n".join(plan.notices)
        assert "public_name is now title" in told
        assert "does not take the stored setting note (set by IT officer, SK 1)" in told
    record = process.ledger.installation(REGION, "gardens")
    assert record is not None
    assert record.version == "1.0.0"
    assert len(list((process.layout.code / "gardens").iterdir())) == 1
    assert process.data(REGION, "gardens").revisions() == {"0001"}


def test_a_new_required_setting_is_asked_for_in_the_plan(process: Instance, two: Path, actor: Actor) -> None:
    with pytest.raises(SettingsError) as caught:
        upgrade_app(process, REGION, "gardens", two, actor=actor)
    assert [(fault.code, fault.where.key) for fault in caught.value.faults] == [("key-missing", "contact")]


def test_the_same_version_again_does_nothing(gardens: Instance, one: Path, actor: Actor) -> None:
    assert upgrade_app(gardens, REGION, "gardens", one, actor=actor).operation is None


def test_another_region_keeps_its_version(gardens: Instance, one: Path, two: Path, actor: Actor) -> None:
    with new_process(gardens) as own:
        install_app(own, OTHER, one, ANSWERS, actor=actor)
    with new_process(gardens) as own:
        upgrade_app(own, REGION, "gardens", two, NEW, actor=actor)
    with new_process(gardens) as own:
        assert open_installation(own, OTHER, "gardens").version == "1.0.0"
        assert len(own.code_folders()) == 2


def test_a_process_that_runs_the_old_version_is_told_to_leave_it_to_another(gardens: Instance, two: Path, actor: Actor) -> None:
    with new_process(gardens) as own:
        open_installation(own, REGION, "gardens")
        with pytest.raises(AppImportError, match="another version"):
            upgrade_app(own, REGION, "gardens", two, NEW, actor=actor)
        assert open_installation(own, REGION, "gardens").version == "1.0.0"


def test_conflicts_of_overrides_are_listed_by_key_and_refuse_until_somebody_decides(
    gardens: Instance, app_factory: AppFactory, actor: Actor
) -> None:
    wheel = gardens_two(app_factory, more={"regional/kinds.toml": KINDS.replace("days = 3", "days = 9")})
    with new_process(gardens) as own, prepared_upgrade(own, REGION, "gardens", wheel) as prepared:
        plan = prepared.plan(NEW)
        assert [(fault.code, fault.where.key) for fault in plan.refusals] == [
            ("override-conflict", "files/kinds.toml:road.days")
        ]
        with pytest.raises(RefusedError):
            prepared.apply(plan, actor)
        slip = prepared.plan(NEW, {"files/kinds.toml:road.day": Choice.OURS})
        assert {fault.code for fault in slip.refusals} == {"override-conflict", "override-choice-unknown"}
        prepared.apply(prepared.plan(NEW, {"files/kinds.toml:road.days": Choice.THEIRS}), actor)
        assert read_kept(own.layout.overrides(REGION, "gardens")) == {}


def test_what_both_changed_in_different_places_is_merged(gardens: Instance, app_factory: AppFactory, actor: Actor) -> None:
    with new_process(gardens) as own:
        change(own, "templates/front.html", PAGE.replace("Welcome", "Selamat datang"), actor)
    wheel = gardens_two(app_factory, more={"templates/front.html": PAGE.replace("Bye", "Good bye")})
    with new_process(gardens) as own:
        upgrade_app(own, REGION, "gardens", wheel, NEW, actor=actor)
        (kept,) = [one for item, one in read_kept(own.layout.overrides(REGION, "gardens")).items() if "front" in item.name]
        assert kept.content.decode() == PAGE.replace("Welcome", "Selamat datang").replace("Bye", "Good bye")
        assert (kept.base_version, kept.base) == ("2.0.0", PAGE.replace("Bye", "Good bye").encode())


@pytest.mark.parametrize(("name", "told"), [("explode", "after_upgrade exploded"), ("sick", "the gardens are closed")])
def test_an_app_that_fails_after_its_upgrade_is_rolled_back_code_and_data_and_files(
    gardens: Instance, two: Path, actor: Actor, name: str, told: str
) -> None:
    before = rows(gardens), gardens.ledger.settings(REGION, "gardens"), gardens.ledger.installation(REGION, "gardens")
    with new_process(gardens) as own, pytest.raises(OperationError, match=told) as caught:
        upgrade_app(own, REGION, "gardens", two, {**NEW, "title": name}, actor=actor)
    assert "Everything is as it was before" in str(caught.value)
    after = rows(gardens), gardens.ledger.settings(REGION, "gardens"), gardens.ledger.installation(REGION, "gardens")
    assert after[:2] == before[:2]
    assert after[2] is not None
    assert (after[2].version, after[2].state, after[2].data_epoch) == ("1.0.0", InstallationState.ACTIVE, 1)
    assert KeptStates(gardens, REGION, "gardens").all() == ()
    assert len(list((gardens.layout.code / "gardens").iterdir())) == 1
    with new_process(gardens) as own:
        installation = open_installation(own, REGION, "gardens")
        with installation.files.open("photos/rose.txt") as file:
            assert file.read() == b"a rose"
        assert list(installation.files.names()) == ["photos/rose.txt"]
        configure_app(own, REGION, "gardens", {"note": "still works"}, actor=actor)


def test_what_is_kept_shares_no_file_with_what_is_in_use(process: Instance, two: Path, actor: Actor) -> None:
    place = process.layout.files(REGION, "gardens") / "photos" / "rose.txt"
    number = place.stat().st_ino
    upgrade_app(process, REGION, "gardens", two, NEW, actor=actor)
    (state,) = KeptStates(process, REGION, "gardens").all()
    kept = process.layout.kept_states(REGION, "gardens") / state.name / "files" / "photos" / "rose.txt"
    assert kept.read_bytes() == b"a rose"
    assert kept.stat().st_ino != number
    assert kept.stat().st_nlink == 1
