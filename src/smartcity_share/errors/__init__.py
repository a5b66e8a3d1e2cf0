"""The one tree of errors.

Every error says what was found, where, and the mend. ``hint`` is a required argument: where there is truly no mend, ``None``
must be said. ``code`` is stable, unique, in kebab case, and has an anchor of the same name in ``docs/reference/errors.md``.
"""

from __future__ import annotations

from smartcity_share.errors.apps import (
    AppConflictError,
    AppError,
    AppImportError,
    AppMetadataError,
    AppNotFoundError,
    AppStartError,
    HookCallError,
    HookError,
    HostApiError,
    NoInstallationError,
)
from smartcity_share.errors.base import Fault, Location, SmartCityError, SystemRefusedError, UnexpectedError, UsageError
from smartcity_share.errors.documents import (
    DocumentError,
    InstanceConfigError,
    ManifestError,
    OverrideError,
    ProfileError,
    SettingsError,
)
from smartcity_share.errors.host import AccountError, PortInUseError, SignInError, SignInWaitError
from smartcity_share.errors.operations import (
    BackupError,
    DataEpochError,
    FileNameError,
    InstallationNotFoundError,
    InstanceError,
    JournalError,
    LedgerError,
    MigrationError,
    OperationBusyError,
    OperationError,
    OperationTakenError,
    PlanStaleError,
    RefusedError,
    RolloutError,
    SecretError,
)
from smartcity_share.errors.packages import (
    BuildError,
    ManifestMissingError,
    PackageError,
    ReleaseError,
    ReleaseExistsError,
    ScaffoldError,
)
from smartcity_share.errors.regions import RegionAmbiguousError, RegionFactNotDeclaredError, RegionNotFoundError

__all__ = [
    "AccountError",
    "AppConflictError",
    "AppError",
    "AppImportError",
    "AppMetadataError",
    "AppNotFoundError",
    "AppStartError",
    "BackupError",
    "BuildError",
    "DataEpochError",
    "DocumentError",
    "Fault",
    "FileNameError",
    "HookCallError",
    "HookError",
    "HostApiError",
    "InstallationNotFoundError",
    "InstanceConfigError",
    "InstanceError",
    "JournalError",
    "LedgerError",
    "Location",
    "ManifestError",
    "ManifestMissingError",
    "MigrationError",
    "NoInstallationError",
    "OperationBusyError",
    "OperationError",
    "OperationTakenError",
    "OverrideError",
    "PackageError",
    "PlanStaleError",
    "PortInUseError",
    "ProfileError",
    "RefusedError",
    "RegionAmbiguousError",
    "RegionFactNotDeclaredError",
    "RegionNotFoundError",
    "ReleaseError",
    "ReleaseExistsError",
    "RolloutError",
    "ScaffoldError",
    "SecretError",
    "SettingsError",
    "SignInError",
    "SignInWaitError",
    "SmartCityError",
    "SystemRefusedError",
    "UnexpectedError",
    "UsageError",
]
