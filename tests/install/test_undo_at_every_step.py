"""Whatever step fails, or whenever the process is killed: everything is as it was before, byte for byte."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from smartcity_share.errors import OperationBusyError, OperationError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import (
    Instance,
    configure_app,
    diagnose,
    install_app,
    installed_apps,
    open_installation,
    remove_app,
)
from smartcity_share.install.records import InstallationState, OperationState, StepState
from smartcity_share.install.recovery import undo_operation
from smartcity_share.install.steps.all import STEPS
from smartcity_share.install.steps.base import Probe, StepContext
from smartcity_share.install.unfinished import unfinished
from tests.install.conftest import REGION, tree

Act = Callable[[Instance, Path, Actor, Path], Any]


def installing(instance: Instance, wheel: Path, actor: Actor, _out: Path) -> Any:
    return install_app(instance, REGION, wheel, {"public_name": "Taman", "token": "marker-1", "sender": "a@b"}, actor=actor)


def configuring(instance: Instance, _wheel: Path, actor: Actor, _out: Path) -> Any:
    answers = {"public_name": "Kebun", "token": "marker-2", "sender": "c@d"}
    return configure_app(instance, REGION, "parks", answers, actor=actor, unset=["opening_hour"])


def removing(instance: Instance, _wheel: Path, actor: Actor, out: Path) -> Any:
    return remove_app(instance, REGION, "parks", export=out, actor=actor)


INSTALL = [
    "store-code",
    "record-installation",
    "write-secrets",
    "write-settings",
    "create-database",
    "create-files",
    "provision",
    "health-probe",
    "record-act",
    "activate",
]
CONFIGURE = ["write-secrets", "write-settings", "health-probe", "record-act"]
REMOVE = [
    "stop-serving",
    "export",
    "verify-export",
    "deprovision",
    "set-aside",
    "write-settings",
    "drop-installation",
    "drop-code",
    "record-act",
]
CASES = [
    pytest.param(act, name, id=f"{act.__name__}-{name}")
    for act, names in ((installing, INSTALL), (configuring, CONFIGURE), (removing, REMOVE))
    for name in names
]


@pytest.fixture
def prepared(instance: Instance, parks_wheel: Path, actor: Actor, request: pytest.FixtureRequest) -> Instance:
    """The instance as the operation finds it: with the app installed, unless it is the install itself."""
    if request.node.callspec.params["act"] is not installing:
        answers = {"public_name": "Taman", "token": "marker-1", "opening_hour": 5}
        install_app(instance, REGION, parks_wheel, answers, actor=actor, basis="SK 1")
    return instance


def state(instance: Instance) -> tuple[Any, ...]:
    """Everything that must be the same before and after: every byte on the disk, and the records.

    SQLite takes up what a killed process left beside a database when the next one opens it; so it is opened once here.
    """
    instance.close()
    for path in instance.layout.installations.rglob("data.sqlite"):
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    records = [(one.id, one.version, one.state, one.installed_at) for one in instance.ledger.installations()]
    settings = [instance.ledger.settings(REGION, app) for app in ("parks", "_region")]
    return tree(instance.folder), records, settings, instance.ledger.deletions()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("act", "name"), CASES)
def test_a_failing_step_leaves_everything_as_it_was(
    prepared: Instance,
    parks_wheel: Path,
    actor: Actor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    act: Act,
    name: str,
    when: str,
) -> None:
    before = state(prepared)
    kind = STEPS[name]
    original = kind.do

    def failing(self: Any, context: StepContext) -> None:
        if when == "after":
            original(self, context)
        _full()

    monkeypatch.setattr(kind, "do", failing)
    if name == "store-code":  # planning has unpacked it already: the step finds it done
        monkeypatch.setattr(kind, "probe", _not_done)
        monkeypatch.setattr(kind, "do", _full)
    with pytest.raises(OperationError, match="Everything is as it was before") as caught:
        act(prepared, parks_wheel, actor, tmp_path / "out")
    monkeypatch.undo()
    assert "marker-" not in str(caught.value)
    assert state(prepared) == before
    assert not (tmp_path / "out").exists()
    (ended,) = prepared.ledger.operations(OperationState.UNDONE)
    assert "No space left" in ended.fault
    act(prepared, parks_wheel, actor, tmp_path / "out")
    assert diagnose(prepared, timeout=20) == ()


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def _locked(*_: object) -> None:
    raise OSError(13, "Permission denied")


def _not_done(*_: object) -> Probe:
    return Probe.NOT


def _die(*_: object) -> None:
    os._exit(9)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("act", "name"), CASES)
def test_a_process_killed_at_a_step_is_undone_from_the_journal(
    prepared: Instance,
    parks_wheel: Path,
    actor: Actor,
    tmp_path: Path,
    act: Act,
    name: str,
    when: str,
) -> None:
    before = state(prepared)
    prepared.close()
    child = os.fork()
    if child == 0:
        _killed_at(prepared.folder, parks_wheel, actor, tmp_path / "out", act, name, when)
    os.waitpid(child, 0)

    after = Instance.open(prepared.folder, now=prepared.now)
    (left,) = unfinished(after)
    assert left.state is OperationState.RUNNING
    codes = [finding.code for finding in diagnose(after, timeout=20)]
    assert "operation-cut-off" in codes
    if left.kind == "install" and name != "activate":
        assert installed_apps(after, REGION) == ()
    with pytest.raises(OperationBusyError) as caught:
        act_again(after, act, parks_wheel, actor, tmp_path)
    assert f"smartcity doctor --undo {left.id}" in str(caught.value.hint)
    assert undo_operation(after, left.id, actor).state is OperationState.UNDONE
    assert state(after) == before
    assert not (tmp_path / "out").exists()
    assert diagnose(after, timeout=20) == ()
    act(after, parks_wheel, actor, tmp_path / "out")
    after.close()


def act_again(instance: Instance, act: Act, wheel: Path, actor: Actor, tmp_path: Path) -> None:
    """Try the same once more; where what is half done refuses it by itself, ask for the lock alone."""
    from smartcity_share.install.apply import apply
    from smartcity_share.install.plan import Plan
    from smartcity_share.install.steps.storage import CreateFiles

    apply(Plan("install", REGION, "parks", "1.0.0", (CreateFiles(),)), instance, actor)


def _killed_at(folder: Path, wheel: Path, actor: Actor, out: Path, act: Act, name: str, when: str) -> None:
    """Run the operation in this child process and die in the middle of a step, with nothing cleaned up."""
    kind = STEPS[name]
    original = kind.do

    def dying(self: Any, context: StepContext) -> None:
        if when == "after":
            original(self, context)
        _die()

    try:
        kind.do = dying  # type: ignore[method-assign]
        if name == "store-code":
            kind.probe, kind.do = _not_done, _die  # type: ignore[method-assign,assignment]
        act(Instance.open(folder), wheel, actor, out)
    finally:
        os._exit(1)


def test_a_step_that_cannot_be_undone_is_left_for_a_person_with_the_next_command(
    instance: Instance, parks_wheel: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartcity_share.install.steps.hooks import HealthProbe
    from smartcity_share.install.steps.storage import CreateFiles

    monkeypatch.setattr(HealthProbe, "do", _full)
    monkeypatch.setattr(CreateFiles, "undo", _locked)
    with pytest.raises(OperationError, match="Undoing create-files failed") as caught:
        install_app(instance, REGION, parks_wheel, {"public_name": "Taman"}, actor=actor)
    (left,) = instance.ledger.operations(OperationState.NEEDS_PERSON)
    assert left.next_command == f"smartcity doctor --undo {left.id}"
    assert left.next_command in str(caught.value.hint)
    assert "Still done, at least in part: store-code, record-installation, write-settings, create-database" in left.fault
    record = instance.ledger.installation(REGION, "parks")
    assert record is not None
    assert record.state is InstallationState.NEEDS_PERSON
    assert installed_apps(instance, REGION) == ()
    assert {"operation-needs-person"} == {finding.code for finding in diagnose(instance)}
    failed = [step.name for step in instance.ledger.steps(left.id) if step.state is StepState.FAILED]
    assert failed == ["create-files"]

    monkeypatch.undo()
    assert undo_operation(instance, left.id, actor).state is OperationState.UNDONE
    assert instance.ledger.installations() == ()
    assert diagnose(instance) == ()


@pytest.mark.parametrize(
    ("name", "told"), [("explode", "provision exploded"), ("sick", "the park is closed"), ("leaky", "cannot use •••")]
)
def test_an_app_that_fails_while_it_is_installed_is_undone(
    instance: Instance, parks_wheel: Path, actor: Actor, name: str, told: str
) -> None:
    before = state(instance)
    with pytest.raises(OperationError, match=told):
        install_app(instance, REGION, parks_wheel, {"public_name": name, "token": "marker-1"}, actor=actor)
    assert state(instance) == before


def test_an_operation_that_ended_or_is_not_known_is_not_undone(instance: Instance, parks_wheel: Path, actor: Actor) -> None:
    outcome = install_app(instance, REGION, parks_wheel, {"public_name": "Taman"}, actor=actor)
    assert outcome.operation is not None
    with pytest.raises(OperationError, match="has ended: done"):
        undo_operation(instance, outcome.operation.id, actor)
    with pytest.raises(OperationError, match="no operation nobody-began"):
        undo_operation(instance, "nobody-began", actor)
    assert open_installation(instance, REGION, "parks").version == "1.0.0"


def test_an_operation_whose_process_lives_is_neither_unfinished_nor_undone(
    instance: Instance, parks_wheel: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []

    def look(_place: int, _count: int, _step: object) -> None:
        (running,) = instance.ledger.operations(OperationState.RUNNING)
        seen.append(unfinished(instance))
        monkeypatch.setattr("smartcity_share.install.recovery.this_process", lambda: "another")
        with pytest.raises(OperationBusyError, match="still running"):
            undo_operation(instance, running.id, actor)

    install_app(instance, REGION, parks_wheel, {"public_name": "Taman"}, actor=actor, watch=look)
    assert seen == [()] * 9
