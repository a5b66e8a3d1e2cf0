"""A rollback puts data, files, settings and code of an earlier version back as one, and says first what would be lost."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from smartcity_share.errors import RefusedError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import (
    Instance,
    configure_app,
    diagnose,
    erase_app,
    install_app,
    open_installation,
    planned_rollback,
    remove_app,
    rollback_app,
    upgrade_app,
)
from smartcity_share.install.kept_states import KeptStates
from tests.apps.factory import AppFactory
from tests.apps.gardens import gardens_one, gardens_two
from tests.install.conftest import REGION, new_process
from tests.kept import Brought

ANSWERS = {"public_name": "Taman Kota", "opening_hour": 8, "token": "marker-1"}
NEW = {"contact": "Ibu Sari"}


@pytest.fixture(scope="session")
def wheels(shared_app_factory: AppFactory) -> dict[str, Path]:
    made = {version: gardens_two(shared_app_factory, version) for version in ("2.0.0", "3.0.0")}
    return {"1.0.0": gardens_one(shared_app_factory), **made}


@pytest.fixture
def upgraded(brought: Brought, wheels: dict[str, Path], actor: Actor) -> Instance:
    """An instance whose region was upgraded, and used since."""

    def make(first: Instance) -> None:
        install_app(first, REGION, wheels["1.0.0"], ANSWERS, actor=actor, basis="SK 1")
        with new_process(first) as own:
            upgrade_app(own, REGION, "gardens", wheels["2.0.0"], NEW, actor=actor)
            with own.data(REGION, "gardens").database.begin() as connection:
                connection.execute(text("INSERT INTO garden (name, area) VALUES ('Anggrek', 3)"))
            open_installation(own, REGION, "gardens").files.write("photos/new.txt", b"new")

    return brought(__name__, make)


def refused(instance: Instance, app: str = "gardens") -> set[str]:
    with pytest.raises(RefusedError) as caught:
        planned_rollback(instance, REGION, app).require_possible()
    return {fault.code for fault in caught.value.faults}


def names(instance: Instance) -> list[str]:
    with instance.data(REGION, "gardens").database.engine.connect() as connection:
        return [name for (name,) in connection.execute(text("SELECT name FROM garden ORDER BY id"))]


def test_code_and_data_and_files_and_settings_come_back_as_one(upgraded: Instance, actor: Actor) -> None:
    plan = planned_rollback(upgraded, REGION, "gardens")
    told = " ".join(plan.losses)
    assert "garden +1" in told
    assert "files: 3 new, changed or gone" in told
    with new_process(upgraded) as own:
        outcome = rollback_app(own, REGION, "gardens", actor=actor, basis="SK 9")
        assert outcome.operation is not None
        installation = open_installation(own, REGION, "gardens")
        settings: Any = installation.settings
        assert (installation.version, settings.public_name, settings.opening_hour) == ("1.0.0", "Taman Kota", 8)
        assert settings.token.get_secret_value() == "marker-1"
        assert list(installation.files.names()) == ["photos/rose.txt"]
        assert names(own) == ["Rose", "Melati"]
        assert own.data(REGION, "gardens").epoch() == 1
        before = {value.key: (value.set_by, value.basis) for value in own.ledger.settings(REGION, "gardens")}
        assert before["public_name"] == (actor.name, "SK 1")
        configure_app(own, REGION, "gardens", {"note": "works"}, actor=actor)
        acts = [entry.action for entry in own.audit.entries(REGION, app="gardens")]
        assert acts[:3] == ["settings.changed", "app.rolled-back", "app.upgraded"]
        assert diagnose(own, timeout=20) == ()


def test_what_was_there_before_the_rollback_can_be_put_back_by_its_version(upgraded: Instance, actor: Actor) -> None:
    with new_process(upgraded) as own:
        rollback_app(own, REGION, "gardens", actor=actor)
        assert refused(own) == {"state-not-kept"}
    with new_process(upgraded) as own:
        rollback_app(own, REGION, "gardens==2.0.0", actor=actor)
        assert open_installation(own, REGION, "gardens").version == "2.0.0"
        assert names(own) == ["Rose", "Melati", "Anggrek"]


def test_a_version_that_was_never_installed_is_refused(upgraded: Instance) -> None:
    assert refused(upgraded, "gardens==1.5.0") == {"state-not-kept"}


def test_code_that_is_gone_or_changed_is_refused_before_anything_changes(upgraded: Instance) -> None:
    (state,) = KeptStates(upgraded, REGION, "gardens").all()
    assert state.record.code_location is not None
    folder = upgraded.folder / state.record.code_location
    next(folder.glob("*/plugin.py")).write_text("# changed")
    assert refused(upgraded) == {"code-not-there"}
    shutil.rmtree(folder)
    assert refused(upgraded) == {"code-not-there"}


def test_a_kept_state_that_is_damaged_is_refused(upgraded: Instance) -> None:
    (state,) = KeptStates(upgraded, REGION, "gardens").all()
    (upgraded.layout.kept_states(REGION, "gardens") / state.name / "files" / "photos" / "rose.txt").write_bytes(b"no rose")
    assert refused(upgraded) == {"state-damaged"}


def test_only_the_last_states_are_kept_and_their_code_with_them(
    upgraded: Instance, wheels: dict[str, Path], actor: Actor, app_factory: AppFactory
) -> None:
    change = ('from_version.startswith("1.")', "from_version")
    three, four = (gardens_two(app_factory, version, change=change) for version in ("3.0.0", "4.0.0"))
    for wheel in (three, four):
        with new_process(upgraded) as own:
            upgrade_app(own, REGION, "gardens", wheel, actor=actor)
    assert [state.record.version for state in KeptStates(upgraded, REGION, "gardens").all()] == ["3.0.0", "2.0.0"]
    versions = sorted(path.name.partition("-")[0] for path in (upgraded.layout.code / "gardens").iterdir())
    assert versions == ["2.0.0", "3.0.0", "4.0.0"]
    assert list(upgraded.layout.scratch.iterdir()) == []
    del wheels


def test_a_removal_takes_kept_states_and_their_code_along(upgraded: Instance, actor: Actor, tmp_path: Path) -> None:
    with new_process(upgraded) as own:
        (state,) = KeptStates(own, REGION, "gardens").all()
        remove_app(own, REGION, "gardens", export=tmp_path / "out", actor=actor)
        erase_app(own, REGION, "gardens", signed_off_by="Ibu Sari", actor=actor)
        assert not own.data(REGION, "gardens").has_snapshot(state.name)
        assert not own.layout.installations.exists() or list(own.layout.installations.rglob("*.snapshot")) == []
        assert list(own.layout.code.iterdir()) == []
