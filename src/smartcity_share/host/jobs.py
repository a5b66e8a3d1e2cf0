"""The scheduled jobs of the apps, run beside the server (docs/adr/0010).

Twice a minute the runner looks which ``[[job]]`` of which installation has become due since its last run. What was missed while
nothing ran is made up for **once**, however often it was due; an installation's jobs count from the moment it was installed. A
job that fails or overruns is recorded and named in the log, and every other job runs on.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import attrs

from smartcity_share.errors import HookError, SmartCityError
from smartcity_share.host.job_store import JobKey, JobStore, RunState
from smartcity_share.host.schedule import Schedule
from smartcity_share.install.records import InstallationState
from smartcity_share.install.runtime import open_installation

if TYPE_CHECKING:
    from smartcity_share.hooks.values import Job
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.registries import CodeChoice

LOOK_SECONDS: Final = 30.0
STOP_SECONDS: Final = 30.0
"""How long a worker that was asked to stop waits for what it runs."""
AT_ONCE: Final = 4
"""How many jobs run at the same time."""

_log = logging.getLogger(__name__)


@attrs.frozen
class DueJob:
    """A job that is due.

    Attributes:
        key: Which job of which installation.
        due_at: The moment it was due, UTC.
        limit: How long it may take.
    """

    key: JobKey
    due_at: datetime
    limit: timedelta


def start_thread(run: Callable[[], None]) -> None:
    """Run in a daemon thread: a job that never ends must not keep the process from ending."""
    threading.Thread(target=run, name="smartcity job", daemon=True).start()


class JobRunner:
    """Runs what is due.

    Args:
        instance: The instance.
        store: The last runs.
        start: How a run is started, for tests that run it in place.
        at_once: How many jobs run at the same time.
    """

    def __init__(
        self,
        instance: Instance,
        store: JobStore,
        *,
        start: Callable[[Callable[[], None]], None] = start_thread,
        at_once: int = AT_ONCE,
    ) -> None:
        self._instance = instance
        self._store = store
        self._start = start
        self._at_once = at_once
        self._running: dict[JobKey, DueJob] = {}
        self._since: dict[JobKey, datetime] = {}
        self._lock = threading.Lock()
        self._schedules: dict[tuple[str, str], Schedule] = {}

    def look(self) -> int:
        """Give up what overran, start what is due, as far as there is room; return how many were started."""
        now = self._instance.now()
        self._give_up(now)
        self._store.renew(now)
        started = 0
        for due in self.due(now):
            with self._lock:
                if len(self._running) >= self._at_once:
                    break
                if due.key in self._running:
                    continue
                self._running[due.key], self._since[due.key] = due, now
            if not self._store.claim(due.key, due.due_at, now, due.limit):
                self._forget(due.key)
                continue
            started += 1
            self._start(lambda due=due: self._run(due))  # type: ignore[misc] # bound now, not at the end of the loop
        return started

    @property
    def running(self) -> int:
        """How many jobs run."""
        with self._lock:
            return len(self._running)

    def due(self, now: datetime) -> list[DueJob]:
        """Return the jobs that have become due since their last run, the longest overdue first."""
        runs = self._store.runs()
        index = self._instance.registry().index
        found = []
        for record in self._instance.run_here(self._instance.ledger.installations()):
            if record.state is not InstallationState.ACTIVE:
                continue
            try:
                jobs = index.get(record.app).manifest.jobs
                zone = self._instance.profile(record.region).time_zone if jobs else ""
            except SmartCityError:
                continue  # `doctor` names it; its jobs cannot run
            for job in jobs:
                key = JobKey(record.region, record.app, job.id)
                moment = self._schedule(job.schedule, zone).last_due(now)
                last = runs[key].due_at if key in runs else record.installed_at.astimezone(UTC)
                if key in runs and runs[key].is_left(now):
                    moment = runs[key].due_at  # its worker died: it is still due
                elif moment is not None and moment <= last:
                    moment = None
                if moment is not None:
                    found.append(DueJob(key, moment, timedelta(minutes=job.time_limit_minutes)))
        return sorted(found, key=lambda job: (job.due_at, job.key))

    def _schedule(self, text: str, zone: str) -> Schedule:
        known = self._schedules.get((text, zone))
        if known is None:
            known = self._schedules[text, zone] = Schedule(text, ZoneInfo(zone))
        return known

    def _run(self, due: DueJob) -> None:
        key = due.key
        try:
            self._code(key).run(open_installation(self._instance, key.region, key.app))
        except Exception as error:  # noqa: BLE001 - the border to an app: whatever it raises, the other jobs run on
            _log.exception("Job %s of app %s in region %s failed", key.job, key.app, key.region)
            self._store.finish(key, due.due_at, self._instance.now(), RunState.FAILED, f"{type(error).__name__}: {error}")
        else:
            self._store.finish(key, due.due_at, self._instance.now(), RunState.DONE)
        finally:
            self._forget(key)

    def _code(self, key: JobKey) -> Job:
        for job in self._instance.registry().jobs(key.app):
            if job.job == key.job:
                return job
        raise HookError(
            f"App `{key.app}` has no code for its job `{key.job}`.", hint="Its maker returns it from the hook `jobs`."
        )

    def _give_up(self, now: datetime) -> None:
        with self._lock:
            over = [due for key, due in self._running.items() if now - self._since[key] > due.limit]
        for due in over:
            fault = f"It did not end within {due.limit.total_seconds() / 60:g} minutes."
            _log.error("Job %s of app %s in region %s: %s", due.key.job, due.key.app, due.key.region, fault)
            self._store.finish(due.key, due.due_at, now, RunState.FAILED, fault)
            self._forget(due.key)

    def _forget(self, key: JobKey) -> None:
        with self._lock:
            self._running.pop(key, None)
            self._since.pop(key, None)


@contextmanager
def running_jobs(folder: Path, codes: CodeChoice, *, look_seconds: float = LOOK_SECONDS) -> Iterator[None]:
    """Run the jobs of an instance in a thread of this process for as long as the block lasts.

    Args:
        folder: The folder of the instance.
        codes: The code of each app that this process runs.
        look_seconds: Time between two looks.
    """
    stop = threading.Event()
    how = {"look_seconds": look_seconds, "stop_seconds": 0.0}
    thread = threading.Thread(target=work, args=(folder, stop, codes), kwargs=how, name="smartcity jobs", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=10)


def work(
    folder: Path,
    stop: threading.Event,
    codes: CodeChoice,
    *,
    look_seconds: float = LOOK_SECONDS,
    stop_seconds: float = STOP_SECONDS,
) -> int:
    """Run the jobs of an instance in this thread until it is asked to stop, then let what runs end.

    Any number of workers on any number of machines may share one instance: a run is taken by one of them, and another takes it
    when that one has died.

    Args:
        folder: The folder of the instance.
        stop: Set to stop.
        codes: The code of each app that this process runs; the jobs of other installations are left to others.
        look_seconds: Time between two looks.
        stop_seconds: How long running jobs are waited for.

    Returns:
        How many jobs were left running when it ended; another worker takes them.
    """
    from smartcity_share.install.instance import Instance

    with closing(Instance.open(folder)) as instance, closing(JobStore(instance.storage.jobs)) as store:
        instance.prefer_code(codes)
        runner = JobRunner(instance, store)
        while not stop.is_set():
            try:
                runner.look()
            except Exception:  # noqa: BLE001 - the database may be away now and not in half a minute
                _log.exception("Due jobs could not be looked for")
            stop.wait(look_seconds)
        end = time.monotonic() + stop_seconds
        while runner.running and time.monotonic() < end:
            time.sleep(0.05)
        return runner.running
