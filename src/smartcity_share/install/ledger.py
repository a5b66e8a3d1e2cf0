"""The ledger: the only source for "which app is where", and the journal of what was done.

:class:`Ledger` is the port; :class:`smartcity_share.install.ledger_sql.SqlLedger` keeps it in a SQL database.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from smartcity_share.install.records import (
    BackupRecord,
    DeletionRecord,
    InstallationRecord,
    InstallationState,
    LeaseRecord,
    OperationRecord,
    OperationState,
    RemovalRecord,
    SettingValue,
    StepRecord,
    StepState,
)

__all__ = [
    "BackupRecord",
    "DeletionRecord",
    "InstallationRecord",
    "InstallationState",
    "LeaseRecord",
    "Ledger",
    "OperationRecord",
    "OperationState",
    "RemovalRecord",
    "SettingValue",
    "StepRecord",
    "StepState",
]


class Ledger(Protocol):
    """What every ledger does. Each method is one transaction that is on the disk when it returns."""

    def revision(self) -> int:
        """Return a number that changes whenever any process changed the ledger; cheap enough to ask at every request."""
        ...

    def installations(self, region: str | None = None, app: str | None = None) -> tuple[InstallationRecord, ...]:
        """Return the installations, all or of one region or app, ordered by region and app."""
        ...

    def codes(self) -> tuple[tuple[str, str | None], ...]:
        """Return each app with each code folder its installations use, relative to the instance, sorted.

        None stands for the app of the environment and comes first.
        """
        ...

    def installation(self, region: str, app: str) -> InstallationRecord | None:
        """Return one installation, or None."""
        ...

    def put_installation(self, record: InstallationRecord) -> None:
        """Write an installation, new or changed."""
        ...

    def drop_installation(self, region: str, app: str) -> None:
        """Take an installation out; one that is not there is no error."""
        ...

    def settings(self, region: str, app: str) -> tuple[SettingValue, ...]:
        """Return the values stored for an app in a region, by key; not those the region shares."""
        ...

    def replace_settings(self, put: Iterable[SettingValue], drop: Iterable[tuple[str, str, str]] = ()) -> None:
        """Write values and take others out (region, app, key), all or none."""
        ...

    def begin_operation(self, record: OperationRecord, after: int | None = None) -> None:
        """Record an operation, and take the lock of its installation and the lease on it.

        Args:
            record: The operation.
            after: What :meth:`operation_count` returned before it was planned; None where that was not asked.

        Raises:
            OperationBusyError: Another operation holds the lock.
            PlanStaleError: Another operation began and ended since this one was planned.
        """
        ...

    def operation_count(self, region: str, app: str) -> int:
        """Return how many operations there were on an installation: a plan holds as long as it stays the same."""
        ...

    def renew_lease(self, operation: str, owner: str, now: datetime) -> bool:
        """Say that the owner of an operation lives; False where it is not its owner any more."""
        ...

    def lease(self, operation: str) -> LeaseRecord | None:
        """Return who carries an operation out, None for one that a former version of the library began."""
        ...

    def take_operation(self, found: OperationRecord, lease: LeaseRecord | None, new: LeaseRecord) -> OperationRecord | None:
        """Take an operation over from its owner: one only gets it, however many try.

        Args:
            found: The operation as it was when it was judged to be left.
            lease: Its lease then.
            new: The lease to take.

        Returns:
            The operation, running and owned; None where it or its lease is no longer as it was.
        """
        ...

    def record_steps(self, records: Iterable[StepRecord], owner: str | None = None) -> None:
        """Write the states of steps of one operation, all or none.

        Args:
            records: The steps; of one that is there twice the last counts.
            owner: Who writes it; None where nobody carries the operation out.

        Raises:
            OperationTakenError: The operation was taken over from this owner: nothing was written.
        """
        ...

    def end_operation(self, record: OperationRecord, steps: Iterable[StepRecord] = ()) -> None:
        """Write how an operation ended, with its last steps; the lock is released unless it still runs or needs a person.

        Raises:
            OperationTakenError: The operation was taken over from the owner in the record: nothing was written.
        """
        ...

    def operations(
        self, *states: OperationState, region: str | None = None, app: str | None = None
    ) -> tuple[OperationRecord, ...]:
        """Return the operations in these states, or all, in the order they began; of one region or app only if asked."""
        ...

    def operation(self, operation: str) -> OperationRecord | None:
        """Return one operation, or None."""
        ...

    def steps(self, operation: str) -> tuple[StepRecord, ...]:
        """Return the steps of an operation that were begun, in their order."""
        ...

    def put_removal(self, record: RemovalRecord) -> None:
        """Write that a removed installation waits to be erased; writing it again changes nothing."""
        ...

    def drop_removal(self, region: str, app: str) -> None:
        """Take that out: it was erased or brought back."""
        ...

    def removals(self, region: str | None = None, app: str | None = None) -> tuple[RemovalRecord, ...]:
        """Return the removed installations that wait to be erased, by region and app."""
        ...

    def record_deletion(self, record: DeletionRecord) -> None:
        """Write the facts of a removal; writing them again changes nothing."""
        ...

    def drop_deletion(self, operation: str) -> None:
        """Take the facts of a removal out that was undone."""
        ...

    def deletions(self) -> tuple[DeletionRecord, ...]:
        """Return the facts of every removal, in order."""
        ...

    def record_backups(self, records: Iterable[BackupRecord]) -> None:
        """Write what is in a backup, all or none; writing it again changes nothing."""
        ...

    def drop_backups(self, operation: str) -> None:
        """Take a backup out whose file is gone."""
        ...

    def backups(self, region: str | None = None, app: str | None = None) -> tuple[BackupRecord, ...]:
        """Return the backups, all or of one region or app, the oldest first."""
        ...

    def check(self) -> str | None:
        """Return what is wrong with the ledger itself, None where nothing is."""
        ...

    def close(self) -> None:
        """Close what is open; the next call opens it again."""
        ...
