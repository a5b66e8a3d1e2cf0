"""Scheduled jobs: when they are due, what is made up for, and that one failing job stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_share.host.job_store import JobKey, JobStore, RunState
from smartcity_share.host.jobs import JobRunner, running_jobs
from smartcity_share.host.schedule import Schedule
from tests.host.conftest import CITY, NORTH, Town

PLUGIN = """\
from smartcity_share import Job, hookimpl

ran = []


def count(installation):
    ran.append(installation.id)
    installation.audit.record(__import__("smartcity_share").Actor(), "counted", installation.id)


def fail(installation):
    raise RuntimeError("no paper")


@hookimpl
def jobs():
    return [Job("count", count), Job("fail", fail)]
"""


def _manifest(*jobs: tuple[str, str], **more: Any) -> dict[str, Any]:
    title = {"id": "Pekerjaan", "en": "Job"}
    return {
        "needs": {"jobs": True},
        "job": [{"id": job, "schedule": schedule, "title": title, **more} for job, schedule in jobs],
    }


@pytest.fixture
def store(town: Town) -> Iterator[JobStore]:
    made = JobStore(town.instance.storage.jobs)
    yield made
    made.close()


@pytest.fixture
def runner(town: Town, store: JobStore) -> JobRunner:
    """Runs in place: a started job has ended when it was started."""
    return JobRunner(town.instance, store, start=lambda run: run())


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "zone", "now", "due"),
    [
        ("0 3 * * *", "Asia/Makassar", "2026-11-23T03:00", "2026-11-22T19:00"),
        ("0 3 * * *", "Asia/Jakarta", "2026-11-23T03:00", "2026-11-22T20:00"),
        ("0 3 * * *", "Asia/Makassar", "2026-11-22T18:59", "2026-11-21T19:00"),
        ("0 3 * * *", "Asia/Makassar", "2026-11-22T19:00", "2026-11-22T19:00"),
        ("*/15 * * * *", "UTC", "2026-11-23T03:14:59", "2026-11-23T03:00"),
        ("0 0 1 jan *", "UTC", "2026-11-23T03:00", "2026-01-01T00:00"),
        ("0 0 29 feb *", "UTC", "2027-06-01T00:00", "2024-02-29T00:00"),
        ("0 0 * * mon", "UTC", "2026-11-25T12:00", "2026-11-23T00:00"),
        ("0 0 * * 7", "UTC", "2026-11-25T12:00", "2026-11-22T00:00"),
        ("0 0 13 * fri", "UTC", "2026-11-25T12:00", "2026-11-20T00:00"),
        ("0 0 24 * fri", "UTC", "2026-11-25T12:00", "2026-11-24T00:00"),
        ("30 2 * * *", "Europe/Amsterdam", "2026-03-29T12:00", "2026-03-29T01:30"),
        ("30 2 * * *", "Europe/Amsterdam", "2026-10-25T12:00", "2026-10-25T00:30"),
    ],
)
def test_the_last_moment_a_job_was_due(schedule: str, zone: str, now: str, due: str) -> None:
    assert Schedule(schedule, ZoneInfo(zone)).last_due(_utc(now)) == _utc(due)


@given(
    minutes=st.integers(0, 60 * 24 * 800),
    schedule=st.sampled_from(["* * * * *", "5 4 * * *", "0 */6 * * *", "59 23 31 * *", "0 0 * * sun", "10-20/5 8 1,15 * 1-5"]),
)
def test_no_moment_lies_between_the_last_due_one_and_now(minutes: int, schedule: str) -> None:
    """Against the definition: going back minute by minute, the first one every field agrees with."""
    from smartcity_share.manifest.schedule import fields_of

    zone = ZoneInfo("Asia/Makassar")
    now = _utc("2026-01-01T00:00") + timedelta(minutes=minutes)
    found = Schedule(schedule, zone).last_due(now)
    minute, hour, days, months, weekdays = fields_of(schedule)
    moment = now.astimezone(zone)
    for _ in range(3000):
        either = (
            (moment.day in days)
            if len(weekdays) == 7
            else (moment.isoweekday() % 7 in weekdays) or (len(days) < 31 and moment.day in days)
        )
        if moment.minute in minute and moment.hour in hour and moment.month in months and either:
            assert found == moment
            return
        moment -= timedelta(minutes=1)
    assert found is not None
    assert found <= moment


def test_a_job_runs_once_when_it_is_due_in_each_installation(town: Town, runner: JobRunner) -> None:
    for region in (NORTH, CITY):
        town.install("paper", region=region, plugin=PLUGIN, manifest=_manifest(("count", "0 3 * * *")))
    assert runner.look() == 0
    town.clock.forward(hours=17)
    assert [runner.look(), runner.look()] == [2, 0]
    assert [[entry.subject for entry in town.services.audit.entries(region)] for region in (NORTH, CITY)] == [
        ["71.08/paper"],
        ["73.71/paper"],
    ]


def test_what_was_missed_is_made_up_for_once(town: Town, runner: JobRunner, store: JobStore) -> None:
    town.install("paper", plugin=PLUGIN, manifest=_manifest(("count", "0 * * * *")))
    town.clock.forward(days=3, minutes=30)
    assert [runner.look(), runner.look()] == [1, 0]
    (run,) = store.runs().values()
    assert run.due_at == _utc("2026-11-26T03:00")


def test_a_failing_job_is_recorded_and_the_others_run(
    town: Town, runner: JobRunner, store: JobStore, caplog: pytest.LogCaptureFixture
) -> None:
    town.install(
        "paper", plugin=PLUGIN, manifest=_manifest(("fail", "0 * * * *"), ("count", "0 * * * *"), ("missing", "0 * * * *"))
    )
    town.clock.forward(hours=1)
    assert runner.look() == 3
    found = {key.job: (run.state, run.fault) for key, run in store.runs().items()}
    assert found["count"] == (RunState.DONE, "")
    assert found["fail"] == (RunState.FAILED, "RuntimeError: no paper")
    assert "has no code for its job `missing`" in found["missing"][1]
    assert "Job fail of app paper in region 71.08 failed" in caplog.text


def test_a_failed_job_is_tried_again_when_it_is_next_due(town: Town, runner: JobRunner) -> None:
    town.install("paper", plugin=PLUGIN, manifest=_manifest(("fail", "0 * * * *")))
    town.clock.forward(hours=1)
    assert [runner.look(), runner.look()] == [1, 0]
    town.clock.forward(hours=1)
    assert runner.look() == 1


def test_jobs_of_an_installation_that_is_not_in_use_do_not_run(town: Town, runner: JobRunner) -> None:
    town.install("paper", plugin=PLUGIN, manifest=_manifest(("count", "0 * * * *")), state="removing")
    town.clock.forward(hours=2)
    assert runner.look() == 0


def test_a_broken_app_stops_no_job_of_another(town: Town, runner: JobRunner) -> None:
    town.install("broken", plugin="raise ImportError('gone')\n", manifest=_manifest(("count", "0 * * * *")))
    town.install("paper", plugin=PLUGIN, manifest=_manifest(("count", "0 * * * *")))
    town.clock.forward(hours=1)
    assert runner.look() == 2
    assert len(town.services.audit.entries(NORTH)) == 1


def test_two_processes_run_a_due_job_once(town: Town, store: JobStore) -> None:
    town.install("paper", plugin=PLUGIN, manifest=_manifest(("count", "0 * * * *")))
    town.clock.forward(hours=1)
    waiting: list[Callable[[], None]] = []
    both = [JobRunner(town.instance, store, start=waiting.append) for _ in range(2)]
    assert [one.look() for one in both] == [1, 0]


def test_a_job_that_overruns_is_given_up_and_makes_room(town: Town, store: JobStore) -> None:
    town.install("paper", plugin=PLUGIN, manifest=_manifest(("count", "0 * * * *"), time_limit_minutes=5))
    waiting: list[Callable[[], None]] = []
    runner = JobRunner(town.instance, store, start=waiting.append, at_once=1)
    town.clock.forward(hours=1)
    assert runner.look() == 1
    town.clock.forward(hours=1)
    assert runner.look() == 1
    first, _ = waiting
    (run,) = store.runs().values()
    assert (run.state, run.due_at) == (RunState.RUNNING, _utc("2026-11-23T05:00"))
    first()  # the one that was given up ends at last: it writes nothing over the run that took its place
    (run,) = store.runs().values()
    assert run.state is RunState.RUNNING


def test_no_more_run_at_the_same_time_than_there_is_room_for(town: Town, store: JobStore) -> None:
    town.install("paper", plugin=PLUGIN, manifest=_manifest(("count", "0 * * * *"), ("fail", "0 * * * *")))
    waiting: list[Callable[[], None]] = []
    runner = JobRunner(town.instance, store, start=waiting.append, at_once=1)
    town.clock.forward(hours=1)
    assert [runner.look(), runner.look()] == [1, 0]
    waiting[0]()
    assert runner.look() == 1


def test_the_thread_beside_the_server_starts_and_stops(town: Town) -> None:
    with running_jobs(town.instance.folder, {}, look_seconds=0.01):
        pass
    assert (town.instance.folder / "jobs.sqlite").exists()


def test_a_claim_is_taken_back_by_nobody_within_its_time_limit(store: JobStore) -> None:
    key, now, limit = JobKey(NORTH, "paper", "count"), _utc("2026-11-23T03:00"), timedelta(minutes=10)
    assert store.claim(key, now, now, limit)
    assert not store.claim(key, now, now, limit)
    later = now + timedelta(minutes=5)
    store.renew(later)
    assert not store.claim(key, later, later, limit)
    assert store.claim(key, now + timedelta(minutes=11), now + timedelta(minutes=11), limit)
