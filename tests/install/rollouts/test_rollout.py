"""A rollout upgrades region after region; what fails is set apart with its reason, and nobody waits for it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from sqlalchemy import text

from smartcity_share.errors import RefusedError, RolloutError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, install_app, open_installation
from smartcity_share.install.apply import Outcome
from smartcity_share.install.owner import _started, this_process
from smartcity_share.install.rollouts import hand
from smartcity_share.install.rollouts.beginning import begin_rollout, plan_rollout
from smartcity_share.install.rollouts.records import Claim, RegionState, Rollout, RolloutState, StopRule
from smartcity_share.install.rollouts.running import Sitting, approve_wave, run_rollout, stop_rollout
from smartcity_share.install.rollouts.store import RolloutStore
from smartcity_share.install.rollouts.turns import Turn
from tests.apps.factory import AppFactory
from tests.install.conftest import new_process

REGIONS = ("13.10", "13.71", "71.08", "73.71", "91.71")
PILOT, POISONED = "71.08", "73.71"
NEW = ("contact=Ibu Sari",)


@pytest.fixture
def fleet(tmp_path: Path, engine: str, one: Path, actor: Actor, app_factory: AppFactory) -> Iterator[Instance]:
    """Five regions with the first version, one of which has a column already that the second brings."""
    with closing(Instance.create(tmp_path / "fleet", REGIONS, database=engine)) as made:
        with new_process(made) as own:
            for region in REGIONS:
                install_app(own, region, one, {"public_name": f"Taman {region}"}, actor=actor)
            with own.data(POISONED, "gardens").database.begin() as connection:
                connection.execute(text("ALTER TABLE garden ADD COLUMN area INTEGER"))
        yield made


@pytest.fixture
def process(fleet: Instance) -> Iterator[Instance]:
    """The instance as the process that carries the rollout sees it: nothing is imported yet."""
    with new_process(fleet) as own:
        yield own


def begun(
    instance: Instance, wheel: Path, actor: Actor, *, rule: StopRule | None = None, answers: tuple[str, ...] = NEW
) -> Rollout:
    plan = plan_rollout(instance, "gardens", wheel, pilots=[PILOT], shares=[60, 100])
    return begin_rollout(instance, plan, wheel, actor, basis="SK 7", stop_rule=rule, answers=answers)


def states(sitting: Sitting) -> dict[str, str]:
    return {one.region: one.state.value for one in sitting.outcomes}


def versions(instance: Instance) -> dict[str, str]:
    return {record.region: record.version for record in instance.ledger.installations(app="gardens")}


def test_tenant_251_of_500_poisoned_stops_nobody_while_waves_wait_for_somebody(
    fleet: Instance, two: Path, actor: Actor
) -> None:
    with new_process(fleet) as process:
        rollout = begun(process, two, actor)
        assert rollout.waves == ((PILOT,), ("13.10", "13.71"), (POISONED, "91.71"))
        assert set(versions(process).values()) == {"1.0.0"}

        pilot = run_rollout(process, rollout.id, actor)
        waiting = (RolloutState.AWAITS_APPROVAL, f"smartcity rollout approve {rollout.id}")
        assert (pilot.rollout.state, pilot.next_command) == waiting
        assert [region for region, version in versions(process).items() if version == "2.0.0"] == [PILOT]
        assert run_rollout(process, rollout.id, actor).rollout.state is RolloutState.AWAITS_APPROVAL  # nobody said yes

        boss = Actor(name="Kepala Dinas")
        assert approve_wave(process, rollout.id, boss, "ND 3").approvals[-1].by == "Kepala Dinas"
        run_rollout(process, rollout.id, actor)
        approve_wave(process, rollout.id, boss)
        last = run_rollout(process, rollout.id, actor)
        assert last.rollout.state is RolloutState.DONE
        assert states(last) == {**dict.fromkeys(REGIONS, "done"), POISONED: "failed"}
        assert versions(process) == {**dict.fromkeys(REGIONS, "2.0.0"), POISONED: "1.0.0"}
        (failed,) = [outcome for outcome in last.outcomes if outcome.state is RegionState.FAILED]
        assert "area" in failed.fault
        (held,) = RolloutStore(process.storage.jobs).quarantine()
        assert (held.region, held.app, held.rollout) == (POISONED, "gardens", rollout.id)
        assert [act.kind for act in process.ledger.operations() if act.region == "91.71"] == ["install", "upgrade"]
        with pytest.raises(RefusedError) as caught:
            begin_rollout(process, plan_rollout(process, "gardens", two), two, actor)
        assert [fault.code for fault in caught.value.faults] == ["rollout-empty"]


def test_a_failed_region_works_on_its_old_version_and_is_taken_up_once_it_is_released(
    fleet: Instance, two: Path, actor: Actor
) -> None:
    with new_process(fleet) as process:
        plan = plan_rollout(process, "gardens", two, pilots=REGIONS, shares=[100])
        sitting = run_rollout(process, begin_rollout(process, plan, two, actor, answers=NEW).id, actor)
        assert (sitting.rollout.state, sitting.next_command) == (RolloutState.DONE, "")
    with new_process(fleet) as process:
        assert open_installation(process, POISONED, "gardens").settings.public_name == f"Taman {POISONED}"
        with process.data(POISONED, "gardens").database.begin() as connection:
            connection.execute(text("ALTER TABLE garden DROP COLUMN area"))
    with new_process(fleet) as process:
        assert plan_rollout(process, "gardens", two).left_out[POISONED].startswith("it is in quarantine")
        assert RolloutStore(process.storage.jobs).release(POISONED, "gardens")
        again = plan_rollout(process, "gardens", two)
        assert again.waves == ((POISONED,),)
        second = begin_rollout(process, again, two, actor, answers=NEW)
        assert run_rollout(process, second.id, actor).rollout.state is RolloutState.DONE
        assert set(versions(process).values()) == {"2.0.0"}


def test_a_rollout_stops_by_its_rule_and_the_rest_keep_their_version(process: Instance, two: Path, actor: Actor) -> None:
    plan = plan_rollout(process, "gardens", two, pilots=[PILOT, POISONED], shares=[100])
    rollout = begin_rollout(process, plan, two, actor, stop_rule=StopRule(most_failed=0), answers=NEW)
    sitting = run_rollout(process, rollout.id, actor)
    assert sitting.rollout.state is RolloutState.STOPPED
    assert POISONED in sitting.rollout.fault
    assert states(sitting)["91.71"] == "waiting"
    assert versions(process)["91.71"] == "1.0.0"
    with pytest.raises(RolloutError, match="has ended"):
        run_rollout(process, rollout.id, actor)


def test_a_new_setting_without_a_value_fails_the_pilot_and_nothing_was_changed(
    process: Instance, two: Path, actor: Actor
) -> None:
    sitting = run_rollout(process, begun(process, two, actor, answers=()).id, actor)
    assert sitting.rollout.state is RolloutState.STOPPED
    (failed,) = [outcome for outcome in sitting.outcomes if outcome.state is RegionState.FAILED]
    assert "contact" in failed.fault
    assert set(versions(process).values()) == {"1.0.0"}


def test_a_region_outside_its_window_waits_and_is_named(fleet: Instance, two: Path, actor: Actor) -> None:
    path = fleet.layout.config
    path.write_text(path.read_text("utf-8").replace("[maintenance]", '[maintenance]\nwindow = "01:00-02:00"', 1), "utf-8")
    noon = datetime(2026, 3, 2, 5, tzinfo=UTC)  # noon in Jakarta
    with new_process(fleet) as own, closing(Instance.open(own.folder, now=lambda: noon)) as process:
        rollout = begun(process, two, actor)
        sitting = run_rollout(process, rollout.id, actor)
        assert list(sitting.held) == [PILOT]
        assert "01:00-02:00" in sitting.held[PILOT]
        assert (sitting.rollout.state, set(versions(process).values())) == (RolloutState.RUNNING, {"1.0.0"})
    night = noon.replace(day=1, hour=17, minute=30)  # half past midnight in Manado's zone
    with new_process(fleet) as own, closing(Instance.open(own.folder, now=lambda: night)) as process:
        assert run_rollout(process, rollout.id, actor).held == {}


def test_a_region_another_process_is_at_is_waited_for_and_taken_when_that_one_is_gone(
    process: Instance, two: Path, actor: Actor
) -> None:
    store = RolloutStore(process.storage.jobs)
    rollout = begun(process, two, actor)
    pid, _, rest = this_process().partition(":")
    alive, dead = f"{os.getppid()}:{_started(os.getppid())}@{rest.partition('@')[2]}", f"{pid}:1@{rest.partition('@')[2]}"
    assert store.going() == ()

    def claimed(owner: str) -> None:
        store.take_turn(rollout.id, lambda one, outcomes, _: Turn(one, outcomes, Claim(PILOT, owner)))

    claimed(alive)
    waits: list[float] = []

    def pause(seconds: float) -> None:
        waits.append(seconds)
        assert versions(process)[PILOT] == "1.0.0"
        claimed(dead if len(waits) > 1 else alive)

    assert run_rollout(process, rollout.id, actor, pause=pause).rollout.state is RolloutState.AWAITS_APPROVAL
    assert (len(waits), versions(process)[PILOT]) == (2, "2.0.0")
    approve_wave(process, rollout.id, actor)
    assert store.going() == (rollout.id,)


def test_what_a_process_that_lost_its_region_found_is_not_written(process: Instance, two: Path, actor: Actor) -> None:
    store = RolloutStore(process.storage.jobs)
    rollout = begun(process, two, actor)
    (outcome,) = (one for one in store.outcomes(rollout.id) if one.region == PILOT)
    for owner in ("one", "other"):
        store.take_turn(rollout.id, lambda one, outcomes, _, owner=owner: Turn(one, outcomes, Claim(PILOT, owner)))  # type: ignore[misc]
    assert not store.put_outcome(rollout.id, Claim(PILOT, "one"), attrs.evolve(outcome, state=RegionState.FAILED))
    assert store.put_outcome(rollout.id, Claim(PILOT, "other"), attrs.evolve(outcome, state=RegionState.DONE))
    assert {one.region: one.state for one in store.outcomes(rollout.id)}[PILOT] is RegionState.DONE


def test_only_one_rollout_of_an_app_is_open_and_one_can_be_stopped(process: Instance, two: Path, actor: Actor) -> None:
    rollout = begun(process, two, actor)
    with pytest.raises(RolloutError, match="has not ended"):
        begun(process, two, actor)
    assert [path.name for path in (process.folder / "rollouts").iterdir()] == [rollout.id]
    stopped = stop_rollout(process, rollout.id, actor, "libur")
    assert (stopped.state, "libur" in stopped.fault) == (RolloutState.STOPPED, True)
    assert begun(process, two, actor).id != rollout.id
    with pytest.raises(RolloutError, match="no rollout"):
        run_rollout(process, "20260101-000000-abcdef", actor)
    with pytest.raises(RolloutError, match="waits for an approval"):
        approve_wave(process, rollout.id, actor)


def test_what_was_removed_meanwhile_is_left_out(process: Instance, two: Path, actor: Actor) -> None:
    rollout = begun(process, two, actor)
    record = process.ledger.installation(PILOT, "gardens")
    assert record is not None
    process.ledger.drop_installation(PILOT, "gardens")
    sitting = run_rollout(process, rollout.id, actor)
    assert states(sitting)[PILOT] == "left-out"
    process.ledger.put_installation(attrs.evolve(record))


def test_regions_that_fail_in_ways_nobody_foresaw_keep_no_other_from_its_turn(
    fleet: Instance, engine: str, two: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = {PILOT} if engine == "sqlite" else set()
    for region in damaged:
        fleet.layout.database(region, "gardens").write_bytes(b"no database" * 1000)
    upgrade = hand.upgrade_app

    def upgraded(instance: Instance, region: str, *rest: Any, **more: Any) -> Outcome:
        if region == "13.71":
            raise OSError("Input/output error")
        return upgrade(instance, region, *rest, **more)

    monkeypatch.setattr(hand, "upgrade_app", upgraded)
    with new_process(fleet) as process:
        plan = plan_rollout(process, "gardens", two, pilots=REGIONS, shares=[100])
        sitting = run_rollout(process, begin_rollout(process, plan, two, actor, answers=NEW).id, actor)
        failed = {one.region: (one.code, one.fault) for one in sitting.outcomes if one.state is RegionState.FAILED}
        assert set(failed) == {"13.71", POISONED, *damaged}
        assert failed["13.71"] == ("OSError", "OSError: Input/output error")
        for region in damaged:
            assert "database-damaged" in failed[region][1]
        assert {one.region for one in RolloutStore(process.storage.jobs).quarantine()} == set(failed)
        assert versions(process)["91.71"] == "2.0.0"


def test_only_the_wheel_that_was_planned_and_approved_is_rolled_out(
    process: Instance, tmp_path: Path, two: Path, actor: Actor
) -> None:
    wheel = tmp_path / two.name
    shutil.copyfile(two, wheel)
    plan = plan_rollout(process, "gardens", wheel, pilots=[PILOT], shares=[100])
    wheel.write_bytes(wheel.read_bytes()[:-1])
    with pytest.raises(RolloutError, match="not the wheel the rollout was planned with"):
        begin_rollout(process, plan, wheel, actor, answers=NEW)
    assert not list((process.folder / "rollouts").iterdir())

    rollout = begin_rollout(process, plan, two, actor, answers=NEW)
    kept = process.folder / rollout.wheel
    kept.write_bytes(kept.read_bytes()[:-1])
    with pytest.raises(RolloutError, match="not the wheel that was approved") as caught:
        run_rollout(process, rollout.id, actor)
    assert plan.digest in str(caught.value.hint)
    store = RolloutStore(process.storage.jobs)
    assert store.quarantine() == ()
    shutil.copyfile(two, kept)
    assert states(run_rollout(process, rollout.id, actor))[PILOT] == "done"
