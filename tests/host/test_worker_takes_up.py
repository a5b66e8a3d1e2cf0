"""Workers finish what a killed process left: an upgrade goes from one to the next until it is done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from smartcity_share.hooks.installation import Actor
from smartcity_share.host.errands import Errands, left_operations, work_left
from smartcity_share.install import Instance, install_app
from smartcity_share.install.owner import this_process
from smartcity_share.install.records import InstallationState, OperationState
from smartcity_share.install.rollouts.beginning import begin_rollout, plan_rollout
from smartcity_share.install.rollouts.store import RolloutStore
from smartcity_share.install.unfinished import unfinished
from tests.apps.factory import AppFactory

REGION, OTHERS = "71.08", ("73.71", "91.71")
OLD = """
from smartcity_share import hookimpl

@hookimpl
def provision(installation):
    installation.files.write("begun-0", b"")
"""
NEW = '''
"""An app whose upgrade hangs the first two times."""

import threading

from smartcity_share import hookimpl

@hookimpl
def after_upgrade(installation, from_version):
    number = len(list(installation.files.names()))
    installation.files.write(f"begun-{number}", b"")
    if number < 3:
        threading.Event().wait()
'''
COMMAND = ("-m", "smartcity_share")
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def wheels(app_factory: AppFactory) -> tuple[Path, Path]:
    needs = {"needs": {"files": True, "database": True}}
    one = app_factory.wheel("paper", plugin=OLD, manifest=needs)
    return one, app_factory.wheel("paper", plugin=NEW, manifest=needs, version="2.0.0")


@pytest.fixture
def folder(tmp_path: Path, postgresql_url: str, wheels: tuple[Path, Path]) -> Path:
    """An instance with the old version."""
    with closing(Instance.create(tmp_path / "i", [REGION], database=postgresql_url)) as made:
        install_app(made, REGION, wheels[0], {}, actor=Actor(name="tests"))
    return tmp_path / "i"


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts Python processes, each in a group of processes of its own, and ends them with the test."""
    started: list[subprocess.Popen[str]] = []

    def one(*words: str) -> subprocess.Popen[str]:
        command = [sys.executable, *words]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True))
        return started[-1]

    yield one
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def until(met: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not met():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def has_begun(folder: Path, times: int) -> bool:
    return (folder / "installations" / REGION / "paper" / "files" / f"begun-{times}").exists()


def test_an_upgrade_goes_from_one_killed_process_to_the_next_until_a_worker_has_done_it(
    folder: Path, wheels: tuple[Path, Path], start: Start
) -> None:
    by_hand = start(*COMMAND, "upgrade", "paper", "--from", str(wheels[1]), "--yes", "--instance", str(folder))
    until(lambda: has_begun(folder, 1))
    os.killpg(by_hand.pid, signal.SIGKILL)
    by_hand.wait()
    workers = {worker.pid: worker for worker in [start(*COMMAND, "worker", "--instance", str(folder)) for _ in range(2)]}
    until(lambda: has_begun(folder, 2))
    with closing(Instance.open(folder)) as instance:
        (operation,) = instance.ledger.operations(OperationState.RUNNING)
        at_it = os.getpgid(int(operation.owner.partition(":")[0]))
        assert at_it in workers
        os.killpg(at_it, signal.SIGKILL)
        until(lambda: instance.ledger.installation(REGION, "paper").state is InstallationState.ACTIVE)  # type: ignore[union-attr]
        until(lambda: instance.ledger.operation(operation.id).state is OperationState.DONE)  # type: ignore[union-attr]
        assert instance.ledger.installation(REGION, "paper").version == "2.0.0"  # type: ignore[union-attr]
        assert has_begun(folder, 3)
    (other,) = (worker for pid, worker in workers.items() if pid != at_it)
    other.send_signal(signal.SIGTERM)
    told, _ = other.communicate(timeout=60)
    assert f"Taken up, which was cut off: upgrade of paper in {REGION} ({operation.id}); done." in told


def test_processes_share_a_rollout_and_what_a_killed_one_was_at_is_finished_by_another(
    folder: Path, wheels: tuple[Path, Path], start: Start
) -> None:
    with closing(Instance.open(folder)) as instance:
        for region in OTHERS:
            instance.add_region(region)
            install_app(instance, region, wheels[0], {}, actor=Actor(name="tests"))
        for region, more in ((REGION, 1), *((one, 2) for one in OTHERS)):  # it hangs once in the first, nowhere else
            for number in range(more):
                (instance.layout.files(region, "paper") / f"more-{number}").touch()
        plan = plan_rollout(instance, "paper", wheels[1], pilots=[REGION, *OTHERS], shares=[100])
        rollout = begin_rollout(instance, plan, wheels[1], Actor(name="tests"))
        store = RolloutStore(instance.storage.jobs)
        assert work_left(instance) == ()  # nobody had it run
        store.set_going(rollout.id, this_process())
        assert work_left(instance) == (f"rollout {rollout.id}",)

        def states() -> dict[str, str]:
            return {one.region: one.state.value for one in store.outcomes(rollout.id)}

        call = f"from pathlib import Path; from smartcity_share.host.errands import take_up; take_up(Path({str(folder)!r}), "
        first = start("-c", f"{call}{work_left(instance)[0]!r})")
        until(lambda: has_begun(folder, 2))
        other = start("-c", f"{call}{work_left(instance)[0]!r})")
        until(lambda: states() == {REGION: "waiting", **dict.fromkeys(OTHERS, "done")})
        os.killpg(first.pid, signal.SIGKILL)
        told, _ = other.communicate(timeout=110)
        assert told == f"Rollout {rollout.id}: 3 regions taken here; done.\n"
        assert set(states().values()) == {"done"}
        assert {one.version for one in instance.ledger.installations(app="paper")} == {"2.0.0"}
        assert [one.kind for one in instance.ledger.operations(region=REGION)] == ["install", "upgrade"]


def test_an_operation_that_needs_a_person_is_left_to_a_person(tmp_path: Path, wheels: tuple[Path, Path]) -> None:
    with closing(Instance.create(tmp_path / "i", [REGION])) as instance:
        (ended,) = [install_app(instance, REGION, wheels[0], {}, actor=Actor(name="tests")).operation]
        assert ended is not None
        with instance.ledger._begin() as connection:  # type: ignore[attr-defined] # as a crash, and as a failed undo, leave it
            connection.exec_driver_sql("UPDATE operation SET state = 'running', owner = '1:1@gone/boot'")
            connection.exec_driver_sql("DELETE FROM operation_lease")
        assert left_operations(instance) == (ended.id,)
        with instance.ledger._begin() as connection:  # type: ignore[attr-defined]
            connection.exec_driver_sql("UPDATE operation SET state = 'needs-person'")
        assert [one.id for one in unfinished(instance)] == [ended.id]
        assert left_operations(instance) == ()


def test_work_that_could_not_be_taken_up_is_left_alone_for_a_minute() -> None:
    begun: list[str] = []

    class Noted(Errands):
        def _begin(self, name: str) -> None:
            begun.append(name)

    errands = Noted(lambda: ["one"], print, ())
    for now in (0.0, 10.0, 59.0):
        errands.look(now)
    assert begun == ["one"]
    errands.look(61.0)
    assert begun == ["one", "one"]
