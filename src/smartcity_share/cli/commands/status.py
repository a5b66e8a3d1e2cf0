"""``smartcity status``: what is installed where. Reads the ledger alone; no app is imported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from smartcity_share.cli.instance_option import chosen_region, instance_option, json_option, only_region_option, opened_instance
from smartcity_share.cli.render import print_json, print_table

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.records import BackupRecord, InstallationRecord, OperationRecord


@click.command()
@only_region_option
@instance_option
@json_option
def status(region: str | None, folder: Path, as_json: bool) -> None:
    """Show what is installed where, when it was last backed up and proven, and the operations that have not ended."""
    from contextlib import closing

    from smartcity_share.install.unfinished import unfinished

    with closing(opened_instance(folder, check_config=False)) as instance:
        code = None if region is None else chosen_region(instance, region)
        records = instance.ledger.installations(code)
        left = [one for one in unfinished(instance) if code is None or one.region == code]
        regions = instance.region_codes if code is None else (code,)
        backups = _last(instance.ledger.backups(code))
        if as_json:
            print_json(_as_json(instance, regions, records, left, backups))
        else:
            _show(regions, records, left, backups)


_Backups: TypeAlias = "dict[tuple[str, str], tuple[BackupRecord, BackupRecord | None]]"


def _last(records: tuple[BackupRecord, ...]) -> _Backups:
    """Return for each installation the last backup, and the one that was proven last."""
    found: _Backups = {}
    for record in records:
        _, proven = found.get((record.region, record.app), (record, None))
        if record.proven_at is not None and (
            proven is None or proven.proven_at is None or proven.proven_at <= record.proven_at
        ):
            proven = record
        found[record.region, record.app] = (record, proven)
    return found


def _as_json(
    instance: Instance,
    regions: tuple[str, ...],
    records: tuple[InstallationRecord, ...],
    left: list[OperationRecord],
    backups: _Backups,
) -> dict[str, Any]:
    from smartcity_share.install.unfinished import next_command

    return {
        "instance": {"folder": str(instance.folder), "regions": list(regions)},
        "installations": [
            {
                "region": record.region,
                "app": record.app,
                "version": record.version,
                "distribution": record.distribution,
                "state": str(record.state),
                "fault": record.fault or None,
                "data_epoch": record.data_epoch,
                "code": record.code_location or "environment",
                "installed_at": record.installed_at.isoformat(),
                "updated_at": record.updated_at.isoformat(),
                **_backup_as_json(*backups.get((record.region, record.app), (None, None))),
            }
            for record in records
        ],
        "operations": [
            {
                "id": one.id,
                "kind": one.kind,
                "region": one.region,
                "app": one.app,
                "actor": one.actor,
                "state": str(one.state),
                "started_at": one.started_at.isoformat(),
                "fault": one.fault or None,
                "next_command": next_command(one),
            }
            for one in left
        ],
    }


def _backup_as_json(last: BackupRecord | None, proven: BackupRecord | None) -> dict[str, Any]:
    return {
        "backup": None
        if last is None
        else {"made_at": last.made_at.isoformat(), "file": last.file, "encrypted": last.encrypted},
        "proven": None
        if proven is None or proven.proven_at is None
        else {
            "at": proven.proven_at.isoformat(),
            "made_at": proven.made_at.isoformat(),
            "file": proven.file,
            "recovery_seconds": proven.recovery_seconds,
        },
    }


def _backup_words(last: BackupRecord | None, proven: BackupRecord | None) -> tuple[str, str]:
    if last is None:
        return "never", ""
    if proven is None or proven.proven_at is None:
        return f"{last.made_at:%Y-%m-%d %H:%M}", "never"
    took = "" if proven.recovery_seconds is None else f", back in {proven.recovery_seconds:.1f} s"
    return f"{last.made_at:%Y-%m-%d %H:%M}", f"{proven.proven_at:%Y-%m-%d}{took}"


def _show(
    regions: tuple[str, ...], records: tuple[InstallationRecord, ...], left: list[OperationRecord], backups: _Backups
) -> None:
    from smartcity_share.install.unfinished import next_command

    if records:
        rows = [
            (
                *(record.region, record.app, record.version, str(record.state), record.code_location or "environment"),
                *_backup_words(*backups.get((record.region, record.app), (None, None))),
            )
            for record in records
        ]
        print_table(("REGION", "APP", "VERSION", "STATE", "CODE", "BACKED UP (UTC)", "PROVEN"), rows)
    else:
        click.echo(f"No app is installed in {', '.join(regions) or 'any region'}.")
        click.echo("  smartcity install APP --from WHEEL")
    for one in left:
        what = "needs a person" if one.fault else "was cut off"
        click.echo(click.style(f"{one.kind} of {one.app} in {one.region} {what}. {one.fault}".rstrip(), fg="red"))
        click.echo(f"  {next_command(one)}")
