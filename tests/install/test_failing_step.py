"""Whatever step fails: everything is as it was before, byte for byte, and the same command works afterwards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from smartcity_share.errors import OperationError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, diagnose, install_app, installed_apps, resume_operation
from smartcity_share.install.records import InstallationState, OperationState, StepState
from tests.install.conftest import REGION
from tests.install.killing import Scene, struck_at
from tests.install.operations import Operation, joined

SceneOf = Callable[[Operation, str], Scene]

pytestmark = pytest.mark.timeout(900)  # each goes through every step of an operation, on a machine that may be busy


@pytest.mark.parametrize(("engine", "moment"), [("sqlite", "row"), ("sqlite", "effect"), ("postgresql", "effect")])
@pytest.mark.parametrize("operation", joined())
def test_a_failing_step_leaves_everything_as_it_was(scene_of: SceneOf, operation: Operation, engine: str, moment: str) -> None:
    scene = scene_of(operation, engine)
    for place in scene.places(moment)[:-1]:
        with scene.copy() as world:
            if not scene.can_be_undone(place):
                continue
            with struck_at(place, _full), pytest.raises(OperationError, match="Everything is as it was before") as caught:
                operation.act(world)
            assert "marker-" not in str(caught.value)
            (*_, ended) = world.instance.ledger.operations(OperationState.UNDONE)
            assert "No space left" in ended.fault
            assert scene.settled(world, looked_at=moment == "row") == "undone", str(place)


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def _locked(*_: object) -> None:
    raise OSError(13, "Permission denied")


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
    assert left.next_command == f"smartcity resume {left.id}"
    assert left.next_command in str(caught.value.hint)
    assert "Still done, at least in part: store-code, record-installation, write-settings, create-database" in left.fault
    record = instance.ledger.installation(REGION, "parks")
    assert record is not None
    assert record.state is InstallationState.NEEDS_PERSON
    assert installed_apps(instance, REGION) == ()
    assert {"operation-needs-person"} == {finding.code for finding in diagnose(instance)}
    failed = [step.name for step in instance.ledger.steps(left.id) if step.state is StepState.FAILED]
    assert failed == ["create-files"]

    with pytest.raises(OperationError, match="Undoing create-files failed"):
        resume_operation(instance, left.id, actor=actor)
    monkeypatch.undo()
    assert resume_operation(instance, left.id, actor=actor).operation.state is OperationState.UNDONE
    assert instance.ledger.installations() == ()
    assert diagnose(instance) == ()


@pytest.mark.parametrize(
    ("name", "told"), [("explode", "provision exploded"), ("sick", "the park is closed"), ("leaky", "cannot use •••")]
)
def test_an_app_that_fails_while_it_is_installed_is_undone(
    instance: Instance, parks_wheel: Path, actor: Actor, name: str, told: str
) -> None:
    with pytest.raises(OperationError, match=told):
        install_app(instance, REGION, parks_wheel, {"public_name": name, "token": "marker-1"}, actor=actor)
    assert instance.ledger.installations() == ()
    assert instance.code_folders() == ()
    assert diagnose(instance) == ()
