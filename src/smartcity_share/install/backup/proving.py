"""Proving a backup: restore it beside, compare everything, ask the app, and keep how long it took."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from smartcity_share.errors import Fault, Location
from smartcity_share.hooks.installation import Actor
from smartcity_share.install.apply import Outcome, Watch, apply
from smartcity_share.install.backup.documents import InstallationFacts
from smartcity_share.install.backup.encryption import is_encrypted
from smartcity_share.install.backup.making import free_bytes
from smartcity_share.install.backup.planning import disk_short
from smartcity_share.install.backup.restoring import Backup
from smartcity_share.install.plan import Plan
from smartcity_share.install.recorded import record_trouble
from smartcity_share.install.steps.audit import RecordAct
from smartcity_share.install.steps.base import Step
from smartcity_share.install.steps.prove import ProbeRestored, RecordProof
from smartcity_share.install.steps.restore_data import CompareRestored, LoadRestored

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance


def planned_proof(instance: Instance, backup: Backup, facts: InstallationFacts) -> Plan:
    """Plan to prove one installation of a backup.

    Args:
        instance: The instance; it must run the code the backup was made with.
        backup: The backup.
        facts: What it says of the installation.
    """
    read = backup.read
    installation = read.installations[facts.id]
    known = [one for one in instance.ledger.backups(facts.region, facts.app) if one.digest == read.digest]
    before = [(one.operation, one.proven_at and one.proven_at.isoformat(), one.recovery_seconds) for one in known]
    made_at = read.head.created_at.isoformat()
    source = (str(backup.file), read.digest, None if backup.identity is None else str(backup.identity))
    steps: tuple[Step, ...] = (
        LoadRestored(*source, installation.tables is not None, facts.data_epoch, facts.version),
        CompareRestored(*source),
        ProbeRestored(*source),
        RecordAct("backup.proven", {"version": facts.version, "backup_sha256": read.digest}),
        RecordProof(*source, backup.file.stat().st_size, is_encrypted(backup.file), made_at, before),
    )
    faults = _obstacles(instance, facts)
    needed = installation.file_bytes + 2 * installation.row_bytes
    if (short := disk_short(needed, free_bytes(instance.folder), Location(facts.id))) is not None:
        faults.append(short)
    return Plan("prove", facts.region, facts.app, facts.version, steps=steps, refusals=tuple(faults))


def prove_backup(
    instance: Instance,
    file: Path,
    *,
    region: str | None = None,
    app: str | None = None,
    identity: Path | None = None,
    actor: Actor,
    watch: Watch | None = None,
) -> tuple[Outcome, ...]:
    """Prove a backup: load it beside, compare every row and file, ask the app, and keep how long that took.

    Args:
        instance: The instance; it must run the code the backup was made with.
        file: The backup.
        region: Only this region; all if None.
        app: Only this app; all if None.
        identity: File with the private key; needed where it is encrypted.
        actor: Who asks for it.
        watch: Told of each step before it begins.

    Returns:
        What became of each installation; the proof is in ``instance.ledger.backups()``.

    Raises:
        BackupError: The backup cannot be used.
        RefusedError: The instance does not run its code, or has too little room.
        OperationError: What was restored is not what the backup holds, or the app says it does not work.
    """
    backup = Backup.opened(file, identity)
    plans = [planned_proof(instance, backup, facts) for facts in backup.chosen(region, app)]
    for plan in plans:
        plan.require_possible()
    return tuple(apply(plan, instance, actor, watch=watch) for plan in plans)


def _obstacles(instance: Instance, facts: InstallationFacts) -> list[Fault]:
    where = Location(facts.id)
    record = instance.ledger.installation(facts.region, facts.app)
    here = None if record is None else (record.version, record.code_location, record.code_digest)
    if here != (facts.version, facts.code.location, facts.code.wheel):
        found = "is not installed" if record is None else f"is {record.version} {record.code_location or ''}".rstrip()
        return [
            Fault(
                "code-differs",
                f"The backup was made with `{facts.app}` {facts.version}; here it {found}",
                where,
                "Prove it by restoring it into an instance of its own: `smartcity restore FILE --into DIR`.",
            )
        ]
    if facts.code.location is not None and (trouble := record_trouble(instance.folder / facts.code.location)):
        text = f"The code in {facts.code.location} was changed: {trouble}"
        return [Fault("code-differs", text, where, "See `smartcity doctor`; put the code back first.")]
    return []
