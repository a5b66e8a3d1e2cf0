"""The one tree of errors.

Every error says what was found, where, and the mend. ``hint`` is a required argument: where there is truly no mend, ``None``
must be said. ``code`` is stable, unique, in kebab case, and has an anchor of the same name in ``docs/reference/errors.md``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple


class Location(NamedTuple):
    """A place in a document.

    Attributes:
        file: The path or name the user gave, never an absolute path of the machine unless the user gave one.
        line: 1-based line, or None where the document has no lines (a wheel, a region code on the command line).
        column: 1-based column in characters.
        key: Dotted path of the key, array elements as ``role[2].title``.
    """

    file: str
    line: int | None = None
    column: int | None = None
    key: str | None = None

    def __str__(self) -> str:
        place = self.file
        if self.line is not None:
            place += f":{self.line}"
            if self.column is not None:
                place += f":{self.column}"
        return f"{place} [{self.key}]" if self.key else place


class Fault(NamedTuple):
    """One thing that is wrong with a document.

    Attributes:
        code: Stable code in kebab case, documented with the errors.
        message: What was found and what was wanted.
        where: The place.
        mend: What to do about it, with "did you mean" where there is a near match.
        found: What stands there, where the fault is that of one value or key.
        wanted: What may stand there, where that can be said in a few words.
    """

    code: str
    message: str
    where: Location
    mend: str
    found: str | None = None
    wanted: str | None = None


class SmartCityError(Exception):
    """The root of every error this library raises on purpose.

    Args:
        message: What was found, in one sentence, for a reader who did not write the code.
        where: The place it was found, or None where there is none.
        hint: The mend: the next command or the change to make. None must be said.
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, where: Location | None = None, hint: str | None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class UsageError(SmartCityError):
    """The words of a command are wrong in a way only the running command can see."""

    code = "usage"
    exit_code = 2


class SystemRefusedError(SmartCityError):
    """The operating system refused something: rights, a full disk, a missing file."""

    code = "system-refused"


class UnexpectedError(SmartCityError):
    """A fault of this library itself."""

    code = "unexpected"


# Documents (manifest, region profile, instance.toml, answers) -------------------------------------------------------------


class DocumentError(SmartCityError):
    """A document that a person wrote has faults; all of them are in ``faults``."""

    code = "document-invalid"

    def __init__(self, message: str, *, faults: Iterable[Fault], where: Location | None = None, hint: str | None) -> None:
        super().__init__(message, where=where, hint=hint)
        self.faults: tuple[Fault, ...] = tuple(faults)


class ManifestError(DocumentError):
    """A ``smartcity.toml`` has faults."""

    code = "manifest-invalid"


class ProfileError(DocumentError):
    """A region profile has faults."""

    code = "profile-invalid"


class InstanceConfigError(DocumentError):
    """An ``instance.toml`` has faults."""

    code = "instance-config-invalid"


class SettingsError(DocumentError):
    """Answers or values for the settings of an app have faults."""

    code = "settings-invalid"


class OverrideError(DocumentError):
    """What a region put in place of a part of an app cannot be used."""

    code = "override-invalid"


# Regions ------------------------------------------------------------------------------------------------------------------


class RegionNotFoundError(SmartCityError):
    """No region has this code or name."""

    code = "region-not-found"


class RegionAmbiguousError(SmartCityError):
    """Several regions answer to this name; it is never resolved silently."""

    code = "region-ambiguous"


class RegionFactNotDeclaredError(SmartCityError):
    """An app read a fact of the region that its manifest does not list under ``region_uses``."""

    code = "region-fact-not-declared"


# Packages -----------------------------------------------------------------------------------------------------------------


class PackageError(SmartCityError):
    """A wheel or a project folder is not something that can be installed."""

    code = "package-invalid"


class ManifestMissingError(PackageError):
    """A wheel, folder or distribution carries no ``smartcity.toml``."""

    code = "manifest-missing"


class BuildError(PackageError):
    """A project folder could not be built into a wheel."""

    code = "build-failed"


class ScaffoldError(SmartCityError):
    """A project cannot be begun here, or is none that can be brought up to date."""

    code = "scaffold-refused"


class ReleaseError(DocumentError):
    """A wheel was built, but must not be given away as it is; every reason is in ``faults``. It was not kept."""

    code = "release-unfit"


class ReleaseExistsError(PackageError):
    """The folder holds another wheel of the same version; two wheels of one version are never told apart."""

    code = "release-exists"


# Apps and hooks -----------------------------------------------------------------------------------------------------------


class AppError(SmartCityError):
    """The root of what can be wrong with one app. It never stops another app."""

    code = "app-error"


class AppNotFoundError(AppError):
    """No app of this id is installed in the environment or in the instance."""

    code = "app-not-found"


class AppMetadataError(AppError):
    """What an installer recorded of an app is incomplete, or contradicts the manifest."""

    code = "app-metadata-invalid"


class AppConflictError(AppError):
    """Two distributions claim the same app id, or the same import name; neither is guessed to be the right one."""

    code = "app-conflict"


class HostApiError(AppError):
    """The app is made for another range of the host API; it is not imported."""

    code = "host-api-unsupported"


class AppImportError(AppError):
    """The module an entry point names cannot be imported."""

    code = "app-import-failed"


class AppStartError(AppError):
    """An app refused to start, or did not start in time; it is not served, every other app is."""

    code = "app-start-failed"


class HookError(AppError):
    """A hook is misspelt, takes an argument its specification does not have, or returned the wrong type."""

    code = "hook-invalid"


class HookCallError(AppError):
    """An app raised in a hook, or did not answer in time."""

    code = "hook-failed"


class NoInstallationError(AppError):
    """Code asked for the installation outside a request or job of one: an exception, never a guess."""

    code = "no-installation"


# Instance and operations --------------------------------------------------------------------------------------------------


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


# Host ---------------------------------------------------------------------------------------------------------------------


class AccountError(SmartCityError):
    """An account cannot be made or changed as asked."""

    code = "account-invalid"


class SignInError(SmartCityError):
    """A sign-in was refused."""

    code = "sign-in-refused"


class SignInWaitError(SignInError):
    """Too many wrong passwords for this account or from this address: the next attempt has to wait.

    Args:
        wait: For how long.
        now: The moment it was refused, UTC.

    Attributes:
        wait: For how long.
        until: When the next attempt is looked at, UTC.
    """

    code = "sign-in-wait"

    def __init__(self, wait: timedelta, now: datetime) -> None:
        super().__init__(
            "Too many wrong passwords; sign-in waits.",
            hint="Try again later. Whoever manages the accounts of the region can set a new password.",
        )
        self.wait = wait
        self.until = now + wait


class PortInUseError(SmartCityError):
    """Another program listens on the port."""

    code = "port-in-use"
