"""The journal in a SQL database: operations, their steps and leases, and what removals left."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cache
from typing import Any

import attrs
from sqlalchemy import (
    Connection,
    Delete,
    Executable,
    RowMapping,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from smartcity_share.errors import OperationBusyError, OperationTakenError, PlanStaleError
from smartcity_share.install import ledger_tables as tables
from smartcity_share.install.owner import Life, life_of, shown
from smartcity_share.install.records import (
    DeletionRecord,
    LeaseRecord,
    OperationRecord,
    OperationState,
    RemovalRecord,
    StepRecord,
    StepState,
)

_ENDED = (OperationState.DONE, OperationState.UNDONE)
_OWNER = select(tables.operation.c.owner).where(tables.operation.c.id == bindparam("operation"))


class SqlJournal(ABC):
    """The part of the port :class:`smartcity_share.install.ledger.Ledger` that is about operations."""

    @abstractmethod
    def _rows(self, query: Select[Any], values: Mapping[str, str] | None = None) -> list[RowMapping]:
        """Return what a query finds, with values for its parameters."""

    @abstractmethod
    def _begin(self) -> AbstractContextManager[Connection]:
        """Open a transaction that waits for any other one; it is on the disk when the block ends."""

    def _begin_quietly(self) -> AbstractContextManager[Connection]:
        """Open a transaction that changes nothing anybody keeps a copy of."""
        return self._begin()

    def begin_operation(self, record: OperationRecord, after: int | None = None) -> None:
        """Record an operation, and take the lock of its installation and the lease on it.

        Raises:
            OperationBusyError: Another operation holds the lock.
            PlanStaleError: Another operation began and ended since this one was planned.
        """
        lock = tables.lock
        with self._begin() as connection:
            holder = select(tables.operation).join(lock, lock.c.operation == tables.operation.c.id)
            row = connection.execute(holder.where(lock.c.region == record.region, lock.c.app == record.app)).mappings().first()
            if row is not None:
                raise _busy(_operation(row))
            if after is not None and connection.execute(_count(record.region, record.app)).scalar_one() != after:
                raise PlanStaleError(
                    f"`{record.app}` in {record.region} was changed by another operation since this {record.kind} was planned",
                    hint="Nothing was changed. Run the same command again: it plans anew.",
                )
            connection.execute(insert(tables.operation).values(attrs.asdict(record)))
            connection.execute(insert(lock).values(region=record.region, app=record.app, operation=record.id))
            lease = LeaseRecord(record.id, record.owner, 0, record.started_at, record.actor)
            connection.execute(insert(tables.lease).values(attrs.asdict(lease)))

    def operation_count(self, region: str, app: str) -> int:
        """Return how many operations there were on an installation: a plan holds as long as it stays the same."""
        return int(self._rows(_count(region, app))[0]["count"])

    def renew_lease(self, operation: str, owner: str, now: datetime) -> bool:
        """Say that the owner of an operation lives; False where it is not its owner any more."""
        table = tables.lease
        mine = update(table).where(table.c.operation == operation, table.c.owner == owner)
        with self._begin_quietly() as connection:
            return connection.execute(mine.values(beat=table.c.beat + 1, beaten_at=now)).rowcount == 1

    def lease(self, operation: str) -> LeaseRecord | None:
        """Return who carries an operation out, None for one that a former version of the library began."""
        rows = self._rows(select(tables.lease).where(tables.lease.c.operation == operation))
        return LeaseRecord(**rows[0]) if rows else None

    def take_operation(self, found: OperationRecord, lease: LeaseRecord | None, new: LeaseRecord) -> OperationRecord | None:
        """Take an operation over from its owner: one only gets it, however many try.

        Returns:
            The operation, running and owned; None where it or its lease is no longer as it was.
        """
        table = tables.operation
        same = (table.c.id == found.id, table.c.owner == found.owner, table.c.state == found.state)
        with self._begin() as connection:
            row = connection.execute(select(tables.lease).where(tables.lease.c.operation == found.id)).mappings().first()
            if (None if row is None else LeaseRecord(**row)) != lease:
                return None
            taken = attrs.evolve(found, owner=new.owner, state=OperationState.RUNNING, finished_at=None, next_command="")
            if not connection.execute(update(table).where(*same).values(attrs.asdict(taken))).rowcount:
                return None
            put_row(connection, tables.lease, attrs.asdict(new))
        return taken

    def record_steps(self, records: Iterable[StepRecord], owner: str | None = None) -> None:
        """Write the states of steps of one operation, all or none.

        Raises:
            OperationTakenError: The operation was taken over from this owner: nothing was written.
        """
        written = tuple(records)
        with self._begin() as connection:
            if owner is not None and written:
                _require_owner(connection, written[0].operation, owner)
            for record in written:
                put_row(connection, tables.step, attrs.asdict(record))

    def end_operation(self, record: OperationRecord, steps: Iterable[StepRecord] = ()) -> None:
        """Write how an operation ended, with its last steps; the lock is released unless it still runs or needs a person.

        Raises:
            OperationTakenError: The operation was taken over from the owner in the record: nothing was written.
        """
        with self._begin() as connection:
            _require_owner(connection, record.id, record.owner)
            for step in steps:
                put_row(connection, tables.step, attrs.asdict(step))
            put_row(connection, tables.operation, attrs.asdict(record))
            if record.state in _ENDED:
                connection.execute(delete(tables.lock).where(tables.lock.c.operation == record.id))

    def operations(
        self, *states: OperationState, region: str | None = None, app: str | None = None
    ) -> tuple[OperationRecord, ...]:
        """Return the operations in these states, or all, in the order they began; of one region or app only if asked."""
        table = tables.operation
        query = select(table).order_by(table.c.started_at, table.c.id)
        if states:
            query = query.where(table.c.state.in_(states))
        return tuple(_operation(row) for row in self._rows(_only(query, table, region, app)))

    def operation(self, operation: str) -> OperationRecord | None:
        """Return one operation, or None."""
        rows = self._rows(select(tables.operation).where(tables.operation.c.id == operation))
        return _operation(rows[0]) if rows else None

    def steps(self, operation: str) -> tuple[StepRecord, ...]:
        """Return the steps of an operation that were begun, in their order."""
        query = select(tables.step).where(tables.step.c.operation == operation).order_by(tables.step.c.position)
        return tuple(StepRecord(**{**row, "state": StepState(row["state"])}) for row in self._rows(query))

    def put_removal(self, record: RemovalRecord) -> None:
        """Write that a removed installation waits to be erased; writing it again changes nothing."""
        with self._begin() as connection:
            put_row(connection, tables.removal, attrs.asdict(record))

    def drop_removal(self, region: str, app: str) -> None:
        """Take that out: it was erased or brought back."""
        with self._begin() as connection:
            connection.execute(by_key(tables.removal, {"region": region, "app": app}))

    def removals(self, region: str | None = None, app: str | None = None) -> tuple[RemovalRecord, ...]:
        """Return the removed installations that wait to be erased, by region and app."""
        table = tables.removal
        query = _only(select(table).order_by(table.c.region, table.c.app), table, region, app)
        return tuple(RemovalRecord(**row) for row in self._rows(query))

    def record_deletion(self, record: DeletionRecord) -> None:
        """Write the facts of a removal; writing them again changes nothing."""
        with self._begin() as connection:
            put_row(connection, tables.deletion, attrs.asdict(record))

    def drop_deletion(self, operation: str) -> None:
        """Take the facts of a removal out that was undone."""
        with self._begin() as connection:
            connection.execute(by_key(tables.deletion, {"operation": operation}))

    def deletions(self) -> tuple[DeletionRecord, ...]:
        """Return the facts of every removal, in order."""
        table = tables.deletion
        return tuple(DeletionRecord(**row) for row in self._rows(select(table).order_by(table.c.removed_at, table.c.operation)))


def put_row(connection: Connection, table: Table, values: dict[str, Any]) -> None:
    """Write a row, over the one with the same key if there is one."""
    connection.execute(_put(table, connection.dialect.name), values)


@cache
def _put(table: Table, dialect: str) -> Executable:
    """Return the statement that writes a row, there or not; made once, since making it costs more than running it."""
    new = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    changed = {column.name: new.excluded[column.name] for column in table.columns if not column.primary_key}
    return new.on_conflict_do_update(index_elements=list(table.primary_key), set_=changed)


def by_key(table: Table, keys: dict[str, str]) -> Delete:
    """Return the statement that takes the rows with these values out."""
    return delete(table).where(_matches(table, keys))


def _matches(table: Table, keys: dict[str, Any]) -> Any:
    return and_(*(table.c[name] == value for name, value in keys.items()))


def _only(query: Select[Any], table: Table, region: str | None, app: str | None) -> Select[Any]:
    wanted = {name: value for name, value in (("region", region), ("app", app)) if value is not None}
    return query.where(_matches(table, wanted)) if wanted else query


def _count(region: str, app: str) -> Select[Any]:
    table = tables.operation
    return select(func.count().label("count")).where(table.c.region == region, table.c.app == app)


def _operation(row: RowMapping) -> OperationRecord:
    return OperationRecord(**{**row, "state": OperationState(row["state"])})


def _require_owner(connection: Connection, operation: str, owner: str) -> None:
    found = connection.execute(_OWNER, {"operation": operation}).scalar()
    if found is not None and found != owner:
        raise OperationTakenError(
            f"Operation {operation} was taken over by {shown(found)}",
            hint=f"Leave it to that one; see `smartcity history`. It ends there as done or undone ({operation}).",
        )


def _busy(holder: OperationRecord) -> OperationBusyError:
    who = (
        f"Operation {holder.id} ({holder.kind} of `{holder.app}` in {holder.region} by {holder.actor}) "
        f"began {holder.started_at:%Y-%m-%d %H:%M} UTC and has not ended"
    )
    if holder.next_command:
        return OperationBusyError(who, hint=f"Nothing was changed. Run `{holder.next_command}` first.")
    if life_of(holder.owner) is Life.DEAD:
        return OperationBusyError(
            f"{who}: it was cut off", hint=f"Nothing was changed. Run `smartcity resume {holder.id}` first."
        )
    return OperationBusyError(
        f"{who}; {shown(holder.owner)} carries it out",
        hint="Nothing was changed. Wait for it (`smartcity history` tells), then try again. "
        f"If that machine has stopped: `smartcity resume {holder.id}`.",
    )
