"""Steps that bring the profile of a region, the code of an app and its record back from a backup."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import attrs

from smartcity_share.durable import move, sync_folder, sync_tree
from smartcity_share.errors import BackupError
from smartcity_share.install.backup.code import folder_digest
from smartcity_share.install.backup.encryption import identities_of
from smartcity_share.install.backup.loading import files_of, require_file
from smartcity_share.install.backup.places import What
from smartcity_share.install.backup.reading import PROFILE, opened_backup
from smartcity_share.install.pending import is_pending
from smartcity_share.install.profiles import put_profile
from smartcity_share.install.recorded import record_trouble
from smartcity_share.install.records import OperationState
from smartcity_share.install.steps.base import Probe, Step, StepContext
from smartcity_share.install.steps.code import drop_code
from smartcity_share.install.steps.records import record_from_json


@attrs.frozen
class FromBackup(Step):
    """A step that reads a backup.

    Attributes:
        file: The backup.
        sha256: Its SHA-256.
        identity: File with the private key; None where it is not encrypted.
    """

    file: str
    sha256: str
    identity: str | None

    def obstacle(self, context: StepContext) -> str | None:  # noqa: ARG002 - the file lies elsewhere
        """Return why the step cannot be done: the backup, or the file with the key, is not there any more."""
        for name in (self.file, self.identity):
            if name is not None and not Path(name).is_file():
                return f"{Path(name).name} is gone"
        return None

    @property
    def path(self) -> Path:
        """The backup.

        Raises:
            BackupError: It is not the one the operation was planned with.
        """
        require_file(Path(self.file), self.sha256)
        return Path(self.file)

    @property
    def keys(self) -> list[Any]:
        """The private keys."""
        return [] if self.identity is None else identities_of(Path(self.identity))


@attrs.frozen
class RestoreRegion(FromBackup):
    """Let the instance serve the region of the backup, by the profile in it."""

    name: ClassVar[str] = "restore-region"

    def describe(self) -> str:
        """Return what the step will do."""
        return "let the instance serve the region, by the profile in the backup"

    def probe(self, context: StepContext) -> Probe:
        """Look for the profile; it appears whole, by one rename."""
        return Probe.DONE if (_region(context) / PROFILE).is_file() else Probe.NOT

    def do(self, context: StepContext) -> None:
        """Write it. Who was in office on the day of the backup is believed."""
        folder = context.scratch / "region"
        files_of(self.path, self.keys, What.PROFILE, context.region, folder)
        with opened_backup(self.path, self.keys) as archive:
            moment = archive.head.created_at
        put_profile(context.instance.layout.regions, context.region, folder, moment)

    def undo(self, context: StepContext) -> None:
        """Remove it; the region was not served before. It stays where something else was begun in it meanwhile."""
        ledger = context.instance.ledger
        left = ledger.operations(OperationState.RUNNING, OperationState.NEEDS_PERSON)
        others = [one for one in left if one.region == context.region and one.id != context.operation]
        if others or any(one.app != context.app for one in ledger.installations(context.region)):
            return
        if _region(context).is_dir():
            shutil.rmtree(_region(context))
            sync_folder(_region(context).parent)


@attrs.frozen
class RestoreCode(FromBackup):
    """Bring the exact code back that the data were written by.

    Attributes:
        location: Its folder, relative to the instance.
        tree: SHA-256 over its files.
        shared: Whether the folder was there before.
    """

    name: ClassVar[str] = "restore-code"

    location: str
    tree: str
    shared: bool

    def describe(self) -> str:
        """Return what the step will do."""
        return f"use the code that is in {self.location}" if self.shared else f"bring the code back into {self.location}"

    def probe(self, context: StepContext) -> Probe:
        """Look whether every file is there."""
        return Probe.DONE if (context.instance.folder / self.location).is_dir() else Probe.NOT

    def do(self, context: StepContext) -> None:
        """Write it beside, compare it with what the backup says of it, then rename."""
        folder = context.instance.folder / self.location
        beside = context.scratch / "restored-code"
        files_of(self.path, self.keys, What.CODE, self.location, beside)
        if folder_digest(beside) != self.tree or (trouble := record_trouble(beside)):
            why = trouble if folder_digest(beside) == self.tree else "its digest is another one"
            raise BackupError(f"The code in the backup is not that of its wheel: {why}", hint="Take another backup.")
        sync_tree(beside)
        move(beside, folder)

    def undo(self, context: StepContext) -> None:
        """Remove it, unless an installation uses it or another operation goes on with it."""
        folder = context.instance.folder / self.location
        if self.shared or not folder.is_dir() or context.instance.uses_code(context.app, self.location):
            return
        if is_pending(context.instance, self.name, but=context.operation, location=self.location):
            return
        drop_code(context, folder)


@attrs.frozen
class RecordRestored(Step):
    """Enter the installation as it is restored; the host serves it no longer.

    Attributes:
        record: Its record, as JSON.
        before: The record it has; None where it is not installed.
    """

    name: ClassVar[str] = "record-restored"

    record: Mapping[str, Any]
    before: Mapping[str, Any] | None

    def describe(self) -> str:
        """Return what the step will do."""
        entered = f"enter {self.record['distribution']} {self.record['version']} in the ledger"
        return entered if self.before is None else f"{entered}, and serve it no longer while it is restored"

    def probe(self, context: StepContext) -> Probe:
        """Look whether it is entered."""
        found = context.instance.ledger.installation(context.region, context.app)
        return Probe.DONE if found == record_from_json(self.record) else Probe.NOT

    def do(self, context: StepContext) -> None:
        """Enter it."""
        context.instance.ledger.put_installation(record_from_json(self.record))

    def undo(self, context: StepContext) -> None:
        """Put the record back that was there."""
        if self.before is None:
            context.instance.ledger.drop_installation(context.region, context.app)
        else:
            context.instance.ledger.put_installation(record_from_json(self.before))


def _region(context: StepContext) -> Path:
    return context.instance.layout.region(context.region)
