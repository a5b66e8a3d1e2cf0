"""Whatever step of an upgrade or rollback fails, or whenever the process is killed: everything is as it was before, as one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from smartcity_share.install.recovery import undo_operation
from sqlalchemy import text

from smartcity_share.errors import OperationError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, diagnose, install_app, installed_apps, rollback_app, upgrade_app
from smartcity_share.install.records import OperationState
from smartcity_share.install.steps.all import STEPS
from smartcity_share.install.steps.base import Probe, StepContext
from smartcity_share.install.unfinished import unfinished
from tests.apps.factory import AppFactory
from tests.apps.gardens import gardens_one, gardens_two
from tests.install.conftest import REGION, new_process, tree

ANSWERS = {"public_name": "Taman Kota", "opening_hour": 8, "note": "old", "token": "marker-1", "sender": "a@b"}
NEW = {"contact": "Ibu Sari", "sender": "c@d"}
UPGRADE = [
    "store-code",
    "stop-serving",
    "keep-state",
    "switch-code",
    "carry-secrets",
    "write-settings",
    "migrate-tables",
    "after-upgrade",
    "health-probe",
    "note-rows",
    "record-act",
    "activate",
]
ROLLBACK = [
    "stop-serving",
    "keep-state",
    "restore-state",
    "switch-code",
    "health-probe",
    "note-rows",
    "let-go",
    "record-act",
    "activate",
]

Act = Callable[[Instance], Any]


@pytest.fixture(scope="session")
def wheels(shared_app_factory: AppFactory) -> tuple[Path, Path]:
    return gardens_one(shared_app_factory), gardens_two(shared_app_factory)


def state(instance: Instance) -> tuple[Any, ...]:
    """Everything that must be the same before and after: every file, row, record and setting. Asked of the data themselves."""
    data = instance.data(REGION, "gardens")
    data.close()
    with data.reading() as tables:
        rows = {shape.name: (shape.columns, sorted(tables.rows(shape.name))) for shape in tables.tables()}
    kept = tree(instance.folder, without=("ledger.sqlite", "accounts.sqlite", "data.", "__pycache__"))
    record = instance.ledger.installation(REGION, "gardens")
    assert record is not None
    facts = (record.version, record.state, record.data_epoch, record.code_location, record.installed_at)
    settings = [instance.ledger.settings(REGION, app) for app in ("gardens", "_region")]
    return kept, rows, (data.epoch(), data.revisions()), facts, settings


@pytest.fixture(params=["upgrade", "rollback"])
def case(
    request: pytest.FixtureRequest,
    instance: Instance,
    wheels: tuple[Path, Path],
    actor: Actor,
    app_factory: AppFactory,
) -> Iterator[tuple[Instance, Act, list[str]]]:
    """An instance, what is done to it, and the steps of that."""
    one, two = wheels
    with new_process(instance) as own:
        install_app(own, REGION, one, ANSWERS, actor=actor, basis="SK 1")
    if request.param == "upgrade":
        yield instance, lambda own: upgrade_app(own, REGION, "gardens", two, NEW, actor=actor), UPGRADE
        return
    with new_process(instance) as own:
        upgrade_app(own, REGION, "gardens", two, NEW, actor=actor)
        with own.data(REGION, "gardens").database.begin() as connection:
            connection.execute(text("INSERT INTO garden (name, area) VALUES ('Anggrek', 3)"))
    yield instance, lambda own: rollback_app(own, REGION, "gardens", actor=actor), ROLLBACK


@pytest.mark.timeout(600)
def test_a_process_killed_at_any_step_is_undone_from_the_journal(case: tuple[Instance, Act, list[str]], actor: Actor) -> None:
    instance, act, names = case
    before = state(instance)
    for name in names:
        for when in ("before", "after"):
            instance.close()
            child = os.fork()
            if child == 0:
                killed_at(instance.folder, act, name, when)
            os.waitpid(child, 0)
            after = Instance.open(instance.folder, now=instance.now)
            left = unfinished(after)
            assert [one.state for one in left] == [OperationState.RUNNING], f"{name} {when}"
            if name not in ("store-code", "stop-serving", "activate"):
                assert installed_apps(after, REGION) == (), f"served at {name} {when}"
            assert undo_operation(after, left[0].id, actor).state is OperationState.UNDONE
            assert state(after) == before, f"{name} {when}"
            after.close()
    with new_process(instance) as own:
        assert act(own).operation is not None
        assert [finding.code for finding in diagnose(own, timeout=20)] == []


@pytest.mark.timeout(600)
def test_a_full_disk_at_any_step_leaves_everything_as_it_was(case: tuple[Instance, Act, list[str]]) -> None:
    instance, act, names = case
    before = state(instance)
    for name in names:
        for when in ("before", "after"):
            with new_process(instance) as own, pytest.MonkeyPatch.context() as patch:
                fail_at(patch, name, when, full)
                with pytest.raises(OperationError, match="Everything is as it was before") as caught:
                    act(own)
                assert "marker-" not in str(caught.value)
                assert "No space left" in str(caught.value)
            assert state(instance) == before, f"{name} {when}"


def full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def die(*_: object) -> None:
    os._exit(9)


def fail_at(patch: pytest.MonkeyPatch, name: str, when: str, fail: Callable[..., None]) -> None:
    """Make a step fail before or after it did what it says."""
    kind = STEPS[name]
    original = kind.do

    def failing(self: Any, context: StepContext) -> None:
        if when == "after":
            original(self, context)
        fail()

    patch.setattr(kind, "do", failing)
    if name == "store-code":  # planning has unpacked it already: the step finds it done
        patch.setattr(kind, "probe", lambda *_: Probe.NOT)
        patch.setattr(kind, "do", fail)


def killed_at(folder: Path, act: Act, name: str, when: str) -> None:
    """Run the operation in this child process and die in the middle of a step, with nothing cleaned up."""
    try:
        fail_at(pytest.MonkeyPatch(), name, when, die)
        act(Instance.open(folder))
    finally:
        os._exit(1)
