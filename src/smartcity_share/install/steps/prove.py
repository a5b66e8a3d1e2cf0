"""Steps that prove a backup: it was restored beside, so the app is asked, the time is kept, and what was loaded goes again."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from smartcity_share.durable import write_whole
from smartcity_share.errors import OperationError, SettingsError
from smartcity_share.hooks.values import HealthState
from smartcity_share.install.backup.documents import KeptSettings, parsed
from smartcity_share.install.backup.loading import FILES, OVERRIDES
from smartcity_share.install.backup.places import Places, What
from smartcity_share.install.backup.reading import opened_backup
from smartcity_share.install.overrides.kept import as_overrides, read_kept
from smartcity_share.install.owner import this_process
from smartcity_share.install.records import BackupRecord
from smartcity_share.install.secret_files import read_secret, secret_ref
from smartcity_share.install.steps.base import Probe, StepContext
from smartcity_share.install.steps.hooks import opened
from smartcity_share.install.steps.restore_code import FromBackup
from smartcity_share.install.steps.restore_data import data_beside, loaded_facts, restored_folder
from smartcity_share.install.storage.files import LocalFileStore

if TYPE_CHECKING:
    from pydantic import BaseModel


Proven = tuple[str, str | None, float | None]


def _proofs(values: Iterable[Iterable[Any]]) -> tuple[Proven, ...]:
    return tuple((operation, moment, seconds) for operation, moment, seconds in values)


@attrs.frozen
class ProbeRestored(FromBackup):
    """Ask the app how the restored installation is: its rows, files, settings and overrides from the backup."""

    name: ClassVar[str] = "probe-restored"

    def describe(self) -> str:
        """Return what the step will do."""
        return "ask the app whether what was restored works"

    def probe(self, context: StepContext) -> Probe:  # noqa: ARG002 - asking is the step
        """Never say it is done."""
        return Probe.NOT

    def do(self, context: StepContext) -> None:
        """Ask.

        Raises:
            OperationError: The app says it does not work.
            SettingsError: The settings in the backup do not fit.
        """
        folder, instance = restored_folder(context), context.instance
        installation = attrs.evolve(
            opened(context),
            settings=self._settings(context),
            database=data_beside(context).database,
            files=LocalFileStore(folder / FILES),
            overrides=as_overrides(read_kept(folder / OVERRIDES)),
        )
        seconds = instance.config.limits.health_seconds
        try:
            registry = instance.registry_for(context.region, context.app)
            health = registry.check_health(context.app, installation, seconds)
        finally:
            data_beside(context).close()
        if health.state is HealthState.FAILED:
            raise OperationError(
                f"Restored beside, the app says it does not work: {health.message}", hint=health.mend or "Take another backup."
            )
        if health.state is not HealthState.OK:
            context.notices.append(f"{health.state}: {health.message} {health.mend}".strip())
        write_whole(context.scratch / "seconds", self._took(context).encode())

    def undo(self, context: StepContext) -> None:
        """Nothing was changed."""

    @staticmethod
    def _took(context: StepContext) -> str:
        """Return how many seconds it took since the loading began; nothing where another process began it, on another clock."""
        facts = loaded_facts(context)
        return str(time.monotonic() - facts["began"]) if facts.get("process") == this_process() else ""

    def _settings(self, context: StepContext) -> BaseModel:
        from pydantic import ValidationError

        from smartcity_share.hooks.settings import Settings

        model = context.instance.registry_for(context.region, context.app).settings_model(context.app) or Settings
        found = self._values(context)
        try:
            return model.model_validate({key: value for key, value in found.items() if key in model.model_fields})
        except ValidationError as error:
            keys = sorted({str(entry["loc"][0]) if entry["loc"] else "all together" for entry in error.errors()})
        raise SettingsError(f"Settings in the backup do not fit: {', '.join(keys)}", faults=(), hint="Take another backup.")

    def _values(self, context: StepContext) -> dict[str, Any]:
        """Return the settings in the backup; a secret that is not in it is read from the instance."""
        kept, secrets = KeptSettings(settings=()), {}
        with opened_backup(self.path, self.keys) as archive:
            places = Places(archive.head)
            for entry in archive:
                place = places.of(entry.name)
                if place.owner != f"{context.region}/{context.app}":
                    continue
                if place.what is What.SETTINGS:
                    kept = parsed(KeptSettings, entry.name, archive.document(entry))
                elif place.what is What.SECRET:
                    secrets[place.name] = archive.document(entry).decode()
                else:
                    break
        found = {}
        for one in kept.settings:
            if not one.is_secret:
                found[one.key] = one.value
            elif (secret := secrets.get(f"{'shared' if one.shared else 'own'}/{one.key}")) is not None:
                found[one.key] = secret
            else:
                scope = "_region" if one.shared else context.app
                found[one.key] = read_secret(context.instance.layout, secret_ref(context.region, scope, one.key))
        return found


@attrs.frozen
class RecordProof(FromBackup):
    """Keep that the backup was restored, when, and how long it took; not how long where it was resumed.

    Attributes:
        size: Bytes of the file.
        encrypted: Whether it is encrypted.
        made_at: When the backup was begun.
        before: What the ledger said of this file: operation, when it was proven and the seconds that took, each perhaps None.
    """

    name: ClassVar[str] = "record-proof"

    size: int
    encrypted: bool
    made_at: str
    before: tuple[Proven, ...] = attrs.field(default=(), converter=_proofs)

    def describe(self) -> str:
        """Return what the step will do."""
        return "keep the date and the time it took, and remove what was loaded"

    def probe(self, context: StepContext) -> Probe:
        """Look whether what was loaded is gone; then the rest was done before."""
        kept = any(one.digest == self.sha256 and one.proven_at is not None for one in self._records(context))
        gone = not restored_folder(context).exists() and not data_beside(context).exists()
        return Probe.DONE if kept and gone else Probe.NOT

    def do(self, context: StepContext) -> None:
        """Keep it with every record of this file; one of another instance is entered."""
        seconds = context.scratch / "seconds"
        if seconds.is_file():
            known = [one for one in self._records(context) if one.digest == self.sha256] or [
                BackupRecord(
                    operation=context.operation,
                    region=context.region,
                    app=context.app,
                    file=self.file,
                    size=self.size,
                    digest=self.sha256,
                    encrypted=self.encrypted,
                    made_at=datetime.fromisoformat(self.made_at),
                )
            ]
            told = seconds.read_text(encoding="ascii")
            took = round(float(told), 3) if told else None
            now = context.instance.now()
            context.instance.ledger.record_backups([attrs.evolve(one, proven_at=now, recovery_seconds=took) for one in known])
        data_beside(context).drop()
        shutil.rmtree(restored_folder(context), ignore_errors=True)

    def undo(self, context: StepContext) -> None:
        """Put back what the ledger said before: the trail, too, says that the proof was undone."""
        before = {operation: (moment, seconds) for operation, moment, seconds in self.before}
        for one in self._records(context):
            if one.digest == self.sha256 and one.operation in before:
                moment, seconds = before[one.operation]
                proven_at = None if moment is None else datetime.fromisoformat(moment)
                kept = attrs.evolve(one, proven_at=proven_at, recovery_seconds=seconds)
                context.instance.ledger.record_backups([kept])
        context.instance.ledger.drop_backups(context.operation)

    @staticmethod
    def _records(context: StepContext) -> tuple[BackupRecord, ...]:
        return context.instance.ledger.backups(context.region, context.app)
