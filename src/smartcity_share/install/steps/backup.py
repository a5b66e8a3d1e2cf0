"""Steps that write a backup, read it again, and record it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import attrs

from smartcity_share.durable import write_whole
from smartcity_share.errors import OperationError
from smartcity_share.install.backup.naming import drop_reserved, file_beside, wrote
from smartcity_share.install.backup.reading import read_backup
from smartcity_share.install.backup.writing import write_backup
from smartcity_share.install.code_store import file_digest
from smartcity_share.install.records import BackupRecord
from smartcity_share.install.runtime import record_of
from smartcity_share.install.steps.audit import RecordAct
from smartcity_share.install.steps.base import Probe, Step, StepContext


def _pairs(values: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((region, app) for region, app in values)


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


@attrs.frozen
class WriteBackup(Step):
    """Write a backup to a file: beside its place, then it gets its name, which nothing may have.

    Attributes:
        target: The file; it did not exist.
        installations: Region and app of each installation in it.
        whole: Whether it is of everything the instance serves.
        keys: Public keys it is encrypted to.
        people: Regions whose accounts and audit trail go with it.
        left_out: Region and app of each installation that belongs in it, and that an operation has not ended on.
    """

    name: ClassVar[str] = "write-backup"

    target: str
    installations: tuple[tuple[str, str], ...] = attrs.field(converter=_pairs)
    whole: bool
    keys: tuple[str, ...] = attrs.field(converter=_texts)
    people: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    left_out: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_pairs)

    def describe(self) -> str:
        """Return what the step will do."""
        count = len(self.installations)
        what = f"{count} installation{'' if count == 1 else 's'}"
        if self.people:
            regions = f"{len(self.people)} region{'' if len(self.people) == 1 else 's'}"
            what += f", accounts and audit trail of {regions}"
        return f"write {what} to {self.target}" + (", encrypted, with secrets" if self.keys else ", without secrets")

    def probe(self, context: StepContext) -> Probe:
        """Look for the file this operation wrote; it appears whole, and then what lay beside goes."""
        beside = file_beside(Path(self.target), context.operation)
        return Probe.DONE if self._is_there(context) and not beside.exists() else Probe.NOT

    def do(self, context: StepContext) -> None:
        """Write it, and note its digest before it gets its name."""
        if self._is_there(context):
            file_beside(Path(self.target), context.operation).unlink(missing_ok=True)
            return
        instance = context.instance
        records = [record_of(instance, region, app) for region, app in self.installations]
        made_at = instance.now()

        def note(size: int, digest: str, inode: int) -> None:
            context.scratch.mkdir(parents=True, exist_ok=True)
            facts = {"size": size, "digest": digest, "inode": inode, "made_at": made_at.isoformat()}
            write_whole(_note(context), json.dumps(facts).encode())

        target, operation = Path(self.target), context.operation
        write_backup(instance, records, target, operation, whole=self.whole, people=self.people, keys=self.keys, note=note)

    def undo(self, context: StepContext) -> None:
        """Remove what was written; a file of that name that something else wrote stays."""
        target = Path(self.target)
        if self._is_there(context):
            target.unlink()
        drop_reserved(target, context.operation)
        file_beside(target, context.operation).unlink(missing_ok=True)
        _note(context).unlink(missing_ok=True)

    def _is_there(self, context: StepContext) -> bool:
        if not _note(context).is_file():
            return False
        noted = _noted(context)
        return wrote(Path(self.target), noted["digest"], noted.get("inode"))


@attrs.frozen
class VerifyBackup(Step):
    """Read the file again from the disk, and compare it with what was written.

    Attributes:
        target: The file.
        encrypted: Whether it can be compared as a whole only.
    """

    name: ClassVar[str] = "verify-backup"

    target: str
    encrypted: bool

    def describe(self) -> str:
        """Return what the step will do."""
        return "read the file again and compare it with what was written"

    def probe(self, context: StepContext) -> Probe:  # noqa: ARG002 - looking is the step
        """Never say it is done."""
        return Probe.NOT

    def do(self, context: StepContext) -> None:
        """Compare.

        Raises:
            OperationError: The file is not what was written.
            BackupError: The same, found inside.
        """
        found = file_digest(Path(self.target)) if self.encrypted else read_backup(Path(self.target), ()).digest
        if found != _noted(context)["digest"]:
            raise OperationError("The file is not what was written", hint="See to the disk, then run the same command again.")

    def undo(self, context: StepContext) -> None:
        """Nothing was changed."""


@attrs.frozen
class RecordBackup(Step):
    """Enter a backup in the ledger, and in the audit trail of each region.

    Attributes:
        target: The file.
        installations: Region and app of each installation in it.
        encrypted: Whether it is encrypted.
    """

    name: ClassVar[str] = "record-backup"

    target: str
    installations: tuple[tuple[str, str], ...] = attrs.field(converter=_pairs)
    encrypted: bool

    def describe(self) -> str:
        """Return what the step will do."""
        return "enter it in the ledger and in the audit trail"

    def probe(self, context: StepContext) -> Probe:
        """Look whether it is entered."""
        entered = {(one.region, one.app) for one in context.instance.ledger.backups() if one.operation == context.operation}
        return Probe.DONE if entered == set(self.installations) else Probe.NOT

    def do(self, context: StepContext) -> None:
        """Enter it."""
        noted = _noted(context)
        records = [
            BackupRecord(
                operation=context.operation,
                region=region,
                app=app,
                file=self.target,
                size=noted["size"],
                digest=noted["digest"],
                encrypted=self.encrypted,
                made_at=datetime.fromisoformat(noted["made_at"]),
            )
            for region, app in self.installations
        ]
        for place, act in self._acts(context):
            if act.probe(place) is not Probe.DONE:
                act.do(place)
        context.instance.ledger.record_backups(records)

    def undo(self, context: StepContext) -> None:
        """Take it out of the ledger; the trail says that it was undone."""
        if _note(context).is_file():
            for place, act in self._acts(context):
                act.undo(place)
        context.instance.ledger.drop_backups(context.operation)

    def _acts(self, context: StepContext) -> list[tuple[StepContext, RecordAct]]:
        """Return the entry of each region's trail, with the place it belongs to."""
        detail = {"file": Path(self.target).name, "sha256": _noted(context)["digest"], "encrypted": self.encrypted}
        act = RecordAct("backup.made", detail)
        return [(attrs.evolve(context, region=region, app=app), act) for region, app in self.installations]


def _note(context: StepContext) -> Path:
    return context.scratch / "written.json"


def _noted(context: StepContext) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_note(context).read_text(encoding="utf-8"))
    return found
