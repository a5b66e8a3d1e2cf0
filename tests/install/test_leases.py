"""An operation has one owner: alive, dead or elsewhere is told without any clock, and one only takes over."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import attrs
import pytest

from smartcity_share.errors import OperationBusyError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, resume_operation
from smartcity_share.install.leases import WATCH_SECONDS, is_left
from smartcity_share.install.owner import Life, life_of, this_process
from smartcity_share.install.records import OperationRecord, OperationState
from tests.install.conftest import NOW, REGION

ELSEWHERE = "42:4711@another00000/00112233445566778899aabbccddeeff"


def begun(instance: Instance, owner: str) -> OperationRecord:
    """Begin an operation without steps in the name of an owner."""
    plan = {"version": "1.0.0", "steps": []}
    state = OperationState.RUNNING
    record = OperationRecord("left", "configure", REGION, "parks", "IT officer", "", state, NOW, None, owner, plan)
    instance.ledger.begin_operation(record)
    return record


def parts() -> tuple[str, str, str]:
    """Process, place and boot of this process."""
    process, _, machine = this_process().partition("@")
    place, _, boot = machine.partition("/")
    return process, place, boot


def test_this_process_lives_and_its_name_fits_the_ledger() -> None:
    assert life_of(this_process()) is Life.ALIVE
    assert len(this_process()) <= 80


def test_a_process_that_has_ended_is_dead_also_before_its_parent_has_looked() -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, this_process().encode())
        os._exit(0)
    owner = os.read(reading, 200).decode()
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert life_of(owner) is Life.DEAD
    os.waitpid(child, 0)
    assert life_of(owner) is Life.DEAD
    os.close(reading)
    os.close(writing)


def test_a_later_process_with_the_same_number_is_not_the_owner() -> None:
    process, place, boot = parts()
    pid, _, started = process.partition(":")
    assert life_of(f"{pid}:{int(started) - 1}@{place}/{boot}") is Life.DEAD


def test_of_a_process_under_another_start_of_the_machine_only_its_lease_tells_it_may_run_on_a_clone() -> None:
    process, place, boot = parts()
    assert life_of(f"{process}@{place}/{boot[::-1]}") is Life.ELSEWHERE


@pytest.mark.parametrize("text", ["", "1@boot", "x:y@z/a", "1:1@here", "@/"])
def test_an_owner_that_cannot_be_read_is_dead(text: str) -> None:
    assert life_of(text) is Life.DEAD


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(0), timedelta(days=400)])
def test_stale_lease_after_reboot_is_taken_over_after_the_watch_whatever_the_clock_says(
    instance: Instance, actor: Actor, jump: timedelta
) -> None:
    process, place, boot = parts()
    record = begun(instance, f"{process}@{place}/{boot[::-1]}")
    later = Instance.open(instance.folder, now=lambda: NOW + jump)
    waited: list[float] = []
    assert resume_operation(later, record.id, actor=actor, pause=waited.append).operation.state is OperationState.DONE
    assert sum(waited) == WATCH_SECONDS
    later.close()


def test_a_live_operation_on_a_machine_cloned_from_this_one_is_left_alone(instance: Instance, actor: Actor) -> None:
    process, place, boot = parts()
    twin = f"{process}@{place}/{boot[::-1]}"
    record = begun(instance, twin)
    assert not is_left(instance, record)

    def renewed(_seconds: float) -> None:
        assert instance.ledger.renew_lease(record.id, twin, NOW)

    with pytest.raises(OperationBusyError, match="of another machine carries it out and renews its lease"):
        resume_operation(instance, record.id, actor=actor, pause=renewed)
    assert instance.ledger.operation(record.id) == record


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(0), timedelta(days=400)])
def test_clock_jump_takes_nothing_from_an_owner_elsewhere_that_renews(
    instance: Instance, actor: Actor, jump: timedelta
) -> None:
    record = begun(instance, ELSEWHERE)
    later = Instance.open(instance.folder, now=lambda: NOW + jump)

    def renewed(_seconds: float) -> None:
        assert instance.ledger.renew_lease(record.id, ELSEWHERE, NOW)

    with pytest.raises(OperationBusyError, match="process 42 of another machine carries it out and renews its lease"):
        resume_operation(later, record.id, actor=actor, pause=renewed)
    assert later.ledger.operation(record.id) == record
    later.close()


def test_an_owner_elsewhere_that_stays_silent_is_watched_and_then_taken_for_dead(instance: Instance, actor: Actor) -> None:
    record = begun(instance, ELSEWHERE)
    waited: list[float] = []
    resumed = resume_operation(instance, record.id, actor=actor, pause=waited.append)
    assert (resumed.operation.state, resumed.operation.owner) == (OperationState.DONE, this_process())
    assert sum(waited) == WATCH_SECONDS
    assert not instance.ledger.renew_lease(record.id, ELSEWHERE, NOW)


def test_an_owner_that_lives_on_this_machine_is_left_alone(instance: Instance, actor: Actor) -> None:
    _, place, boot = parts()
    parent = Path(f"/proc/{os.getppid()}/stat").read_text().rpartition(")")[2].split()[19]
    record = begun(instance, f"{os.getppid()}:{parent}@{place}/{boot}")
    assert not is_left(instance, record)
    with pytest.raises(OperationBusyError, match="carries it out") as caught:
        resume_operation(instance, record.id, actor=actor, pause=_never)
    assert "end it, then try again" in str(caught.value.hint)


def test_of_two_that_take_over_one_only_gets_it(instance: Instance, actor: Actor) -> None:
    record = begun(instance, ELSEWHERE)
    other = Instance.open(instance.folder, now=instance.now)
    waits = iter(range(4))

    def first_one_is_quicker(_seconds: float) -> None:
        if next(waits) == 3:
            lease = other.ledger.lease(record.id)
            assert lease is not None
            assert other.ledger.take_operation(record, lease, attrs.evolve(lease, owner="9:9@third/boot", beat=1))

    with pytest.raises(OperationBusyError, match=r"carries it out and renews|took it over first"):
        resume_operation(instance, record.id, actor=actor, pause=first_one_is_quicker)
    found = instance.ledger.operation(record.id)
    assert found is not None
    assert found.owner == "9:9@third/boot"
    other.close()


def test_two_upgrades_at_once_the_second_is_told_who_is_at_it_and_since_when(instance: Instance) -> None:
    record = begun(instance, this_process())
    with pytest.raises(
        OperationBusyError, match=r"by IT officer.* began 2026-03-02 01:30 UTC and has not ended; process"
    ) as told:
        instance.ledger.begin_operation(attrs.evolve(record, id="second"))
    assert "smartcity history" in str(told.value.hint)
    assert [one.id for one in instance.ledger.operations()] == ["left"]


def _never(_seconds: float) -> None:
    raise AssertionError("it waited")
