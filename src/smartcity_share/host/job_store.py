"""What is kept of jobs: per installation and job the last moment it was due and how its run ended (``jobs.sqlite``)."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import attrs
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    and_,
    delete,
    select,
    update,
)

from smartcity_share.install.owner import this_process
from smartcity_share.install.storage.columns import key_of_installation, moment_of, stamp
from smartcity_share.install.storage.port import SharedDatabase

_metadata: Final = MetaData()
_runs: Final = Table(
    "job_runs",
    _metadata,
    *key_of_installation(),
    Column("job", String(80), primary_key=True),
    Column("due_at", Float, nullable=False),
    Column("started_at", Float, nullable=False),
    Column("finished_at", Float),
    Column("state", String(20), nullable=False),
    Column("fault", Text, nullable=False),
)


_leases: Final = Table(
    "job_leases",
    _metadata,
    *key_of_installation(),
    Column("job", String(80), primary_key=True),
    Column("due_at", Float, nullable=False),
    Column("owner", String(100), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("ends_at", Float, nullable=False),
)

LEASE: Final = timedelta(minutes=2)
"""How long a worker that says nothing keeps its runs; it says that it lives twice a minute."""

MOST_ATTEMPTS: Final = 3
"""How often a run is begun again whose worker died: one that kills every worker must not kill them for ever."""


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
        lease_ends_at: Until when its worker is taken to live, UTC; None where no worker holds it.
    """

    key: JobKey
    due_at: datetime
    started_at: datetime
    finished_at: datetime | None
    state: RunState
    fault: str
    lease_ends_at: datetime | None = None

    def is_left(self, now: datetime) -> bool:
        """Whether it was begun by a worker that has died."""
        return self.state is RunState.RUNNING and self.lease_ends_at is not None and self.lease_ends_at <= now


class JobStore:
    """The last runs of the jobs of an instance.

    Args:
        database: Where they are kept, :attr:`smartcity_share.install.storage.port.Storage.jobs`.
        owner: Who takes runs: the process, told apart from every other one.
    """

    def __init__(self, database: SharedDatabase, owner: str = "") -> None:
        self._database = database
        self.owner = owner or f"{this_process()}/{secrets.token_hex(4)}"
        with self._database.begin() as connection:
            _metadata.create_all(connection)

    def runs(self) -> dict[JobKey, JobRun]:
        """Return the last run of every job that ever ran."""
        with self._database.engine.connect() as connection:
            held = and_(*(_runs.c[name] == _leases.c[name] for name in ("region", "app", "job", "due_at")))
            query = select(_runs, _leases.c.ends_at).outerjoin(_leases, held)
            rows = connection.execute(query.order_by(_runs.c.region, _runs.c.app, _runs.c.job)).all()
        found = (
            JobRun(
                JobKey(row.region, row.app, row.job),
                moment_of(row.due_at),
                moment_of(row.started_at),
                None if row.finished_at is None else moment_of(row.finished_at),
                RunState(row.state),
                row.fault,
                None if row.ends_at is None else moment_of(row.ends_at),
            )
            for row in rows
        )
        return {run.key: run for run in found}

    def claim(self, key: JobKey, due: datetime, now: datetime, limit: timedelta) -> bool:
        """Take a due run, so that no other worker on any machine does, and a lease on it.

        Returns:
            False where this moment's run was taken already, or an earlier one still runs within its time limit. One whose
            worker has died may be taken again.
        """
        where = _where(key)
        with self._database.begin() as connection:
            row = connection.execute(select(_runs).where(*where)).first()
            values = {"due_at": stamp(due), "started_at": stamp(now), "finished_at": None, "state": "running", "fault": ""}
            if row is None:
                connection.execute(_runs.insert().values(**attrs.asdict(key), **values))
                self._lease(connection, key, due, now, 1)
                return True
            lease = connection.execute(select(_leases).where(*_where(key, _leases), _leases.c.due_at == row.due_at)).first()
            left = row.state == RunState.RUNNING and lease is not None and lease.ends_at <= stamp(now)
            if left and lease is not None and row.due_at >= stamp(due):
                if lease.attempt >= MOST_ATTEMPTS:
                    fault = f"Its worker died {lease.attempt} times while it ran."
                    values = {"finished_at": stamp(now), "state": "failed", "fault": fault}
                    connection.execute(update(_runs).where(*where).values(**values))
                    return False
                connection.execute(update(_runs).where(*where).values(**values))
                self._lease(connection, key, due, now, lease.attempt + 1)
                return True
            still_running = row.state == RunState.RUNNING and row.started_at > stamp(now - limit)
            if row.due_at >= stamp(due) or (still_running and not left):
                return False
            connection.execute(update(_runs).where(*where).values(**values))
            self._lease(connection, key, due, now, 1)
            return True

    def renew(self, now: datetime) -> None:
        """Say that this worker lives: what it runs stays its own."""
        with self._database.begin() as connection:
            mine = update(_leases).where(_leases.c.owner == self.owner)
            connection.execute(mine.values(ends_at=stamp(now + LEASE)))

    def _lease(self, connection: Connection, key: JobKey, due: datetime, now: datetime, attempt: int) -> None:
        connection.execute(delete(_leases).where(*_where(key, _leases)))
        values = {"due_at": stamp(due), "owner": self.owner, "attempt": attempt, "ends_at": stamp(now + LEASE)}
        connection.execute(_leases.insert().values(**attrs.asdict(key), **values))

    def finish(self, key: JobKey, due: datetime, now: datetime, state: RunState, fault: str = "") -> None:
        """Write how a run ended; a run that was given up and taken over meanwhile writes nothing."""
        values = {"finished_at": stamp(now), "state": state.value, "fault": fault[:2000]}
        where = (*_where(key), _runs.c.due_at == stamp(due), _runs.c.state == RunState.RUNNING.value)
        mine = (*_where(key, _leases), _leases.c.due_at == stamp(due), _leases.c.owner == self.owner)
        with self._database.begin() as connection:
            if connection.execute(delete(_leases).where(*mine)).rowcount:
                connection.execute(update(_runs).where(*where).values(**values))

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def _where(key: JobKey, table: Table = _runs) -> tuple[ColumnElement[bool], ...]:
    return table.c.region == key.region, table.c.app == key.app, table.c.job == key.job
