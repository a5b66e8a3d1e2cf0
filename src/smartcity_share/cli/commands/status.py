"""``smartcity status``: what is installed where. Reads the ledger alone; no app is imported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from smartcity_share.cli.instance_option import chosen_region, instance_option, json_option, only_region_option, opened_instance
from smartcity_share.cli.render import print_json, print_table

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.records import InstallationRecord, OperationRecord


@click.command()
@only_region_option
@instance_option
@json_option
def status(region: str | None, folder: Path, as_json: bool) -> None:
    """Show what is installed where, and the operations that have not ended."""
    from contextlib import closing

    from smartcity_share.install.unfinished import unfinished

    with closing(opened_instance(folder, check_config=False)) as instance:
        code = None if region is None else chosen_region(instance, region)
        records = instance.ledger.installations(code)
        left = [one for one in unfinished(instance) if code is None or one.region == code]
        regions = instance.region_codes if code is None else (code,)
        if as_json:
            print_json(_as_json(instance, regions, records, left))
        else:
            _show(regions, records, left)


def _as_json(
    instance: Instance, regions: tuple[str, ...], records: tuple[InstallationRecord, ...], left: list[OperationRecord]
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


def _show(regions: tuple[str, ...], records: tuple[InstallationRecord, ...], left: list[OperationRecord]) -> None:
    from smartcity_share.install.unfinished import next_command

    if records:
        rows = [
            (record.region, record.app, record.version, str(record.state), record.code_location or "environment")
            for record in records
        ]
        print_table(("REGION", "APP", "VERSION", "STATE", "CODE"), rows)
    else:
        click.echo(f"No app is installed in {', '.join(regions) or 'any region'}.")
        click.echo("  smartcity install APP --from WHEEL")
    for one in left:
        what = "needs a person" if one.fault else "was cut off"
        click.echo(click.style(f"{one.kind} of {one.app} in {one.region} {what}. {one.fault}".rstrip(), fg="red"))
        click.echo(f"  {next_command(one)}")
