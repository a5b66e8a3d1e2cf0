"""What the ledger records: plain frozen values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import attrs


def as_names(values: Iterable[str]) -> tuple[str, ...]:
    """Return names as a tuple, also where they come from JSON."""
    return tuple(values)


class InstallationState(StrEnum):
    """What may be done with an installation."""

    INSTALLING = "installing"
    ACTIVE = "active"
    UPGRADING = "upgrading"
    ROLLING_BACK = "rolling-back"
    REMOVING = "removing"
    RESTORING = "restoring"
    REMOVED = "removed"
    """Served no longer; its data are kept until somebody signs their erasure off, or brings it back."""
    NEEDS_PERSON = "needs-person"


SETTLED: Final = (InstallationState.ACTIVE, InstallationState.REMOVED)
"""No operation is at work on it, nor was one cut off: its data are whole and in their place."""


@attrs.frozen
class InstallationRecord:
    """One app in one region.

    Attributes:
        region: Code of the region.
        app: Id of the app.
        version: Version of the app.
        distribution: Name of the distribution it comes from.
        data_epoch: Epoch of the data, from the manifest of the version that last wrote them.
        state: Whether it is served.
        fault: What is wrong with it, empty where nothing is.
        code_location: Its folder relative to the folder of the instance; None for an app of the environment.
        code_digest: SHA-256 of the wheel in hexadecimal; None for an app of the environment.
        installed_at: When it was installed, UTC.
        updated_at: When this record was last changed, UTC.
    """

    region: str
    app: str
    version: str
    distribution: str
    data_epoch: int
    state: InstallationState
    fault: str
    code_location: str | None
    code_digest: str | None
    installed_at: datetime
    updated_at: datetime

    @property
    def id(self) -> str:
        """Region and app: ``71.08/complaints``."""
        return f"{self.region}/{self.app}"


@attrs.frozen
class SettingValue:
    """The value of one setting, with its provenance.

    Attributes:
        region: Code of the region.
        app: Id of the app, or :data:`smartcity_share.install.layout.REGION_SCOPE` where every app of the region shares it.
        key: Name of the setting.
        value: The value as JSON; None for a secret.
        secret_ref: Where a secret lies, relative to the folder of the instance; None for any other setting.
        set_by: Who set it.
        set_at: When, UTC.
        basis: The order or decree it rests on; empty where none was given.
    """

    region: str
    app: str
    key: str
    value: Any
    secret_ref: str | None
    set_by: str
    set_at: datetime
    basis: str = ""


class OperationState(StrEnum):
    """How far an operation came."""

    RUNNING = "running"
    DONE = "done"
    UNDONE = "undone"
    NEEDS_PERSON = "needs-person"


class StepState(StrEnum):
    """How far a step came; the row is on the disk before the step does what it says."""

    DOING = "doing"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    FAILED = "failed"


@attrs.frozen
class OperationRecord:
    """One change of an installation.

    Attributes:
        id: Names the operation.
        kind: ``install``, ``configure`` and so on.
        region: Code of the region.
        app: Id of the app.
        actor: Who asked for it.
        basis: The order or decree it rests on.
        state: How far it came.
        started_at: When it began, UTC.
        finished_at: When it ended, UTC; None while it runs.
        owner: The process that carries it out; see :mod:`smartcity_share.install.owner`.
        plan: The steps with their inputs, as JSON; no secret is in it.
        fault: What went wrong, empty where nothing did.
        next_command: What to run next, empty where nothing is left to do.
    """

    id: str
    kind: str
    region: str
    app: str
    actor: str
    basis: str
    state: OperationState
    started_at: datetime
    finished_at: datetime | None
    owner: str
    plan: Mapping[str, Any]
    fault: str = ""
    next_command: str = ""


@attrs.frozen
class LeaseRecord:
    """That a process carries an operation out.

    Attributes:
        operation: Id of the operation.
        owner: The process; see :mod:`smartcity_share.install.owner`.
        beat: Grows by one each time the owner says that it lives.
        beaten_at: When it last said so, UTC, by the clock of the owner: for showing, nothing is decided by it.
        holder: Name of the person the owner works for: who began the operation, or who resumed it.
    """

    operation: str
    owner: str
    beat: int
    beaten_at: datetime
    holder: str


@attrs.frozen
class StepRecord:
    """One step of an operation.

    Attributes:
        operation: Id of the operation.
        position: 0-based place in the plan.
        name: Name of the step.
        state: How far it came.
        attempt: How often it was begun.
        inputs: SHA-256 of its inputs.
        changed_at: When the state changed, UTC.
        fault: What went wrong, empty where nothing did.
    """

    operation: str
    position: int
    name: str
    state: StepState
    attempt: int
    inputs: str
    changed_at: datetime
    fault: str = ""


@attrs.frozen
class RemovalRecord:
    """A removed installation whose data wait to be erased.

    Attributes:
        region: Code of the region.
        app: Id of the app.
        operation: Id of the operation that removed it.
        version: The version it has.
        removed_by: Who removed it.
        removed_at: When, UTC.
        basis: The order or decree it rests on.
        keeps: What the manifest says is kept after the removal.
        retention: For how long, as ISO 8601 writes it.
        export_digest: SHA-256 of the list of exported files; None where nothing was exported.
        facts: Tables with their row counts, number of files, where the export went.
    """

    region: str
    app: str
    operation: str
    version: str
    removed_by: str
    removed_at: datetime
    basis: str
    keeps: tuple[str, ...] = attrs.field(converter=as_names)
    retention: str
    export_digest: str | None
    facts: Mapping[str, Any]


@attrs.frozen
class DeletionRecord:
    """What is left of an erased installation: the facts of its erasure.

    Attributes:
        operation: Id of the operation that erased it.
        region: Code of the region.
        app: Id of the app.
        version: The version it had.
        removed_by: Who signed the erasure off.
        removed_at: When, UTC.
        basis: The order or decree it rests on.
        export_digest: SHA-256 of the list of exported files; None where nothing was exported.
        facts: What was erased and what stays, how it was removed, where the export went.
    """

    operation: str
    region: str
    app: str
    version: str
    removed_by: str
    removed_at: datetime
    basis: str
    export_digest: str | None
    facts: Mapping[str, Any]


@attrs.frozen
class BackupRecord:
    """One installation in one backup.

    Attributes:
        operation: Id of the operation that wrote it.
        region: Code of the region.
        app: Id of the app.
        file: Where it was written.
        size: Bytes of the file.
        digest: SHA-256 of the file in hexadecimal.
        encrypted: Whether it is encrypted; only then secrets are inside.
        made_at: When it was begun, UTC: the moment of the data.
        proven_at: When it was last restored beside and compared, UTC; None where it never was.
        recovery_seconds: How long that took.
    """

    operation: str
    region: str
    app: str
    file: str
    size: int
    digest: str
    encrypted: bool
    made_at: datetime
    proven_at: datetime | None = None
    recovery_seconds: float | None = None
