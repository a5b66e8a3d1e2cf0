"""A moment without the database counts against no region; what loses it each time is counted, and the rest go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from smartcity_share.errors import OperationError, RolloutError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, install_app, upgrade_judging
from smartcity_share.install.apply import Outcome
from smartcity_share.install.journal import Journal
from smartcity_share.install.records import OperationState, StepState
from smartcity_share.install.rollouts import hand
from smartcity_share.install.rollouts.beginning import begin_rollout, plan_rollout
from smartcity_share.install.rollouts.outages import PAUSES
from smartcity_share.install.rollouts.records import RegionState, RolloutState
from smartcity_share.install.rollouts.running import run_rollout
from smartcity_share.install.rollouts.store import RolloutStore
from smartcity_share.install.steps.base import Step
from smartcity_share.install.storage.postgres_outage import tells_outage
from tests.install.conftest import new_process
from tests.postgresql import Server

PLANNED, WRITTEN, MIGRATED, ASKED, STUCK, ALWAYS = REGIONS = ("13.10", "13.71", "71.08", "73.71", "91.71", "94.01")
Place = tuple[str, str, StepState]


class Door:
    """The way to one database: shut, every connection is lost and none can be opened."""

    def __init__(self, server: Server, url: str) -> None:
        self._server = server
        self._name = url.rpartition("/")[2]

    def shut(self) -> None:
        self._server.run(f"ALTER DATABASE {self._name} WITH ALLOW_CONNECTIONS false")
        ended = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"
        self._server.connection.execute(ended, [self._name])

    def open(self, _seconds: float = 0) -> None:
        self._server.run(f"ALTER DATABASE {self._name} WITH ALLOW_CONNECTIONS true")


@pytest.fixture
def door(postgresql: Server, postgresql_url: str) -> Iterator[Door]:
    found = Door(postgresql, postgresql_url)
    yield found
    found.open()


@pytest.fixture
def fleet(tmp_path: Path, postgresql_url: str, one: Path, actor: Actor) -> Iterator[Callable[..., Instance]]:
    """Makes an instance whose regions have the first version."""
    made: list[Instance] = []

    def make(*regions: str) -> Instance:
        made.append(Instance.create(tmp_path / "fleet", regions, database=postgresql_url))
        with new_process(made[0]) as own:
            for region in regions:
                install_app(own, region, one, {"public_name": f"Taman {region}"}, actor=actor)
        return made[0]

    yield make
    for instance in made:
        instance.close()


def struck(door: Door, monkeypatch: pytest.MonkeyPatch, after: dict[Place, bool], before: set[Place]) -> None:
    """Shut the door after the journal was written at some places, once or always; open it before it is at others."""
    write = Journal.write

    def writing(self: Journal, number: int, step: Step, state: StepState, fault: str = "") -> None:
        place = (self._operation.region, step.name, state)
        if place in before:
            before.discard(place)
            door.open()
        write(self, number, step, state, fault)
        if place in after:
            if not after[place]:
                del after[place]
            door.shut()

    monkeypatch.setattr(Journal, "write", writing)


def test_what_failed_because_the_database_was_away_is_tried_again_and_counts_for_nothing(
    fleet: Callable[..., Instance], door: Door, two: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = fleet(*REGIONS)
    after: dict[Place, bool] = {
        (WRITTEN, "stop-serving", StepState.DOING): False,
        (MIGRATED, "migrate-tables", StepState.DOING): False,
        (ASKED, "health-probe", StepState.DOING): False,
        (STUCK, "health-probe", StepState.DOING): False,
        (STUCK, "keep-state", StepState.UNDOING): False,
        (ALWAYS, "migrate-tables", StepState.DOING): True,
    }
    # Back in time for the way back, in two regions; in one of them gone again in the middle of it.
    before = {
        (ASKED, "health-probe", StepState.FAILED),
        (STUCK, "health-probe", StepState.FAILED),
        (STUCK, "keep-state", StepState.FAILED),
    }
    with new_process(instance) as process:
        upgrade, stuck = hand.upgrade_app, []

        def upgraded(own: Instance, region: str, *rest: Any, **more: Any) -> Outcome:
            try:
                return upgrade(own, region, *rest, **more)
            except OperationError:
                stuck.extend(one.region for one in own.ledger.operations(OperationState.NEEDS_PERSON))
                raise

        def rendered(own: Instance, schema: Any, data: Any) -> Any:
            if not planned:  # the first region
                planned.append(PLANNED)
                door.shut()
            return script_for(own, schema, data)

        planned: list[str] = []
        script_for = upgrade_judging.script_for
        monkeypatch.setattr(hand, "upgrade_app", upgraded)
        monkeypatch.setattr(upgrade_judging, "script_for", rendered)
        plan = plan_rollout(process, "gardens", two, pilots=REGIONS, shares=[100])
        rollout = begin_rollout(process, plan, two, actor, answers=("contact=Ibu Sari",))
        struck(door, monkeypatch, after, before)
        sitting = run_rollout(process, rollout.id, actor, pause=door.open)
        assert (list(after), before, planned, stuck) == (
            [(ALWAYS, "migrate-tables", StepState.DOING)],
            set(),
            [PLANNED],
            [STUCK],
        )
        came = {one.region: one for one in sitting.outcomes}
        assert {code: one.state.value for code, one in came.items()} == {**dict.fromkeys(REGIONS, "done"), ALWAYS: "failed"}
        assert came[ALWAYS].fault.startswith("The database was lost in each of 3 tries")
        assert [one.region for one in RolloutStore(process.storage.jobs).quarantine()] == [ALWAYS]
        found = {one.region: (one.version, one.state.value) for one in process.ledger.installations()}
        assert found == {**dict.fromkeys(REGIONS, ("2.0.0", "active")), ALWAYS: ("1.0.0", "active")}


def test_a_database_that_does_not_come_back_ends_the_run_and_the_next_one_goes_on(
    fleet: Callable[..., Instance], door: Door, two: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    with new_process(fleet(PLANNED)) as process:
        plan = plan_rollout(process, "gardens", two)
        rollout = begin_rollout(process, plan, two, actor, answers=("contact=Ibu Sari",))
        struck(door, monkeypatch, {(PLANNED, "migrate-tables", StepState.DOING): False}, set())
        with pytest.raises(RolloutError, match="has been away for 60 seconds") as caught:
            run_rollout(process, rollout.id, actor, pause=waits.append)
        assert (tuple(waits), f"smartcity rollout run {rollout.id}" in str(caught.value.hint)) == (PAUSES, True)
        door.open()
        store = RolloutStore(process.storage.jobs)
        assert ([one.state for one in store.outcomes(rollout.id)], store.quarantine()) == ([RegionState.WAITING], ())
        assert run_rollout(process, rollout.id, actor).rollout.state is RolloutState.DONE


def test_only_what_says_that_the_server_was_out_of_reach_is_taken_for_it(postgresql: Server, postgresql_url: str) -> None:
    refused = postgresql_url.replace(f":{postgresql.port}/", ":1/")
    with pytest.raises(psycopg.OperationalError) as caught:
        psycopg.connect(refused)
    failed = OperationError("failed", hint=None)
    failed.__cause__ = OperationalError("SELECT 1", {}, caught.value)
    assert tells_outage(failed)
    with closing(psycopg.connect(postgresql_url)) as connection:
        for statement in ("SELECT 1/0", "SET statement_timeout = 1; SELECT pg_sleep(1)", "SET lock_timeout = 'x'"):
            with pytest.raises(psycopg.Error) as at_fault, connection.transaction():
                connection.execute(statement)  # type: ignore[call-overload] # psycopg wants a literal
            assert not tells_outage(IntegrityError(statement, {}, at_fault.value))
    assert not tells_outage(OSError("Input/output error"))
