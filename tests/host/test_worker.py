"""Workers share the jobs of an instance: one takes a run, and another takes it when the first has died."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smartcity_share.hooks.installation import Actor
from smartcity_share.host.job_store import LEASE, MOST_ATTEMPTS, JobKey, JobStore, RunState
from smartcity_share.host.jobs import JobRunner
from smartcity_share.install import Instance, install_app
from tests.apps.factory import AppFactory

REGION = "71.08"
KEY = JobKey(REGION, "paper", "count")
LIMIT = timedelta(minutes=30)
PLUGIN = '''
"""An app whose job never ends the first time it runs."""

import threading

from smartcity_share import Job, hookimpl


def count(installation):
    number = len(list(installation.files.names()))
    installation.files.write(f"begun-{number}", b"")
    if number == 0:
        threading.Event().wait()


@hookimpl
def jobs():
    return [Job("count", count)]
'''
TITLE = {"id": "Pekerjaan", "en": "Job"}
MANIFEST = {
    "needs": {"jobs": True, "files": True},
    "job": [{"id": "count", "schedule": "0 3 1 1 *", "title": TITLE, "time_limit_minutes": 30}],
}


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    return "sqlite" if request.param == "sqlite" else str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def folder(tmp_path: Path, engine: str, app_factory: AppFactory) -> Path:
    """An instance with the app, installed long ago, so that its job is due."""
    wheel = app_factory.wheel("paper", plugin=PLUGIN, manifest=MANIFEST)
    long_ago = datetime.now(UTC) - timedelta(days=400)
    with closing(Instance.create(tmp_path / "i", [REGION], now=lambda: long_ago, database=engine)) as made:
        install_app(made, REGION, wheel, {}, actor=Actor(name="tests"))
    return tmp_path / "i"


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts workers, and ends them with the test."""
    started: list[subprocess.Popen[str]] = []

    def one() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", "from smartcity_share.cli.main import run; run()", "worker", "--instance", str(folder)]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True))
        return started[-1]

    yield one
    for process in started:
        process.kill()
        process.communicate()


def _until(met: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not met():
        assert time.monotonic() < end, "it did not happen within a minute"
        time.sleep(0.02)


def _begun(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "installations" / REGION / "paper" / "files").glob("begun-*"))


def test_what_a_killed_worker_ran_is_finished_by_another(folder: Path, start: Callable[[], subprocess.Popen[str]]) -> None:
    first = start()
    _until(lambda: _begun(folder) == ["begun-0"])
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    for minutes, begun in ((0, 0), (3, 1)):  # while it may still live nobody takes it
        moment = datetime.now(UTC) + timedelta(minutes=minutes)
        with closing(Instance.open(folder, now=lambda moment=moment: moment)) as instance:  # type: ignore[misc]
            store = JobStore(instance.storage.jobs)
            assert JobRunner(instance, store, start=lambda run: run()).look() == begun
            state = store.runs()[KEY].state
        assert state is (RunState.DONE if begun else RunState.RUNNING)
    assert _begun(folder) == ["begun-0", "begun-1"]


def test_a_worker_that_is_asked_to_stop_ends_in_peace(folder: Path, start: Callable[[], subprocess.Popen[str]]) -> None:
    (folder / "installations" / REGION / "paper" / "files" / "begun-0").touch()
    process = start()
    _until(lambda: "begun-1" in _begun(folder))
    process.send_signal(signal.SIGTERM)
    told, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert told.splitlines()[-1] == "Stopped."


@pytest.fixture
def stores(folder: Path) -> Iterator[tuple[JobStore, JobStore]]:
    with closing(Instance.open(folder)) as instance:
        yield JobStore(instance.storage.jobs), JobStore(instance.storage.jobs)


def test_one_moment_is_taken_by_one_worker_and_kept_while_it_says_that_it_lives(stores: tuple[JobStore, JobStore]) -> None:
    one, other = stores
    now = datetime(2026, 3, 2, tzinfo=UTC)
    assert [one.claim(KEY, now, now, LIMIT), other.claim(KEY, now, now, LIMIT)] == [True, False]
    one.renew(now + LEASE)
    assert not other.claim(KEY, now, now + LEASE + timedelta(seconds=1), LIMIT)
    assert other.claim(KEY, now, now + 2 * LEASE, LIMIT)


def test_a_worker_that_was_taken_for_dead_writes_nothing_over_its_successor(stores: tuple[JobStore, JobStore]) -> None:
    one, other = stores
    now = datetime(2026, 3, 2, tzinfo=UTC)
    one.claim(KEY, now, now, LIMIT)
    assert other.claim(KEY, now, now + LEASE, LIMIT)
    one.finish(KEY, now, now + LEASE, RunState.FAILED, "late")
    assert other.runs()[KEY].state is RunState.RUNNING
    other.finish(KEY, now, now + LEASE, RunState.DONE)
    assert other.runs()[KEY].state is RunState.DONE


def test_a_run_that_kills_every_worker_is_given_up(stores: tuple[JobStore, JobStore]) -> None:
    one, _ = stores
    now = datetime(2026, 3, 2, tzinfo=UTC)
    taken = [one.claim(KEY, now, now + number * LEASE, LIMIT) for number in range(MOST_ATTEMPTS + 1)]
    assert taken == [True] * MOST_ATTEMPTS + [False]
    run = one.runs()[KEY]
    assert (run.state, run.fault) == (RunState.FAILED, f"Its worker died {MOST_ATTEMPTS} times while it ran.")
