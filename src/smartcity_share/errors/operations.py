"""Errors of an instance and of what is done to it: plans, operations, backups, rollouts."""

from __future__ import annotations

from collections.abc import Iterable

from smartcity_share.errors.base import Fault, SmartCityError


class InstanceError(SmartCityError):
    """A folder is no instance, is half made, or was made by a newer version."""

    code = "instance-invalid"


class LedgerError(SmartCityError):
    """The ledger cannot be opened, or was written by a newer version."""

    code = "ledger-invalid"


class InstallationNotFoundError(SmartCityError):
    """The app is not installed in this region."""

    code = "installation-not-found"


class RefusedError(SmartCityError):
    """A plan cannot work; nothing was changed. Every reason is in ``faults``."""

    code = "plan-refused"

    def __init__(self, message: str, *, faults: Iterable[Fault], hint: str | None) -> None:
        super().__init__(message, hint=hint)
        self.faults: tuple[Fault, ...] = tuple(faults)


class OperationError(SmartCityError):
    """A step of an operation failed; what was done has been undone, or the message says what was not."""

    code = "operation-failed"


class OperationBusyError(SmartCityError):
    """Another operation on the same installation is running, or was left unfinished."""

    code = "operation-busy"


class OperationTakenError(OperationBusyError):
    """An operation was taken over by another process while this one was taken for dead; this one stops where it is."""

    code = "operation-taken"


class JournalError(SmartCityError):
    """The journal of an operation cannot be written: it stays as far as it came, for ``smartcity resume``."""

    code = "journal-unwritable"


class PlanStaleError(SmartCityError):
    """Something was changed between planning and applying; nothing was changed by this plan."""

    code = "plan-stale"


class RolloutError(SmartCityError):
    """A rollout is not there, has ended, waits for somebody, or its wheel is not the one that was approved."""

    code = "rollout-refused"


class DataEpochError(SmartCityError):
    """The data of an installation were written by a version of the app that this code does not fit; it never opens them."""

    code = "data-epoch-differs"


class MigrationError(SmartCityError):
    """The tables of an installation could not be brought to another version; they are as they were."""

    code = "migration-failed"


class BackupError(SmartCityError):
    """A backup cannot be used: cut short, altered, encrypted to other keys, of a newer format, or not whole."""

    code = "backup-unusable"


class FileNameError(SmartCityError):
    """A name is not one a file of an installation can be stored under."""

    code = "file-name-invalid"


class SecretError(SmartCityError):
    """A secret is missing or its file can be read by others."""

    code = "secret-unsafe"
