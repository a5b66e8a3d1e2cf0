"""``smartcity backup``: an installation, or everything an instance serves, to one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from smartcity_share.cli.instance_option import (
    basis_options,
    chosen_actor,
    chosen_region,
    instance_option,
    json_option,
    opened_instance,
    region_option,
    show_step,
)
from smartcity_share.cli.render import print_json
from smartcity_share.cli.show_plan import outcome_as_json, show_plan

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.records import BackupRecord


@click.command()
@click.argument("app", required=False)
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="File to write, or a folder to make one in; backups/ of the instance where left out.",
)
@click.option(
    "--encrypt-to",
    "keys",
    multiple=True,
    metavar="KEY",
    help="Encrypt it, secrets included, to a public key of age or SSH, or to those in a file; repeat it.",
)
@click.option("--keep", type=click.IntRange(min=1), metavar="N", help="Remove older backups of the same but the last N.")
@click.option("--plan", "plan_only", is_flag=True, help="Show what would be done; change nothing.")
@basis_options
@region_option
@instance_option
@json_option
def backup(  # noqa: PLR0917 - click hands every option over by name
    app: str | None,
    target: Path | None,
    keys: tuple[str, ...],
    keep: int | None,
    plan_only: bool,
    basis: str,
    by: str | None,
    region: str | None,
    folder: Path,
    as_json: bool,
) -> None:
    """Back up APP in a region to one file; without APP every app, without --region in every region.

    Data, files, settings with their provenance, what the region changed, its profile and the exact code. It may be written
    to meanwhile: the backup holds one state of it.
    """
    from contextlib import closing

    from smartcity_share.install.apply import apply
    from smartcity_share.install.backup.making import planned_backup, prune

    with closing(opened_instance(folder)) as instance:
        code = chosen_region(instance, region) if region is not None or app is not None else None
        plan = planned_backup(instance, code, app, target, keys)
        plan.require_possible()
        if plan_only:
            print_json(plan.as_json()) if as_json else show_plan(plan)
            return
        outcome = apply(plan, instance, chosen_actor(by), basis=basis, watch=show_step)
        operation = outcome.operation.id if outcome.operation is not None else ""
        removed = prune(instance, operation, keep) if keep is not None else ()
        made = next(one for one in instance.ledger.backups() if one.operation == operation)
        if as_json:
            print_json({**outcome_as_json(outcome), "backup": _as_json(made), "removed": list(removed)})
            return
        _show(instance, made, outcome.plan.notices, removed)


def _as_json(made: BackupRecord) -> dict[str, Any]:
    return {
        "file": made.file,
        "size": made.size,
        "sha256": made.digest,
        "encrypted": made.encrypted,
        "made_at": made.made_at.isoformat(),
    }


def _show(instance: Instance, made: BackupRecord, notices: tuple[str, ...], removed: tuple[str, ...]) -> None:
    for notice in notices:
        click.echo(click.style("note: ", fg="yellow") + notice)
    count = sum(one.operation == made.operation for one in instance.ledger.backups())
    what = f"{made.app} in {made.region}" if count == 1 else f"{count} installations"
    click.echo(click.style(f"Backed up {what} to {made.file} ({made.size:,} bytes)", fg="green"))
    for file in removed:
        click.echo(f"  removed the older {file}")
