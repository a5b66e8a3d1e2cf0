"""What is kept of jobs: per installation and job the last moment it was due and how its run ended (``jobs.sqlite``)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import attrs
from sqlalchemy import Column, ColumnElement, Float, MetaData, String, Table, Text, select, update

from smartcity_share.host.tables import moment_of, stamp
from smartcity_share.install.storage.port import SharedDatabase

_metadata: Final = MetaData()
_runs: Final = Table(
    "job_runs",
    _metadata,
    Column("region", String(40), primary_key=True),
    Column("app", String(80), primary_key=True),
    Column("job", String(80), primary_key=True),
    Column("due_at", Float, nullable=False),
    Column("started_at", Float, nullable=False),
    Column("finished_at", Float),
    Column("state", String(20), nullable=False),
    Column("fault", Text, nullable=False),
)


class RunState(StrEnum):
    """How the last run of a job is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@attrs.frozen(order=True)
class JobKey:
    """One job of one installation.

    Attributes:
        region: Code of the region.
        app: Id of the app.
        job: Id of the job in the manifest.
    """

    region: str
    app: str
    job: str


@attrs.frozen
class JobRun:
    """The last run of a job.

    Attributes:
        key: Which job.
        due_at: The moment it was due, UTC.
        started_at: When it began, UTC.
        finished_at: When it ended, UTC; None while it runs.
        state: How it is.
        fault: Why it failed, empty where it did not.
    """

    key: JobKey
    due_at: datetime
    started_at: datetime
    finished_at: datetime | None
    state: RunState
    fault: str


class JobStore:
    """The last runs of the jobs of an instance.

    Args:
        database: Where they are kept, :attr:`smartcity_share.install.storage.port.Storage.jobs`.
    """

    def __init__(self, database: SharedDatabase) -> None:
        self._database = database
        with self._database.begin() as connection:
            _metadata.create_all(connection)

    def runs(self) -> dict[JobKey, JobRun]:
        """Return the last run of every job that ever ran."""
        with self._database.engine.connect() as connection:
            rows = connection.execute(select(_runs).order_by(_runs.c.region, _runs.c.app, _runs.c.job)).all()
        found = (
            JobRun(
                JobKey(row.region, row.app, row.job),
                moment_of(row.due_at),
                moment_of(row.started_at),
                None if row.finished_at is None else moment_of(row.finished_at),
                RunState(row.state),
                row.fault,
            )
            for row in rows
        )
        return {run.key: run for run in found}

    def claim(self, key: JobKey, due: datetime, now: datetime, limit: timedelta) -> bool:
        """Take a due run, so that no other process does.

        Returns:
            False where this moment's run was taken already, or an earlier one still runs within its time limit.
        """
        where = _where(key)
        with self._database.begin() as connection:
            row = connection.execute(select(_runs).where(*where)).first()
            values = {"due_at": stamp(due), "started_at": stamp(now), "finished_at": None, "state": "running", "fault": ""}
            if row is None:
                connection.execute(_runs.insert().values(**attrs.asdict(key), **values))
                return True
            still_running = row.state == RunState.RUNNING and row.started_at > stamp(now - limit)
            if row.due_at >= stamp(due) or still_running:
                return False
            connection.execute(update(_runs).where(*where).values(**values))
            return True

    def finish(self, key: JobKey, due: datetime, now: datetime, state: RunState, fault: str = "") -> None:
        """Write how a run ended; a run that was given up and taken over meanwhile writes nothing."""
        values = {"finished_at": stamp(now), "state": state.value, "fault": fault[:2000]}
        where = (*_where(key), _runs.c.due_at == stamp(due), _runs.c.state == RunState.RUNNING.value)
        with self._database.begin() as connection:
            connection.execute(update(_runs).where(*where).values(**values))

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def _where(key: JobKey) -> tuple[ColumnElement[bool], ...]:
    return _runs.c.region == key.region, _runs.c.app == key.app, _runs.c.job == key.job
