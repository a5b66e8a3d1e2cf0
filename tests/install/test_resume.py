"""What a crash left is finished or undone from the journal alone; history tells what happened, by whom and why."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

import attrs
import pytest

from smartcity_share.errors import OperationBusyError, OperationError, PlanStaleError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import (
    Event,
    Instance,
    configure_app,
    install_app,
    open_installation,
    prepared_configure,
    read_history,
    resume_all,
    resume_operation,
)
from smartcity_share.install.records import OperationState, StepState
from smartcity_share.install.unfinished import unfinished
from tests.install.conftest import NOW, REGION
from tests.install.killing import Place, killed_at, struck_at
from tests.install.operations import World
from tests.kept import Brought

OTHER_ACTOR: Final = Actor(account="system:night", name="Night watch")


@pytest.fixture
def parks(brought: Brought, parks_wheel: Path, actor: Actor) -> Instance:
    """The instance with the app in one region."""
    answers = {"public_name": "Taman", "token": "marker-1"}
    return brought(__name__, lambda own: install_app(own, REGION, parks_wheel, answers, actor=actor))


def event_of(instance: Instance, operation: str) -> Event:
    """What history tells of an operation."""
    return next(one for one in read_history(instance, region=REGION, app="parks") if one.operation.id == operation)


def cut_off(instance: Instance, actor: Actor, place: Place, answers: dict[str, object]) -> str:
    """Have a child killed while it changes settings; the id of the operation it left."""
    world = World(instance, Path(), None, instance.folder.parent / "out")  # type: ignore[arg-type] # no wheel is needed
    killed_at(world, place, lambda one: configure_app(one.instance, REGION, "parks", answers, actor=actor, basis="SK 7"))
    (left,) = unfinished(instance)
    return left.id


def test_a_change_without_new_secrets_is_finished_in_the_name_of_the_one_who_asked(parks: Instance, actor: Actor) -> None:
    left = cut_off(parks, actor, Place(0, "write-settings", "row"), {"public_name": "Kebun"})
    resumed = resume_operation(parks, left, actor=OTHER_ACTOR)
    assert resumed.operation.state is OperationState.DONE
    assert open_installation(parks, REGION, "parks").settings.public_name == "Kebun"
    (value,) = (one for one in parks.ledger.settings(REGION, "parks") if one.key == "public_name")
    assert (value.set_by, value.basis) == (actor.name, "SK 7")
    assert parks.audit.entries(REGION)[0].action == "settings.changed"
    event = event_of(parks, left)
    assert (event.operation.actor, event.resumed_by, event.state) == (actor.name, "Night watch", "done")


def test_a_change_is_undone_where_it_could_be_finished_if_that_is_asked_for(parks: Instance, actor: Actor) -> None:
    left = cut_off(parks, actor, Place(1, "health-probe", "row"), {"public_name": "Kebun"})
    (undone,) = resume_all(parks, actor=OTHER_ACTOR, undo=True)
    assert (undone.operation.id, undone.operation.state) == (left, OperationState.UNDONE)
    assert open_installation(parks, REGION, "parks").settings.public_name == "Taman"


@pytest.mark.parametrize(("moment", "state", "token"), [("row", "undone", "marker-1"), ("effect", "undone", "marker-1")])
def test_new_secrets_that_were_not_all_written_by_the_journal_are_undone(
    parks: Instance, actor: Actor, moment: str, state: str, token: str
) -> None:
    left = cut_off(parks, actor, Place(0, "write-secrets", moment), {"token": "marker-2"})
    assert resume_operation(parks, left, actor=actor).operation.state == state
    assert open_installation(parks, REGION, "parks").settings.token.get_secret_value() == token


def test_new_secrets_that_were_written_are_kept_and_the_change_is_finished(parks: Instance, actor: Actor) -> None:
    left = cut_off(parks, actor, Place(1, "write-settings", "before"), {"token": "marker-2"})
    assert "marker" not in str(parks.ledger.operation(left))
    assert resume_operation(parks, left, actor=actor).operation.state is OperationState.DONE
    assert open_installation(parks, REGION, "parks").settings.token.get_secret_value() == "marker-2"


def test_a_step_that_fails_while_it_is_finished_undoes_the_operation(parks: Instance, actor: Actor) -> None:
    left = cut_off(parks, actor, Place(0, "write-settings", "row"), {"public_name": "sick"})
    with pytest.raises(OperationError, match=r"the park is closed\. Everything is as it was before"):
        resume_operation(parks, left, actor=actor)
    assert open_installation(parks, REGION, "parks").settings.public_name == "Taman"
    assert unfinished(parks) == ()


def test_the_next_one_is_told_what_was_cut_off_and_what_to_run(parks: Instance, actor: Actor) -> None:
    left = cut_off(parks, actor, Place(0, "write-settings", "row"), {"public_name": "Kebun"})
    with pytest.raises(
        OperationBusyError, match=rf"{left} \(configure of `parks` .* by IT officer\) began .* was cut off"
    ) as told:
        configure_app(parks, REGION, "parks", {"opening_hour": 9}, actor=actor)
    assert f"Run `smartcity resume {left}` first" in str(told.value.hint)
    event = event_of(parks, left)
    assert (event.state, event.next_command) == ("cut-off", f"smartcity resume {left}")
    assert [step.name for step in event.steps] == ["write-settings"]


def test_a_plan_made_before_another_change_ended_is_refused(parks: Instance, actor: Actor) -> None:
    early = prepared_configure(parks, REGION, "parks")
    plan = early.plan({"opening_hour": 9})
    configure_app(parks, REGION, "parks", {"opening_hour": 10}, actor=actor)
    with pytest.raises(PlanStaleError, match="was changed by another operation"):
        early.apply(plan, actor)
    assert open_installation(parks, REGION, "parks").settings.opening_hour == 10


def test_an_operation_that_ended_or_is_not_known_is_not_resumed(parks: Instance, actor: Actor) -> None:
    (ended,) = read_history(parks)
    with pytest.raises(OperationError, match="has ended: done"):
        resume_operation(parks, ended.operation.id, actor=actor)
    with pytest.raises(OperationError, match="no operation nobody-began"):
        resume_operation(parks, "nobody-began", actor=actor)
    assert resume_all(parks, actor=actor) == ()


def test_an_operation_of_a_newer_version_is_left_as_it_is(parks: Instance, actor: Actor) -> None:
    (ended,) = read_history(parks)
    plan = {"version": "9", "steps": [{"name": "step-to-come", "inputs": {}}]}
    newer = attrs.evolve(ended.operation, id="newer", state=OperationState.RUNNING, finished_at=None, owner="1:1@a/", plan=plan)
    parks.ledger.begin_operation(newer)
    (left,) = resume_all(parks, actor=actor)
    assert left.error is not None
    assert "another version of smartcity" in str(left.error)
    assert left.operation == newer


def test_an_operation_this_process_is_at_is_neither_left_nor_resumed(parks: Instance, actor: Actor) -> None:
    seen: list[object] = []

    def look(_place: int, _count: int, _step: object) -> None:
        (running,) = parks.ledger.operations(OperationState.RUNNING)
        seen.append(unfinished(parks))
        with pytest.raises(OperationBusyError, match="this process is at it"):
            resume_operation(parks, running.id, actor=actor)

    configure_app(parks, REGION, "parks", {"public_name": "Kebun"}, actor=actor, watch=look)
    assert seen == [()] * 3


def test_history_tells_the_latest_first_and_who_did_it_on_what_basis(parks: Instance, actor: Actor) -> None:
    parks.now = lambda: NOW + timedelta(minutes=5)
    configure_app(parks, REGION, "parks", {"opening_hour": 9}, actor=OTHER_ACTOR, basis="SK 3")
    assert [(one.operation.kind, one.operation.actor, one.operation.basis) for one in read_history(parks)] == [
        ("configure", "Night watch", "SK 3"),
        ("install", "IT officer", ""),
    ]
    assert len(read_history(parks, at_most=1)) == 1
    assert read_history(parks, region="13.10") == ()
    shown = read_history(parks, app="parks")[0].as_json()
    assert (shown["state"], shown["next_command"], shown["resumed_by"]) == ("done", "", "")
    assert {step["state"] for step in shown["steps"]} == {str(StepState.DONE)}


def test_a_process_that_was_taken_for_dead_stops_at_the_next_row(parks: Instance, actor: Actor) -> None:
    def taken() -> None:
        (running,) = parks.ledger.operations(OperationState.RUNNING)
        lease = parks.ledger.lease(running.id)
        assert lease is not None
        assert parks.ledger.take_operation(running, lease, attrs.evolve(lease, owner="7:7@there/boot", beat=5)) is not None
        assert parks.ledger.take_operation(running, lease, attrs.evolve(lease, owner="8:8@there/boot", beat=6)) is None

    with struck_at(Place(0, "write-settings", "row"), taken), pytest.raises(OperationBusyError, match="was taken over"):
        configure_app(parks, REGION, "parks", {"opening_hour": 9}, actor=actor)
    (running,) = parks.ledger.operations(OperationState.RUNNING)
    assert running.owner == "7:7@there/boot"
    assert [step.state for step in parks.ledger.steps(running.id)] == [StepState.DOING]
