"""Backing up: an installation, or everything an instance serves."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smartcity_share.hooks.installation import Actor
from smartcity_share.install.apply import Outcome, Watch, apply
from smartcity_share.install.backup.encryption import public_keys
from smartcity_share.install.backup.planning import BackupFacts, plan_backup
from smartcity_share.install.layout import REGION_SCOPE
from smartcity_share.install.plan import Plan
from smartcity_share.install.records import SETTLED, BackupRecord, InstallationRecord
from smartcity_share.install.runtime import record_of
from smartcity_share.install.steps.backup import WriteBackup

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance

SUFFIX: Final = ".smartcity-backup"
_SPARE: Final = 16 * 1024 * 1024
"""Room for what is not counted: the head, the lists, the journal."""


def planned_backup(
    instance: Instance, region: str | None, app: str | None, target: Path | None = None, keys: Sequence[str] = ()
) -> Plan:
    """Plan a backup.

    Args:
        instance: The instance.
        region: Code of the region; None for every region.
        app: Id of the app; None for every app.
        target: The file, or a folder to make one in; ``backups/`` of the instance if None.
        keys: Public keys it is encrypted to: age or SSH keys, or files that hold them.

    Raises:
        UsageError: A key is none.
        RegionNotFoundError: The instance does not serve the region.
        InstallationNotFoundError: The app is not installed there.
    """
    keys = public_keys(keys)
    if region is not None and app is not None:
        found: tuple[InstallationRecord, ...] = (record_of(instance, region, app),)
    else:
        if region is not None:
            instance.profile_folder(region)
        found = instance.ledger.installations(region, app)
    records = tuple(record for record in found if record.state in SETTLED)
    many = region is None or app is None
    path = _target(instance, records, target, many=many, encrypted=bool(keys))
    return plan_backup(
        BackupFacts(
            records=records,
            left_out=tuple(record for record in found if record.state not in SETTLED),
            whole=many,
            target=str(path),
            target_taken=path.exists(),
            needed=sum(_bytes(instance, record) for record in records) + _SPARE,
            free=free_bytes(path.parent),
            keys=keys,
            secrets=len(_secrets(instance, records)),
            people=_people(instance, region, app),
        )
    )


def backup_installation(
    instance: Instance,
    region: str | None,
    app: str | None,
    target: Path | None = None,
    *,
    encrypt_to: Sequence[str] = (),
    keep: int | None = None,
    actor: Actor,
    basis: str = "",
    watch: Watch | None = None,
) -> Outcome:
    """Back up an installation, or everything an instance serves, to one file.

    Args:
        instance: The instance.
        region: Code of the region; None for every region.
        app: Id of the app; None for every app.
        target: The file, or a folder to make one in; ``backups/`` of the instance if None.
        encrypt_to: Public keys it is encrypted to; only then secrets are inside.
        keep: How many backups of the same installations stay in that folder; all if None, or where one is left out.
        actor: Who asks for it.
        basis: The order or decree it rests on.
        watch: Told of each step before it begins.

    Returns:
        What became of it; the file is in ``instance.ledger.backups()``.

    Raises:
        SmartCityError: What :func:`planned_backup` and :func:`smartcity_share.install.apply.apply` raise.
    """
    plan = planned_backup(instance, region, app, target, encrypt_to)
    outcome = apply(plan, instance, actor, basis=basis, watch=watch)
    if keep is not None:
        prune(instance, outcome, keep)
    return outcome


def prune(instance: Instance, outcome: Outcome, keep: int) -> tuple[str, ...]:
    """Remove older backups of the same installations from the folder of one; the newest proven one always stays.

    Where the newest leaves out an installation that an operation has not ended on, every older one stays: they hold it.

    Args:
        instance: The instance.
        outcome: What became of the backup that wrote the newest.
        keep: How many stay, that one included; at least 1.

    Returns:
        The files that were removed.
    """
    if outcome.operation is None or any(isinstance(step, WriteBackup) and step.left_out for step in outcome.plan.steps):
        return ()
    operation, backups = outcome.operation.id, _by_operation(instance.ledger.backups())
    newest = backups[operation]
    folder, scope = Path(newest[0].file).parent, _scope(newest)
    alike = [name for name, records in backups.items() if _scope(records) == scope and Path(records[0].file).parent == folder]
    proven = [name for name in alike if all(record.proven_at is not None for record in backups[name])]
    removed = []
    for name in alike[: -max(keep, 1)]:
        if name in (*proven[-1:], operation):
            continue
        file = backups[name][0].file
        Path(file).unlink(missing_ok=True)
        instance.ledger.drop_backups(name)
        removed.append(file)
    return tuple(removed)


def free_bytes(folder: Path) -> int:
    """Return how many bytes the disk of a folder has free, whether the folder is there yet or not."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def _target(
    instance: Instance, records: Sequence[InstallationRecord], target: Path | None, *, many: bool, encrypted: bool
) -> Path:
    if target is not None and not target.is_dir():
        return target.absolute()
    regions = {record.region for record in records}
    words = ["all" if len(regions) != 1 else records[0].region, "all" if many or not records else records[0].app]
    name = f"{'-'.join(words)}-{instance.now():%Y%m%d-%H%M%S}{SUFFIX}{'.age' if encrypted else ''}"
    return (target or instance.layout.backups).absolute() / name


def _bytes(instance: Instance, record: InstallationRecord) -> int:
    layout = instance.layout
    folders = [layout.files(record.region, record.app)]
    if record.code_location is not None:
        folders.append(instance.folder / record.code_location)
    total = instance.data(record.region, record.app).size()
    for folder in folders:
        for root, _, files in os.walk(folder):
            for name in files:
                with suppress(FileNotFoundError):  # the app goes on writing and deleting meanwhile
                    total += os.stat(os.path.join(root, name)).st_size  # noqa: PTH116, PTH118 - 100,000 of them
    return total


def _secrets(instance: Instance, records: Sequence[InstallationRecord]) -> set[str]:
    places = {(record.region, app) for record in records for app in (record.app, REGION_SCOPE)}
    return {value.secret_ref for place in places for value in instance.ledger.settings(*place) if value.secret_ref}


def _people(instance: Instance, region: str | None, app: str | None) -> tuple[str, ...]:
    """Return the regions that go to a backup with everything of them."""
    if app is not None:
        return ()
    return instance.region_codes if region is None else (region,)


def _by_operation(records: Sequence[BackupRecord]) -> dict[str, list[BackupRecord]]:
    found: dict[str, list[BackupRecord]] = {}
    for record in records:
        found.setdefault(record.operation, []).append(record)
    return found


def _scope(records: Sequence[BackupRecord]) -> frozenset[tuple[str, str]]:
    return frozenset((record.region, record.app) for record in records)
