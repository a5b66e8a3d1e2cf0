"""``smartcity backup``: an installation, or everything an instance serves, to one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from smartcity_share.cli.instance_option import (
    basis_options,
    chosen_actor,
    chosen_region,
    identity_option,
    instance_option,
    json_option,
    opened_instance,
    region_option,
    show_step,
)
from smartcity_share.cli.render import print_json
from smartcity_share.cli.show_plan import outcome_as_json, show_plan
from smartcity_share.errors import UsageError

if TYPE_CHECKING:
    from smartcity_share.hooks.installation import Actor
    from smartcity_share.install.apply import Outcome
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
@click.option(
    "--prove",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Instead of writing one, prove this backup: restore it beside, compare it, ask the app, keep how long it took.",
)
@identity_option("With --prove: file with the private key, where the backup is encrypted.")
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
    prove: Path | None,
    identity: Path | None,
    keep: int | None,
    plan_only: bool,
    basis: str,
    by: str | None,
    region: str | None,
    folder: Path,
    as_json: bool,
) -> None:
    """Back up APP in a region to one file; without APP every app, without --region in every region.

    Data, files, settings with their provenance, what the region changed, its profile and the exact code; without APP also
    accounts and the audit trail. It may be written to meanwhile: the backup holds one state of it.
    """
    from contextlib import closing

    from smartcity_share.install.apply import apply
    from smartcity_share.install.backup.making import planned_backup, prune

    if prove is not None:
        if target is not None or keys or keep is not None:
            raise UsageError("--prove writes no backup", hint="Leave -o, --encrypt-to and --keep out.")
        with closing(opened_instance(folder)) as instance:
            _prove(instance, prove, identity, (region, app), chosen_actor(by), plan_only=plan_only, as_json=as_json)
        return
    if identity is not None:
        raise UsageError("--identity belongs to --prove", hint="A backup is encrypted to public keys: `--encrypt-to KEY`.")
    with closing(opened_instance(folder)) as instance:
        code = chosen_region(instance, region) if region is not None or app is not None else None
        plan = planned_backup(instance, code, app, target, keys)
        plan.require_possible()
        if plan_only:
            print_json(plan.as_json()) if as_json else show_plan(plan)
            return
        outcome = apply(plan, instance, chosen_actor(by), basis=basis, watch=show_step)
        operation = outcome.operation.id if outcome.operation is not None else ""
        removed = prune(instance, outcome, keep) if keep is not None else ()
        made = next(one for one in instance.ledger.backups() if one.operation == operation)
        if as_json:
            print_json({**outcome_as_json(outcome), "backup": _as_json(made), "removed": list(removed)})
            return
        _show(instance, made, outcome.plan.notices, removed)


def _prove(
    instance: Instance,
    file: Path,
    identity: Path | None,
    chosen: tuple[str | None, str | None],
    actor: Actor,
    *,
    plan_only: bool,
    as_json: bool,
) -> None:
    from smartcity_share.install.backup.proving import planned_proof, prove_backup
    from smartcity_share.install.backup.restoring import Backup

    region, app = chosen
    if plan_only:
        backup = Backup.opened(file, identity)
        plans = [planned_proof(instance, backup, facts) for facts in backup.chosen(region, app)]
        if as_json:
            print_json({"plans": [plan.as_json() for plan in plans]})
            return
        for plan in plans:
            show_plan(plan)
        return
    outcomes = prove_backup(instance, file, region=region, app=app, identity=identity, actor=actor, watch=show_step)
    proven = [one for outcome in outcomes for one in _proofs(instance, outcome, file)]
    if as_json:
        print_json({"proven": [{"region": one.region, "app": one.app, **_as_json(one)} for one in proven]})
        return
    for one in proven:
        took = "" if one.recovery_seconds is None else f", in {one.recovery_seconds:.1f} s"
        text = f"Proven: {one.app} in {one.region} was restored beside and is equal{took}"
        click.echo(click.style(text, fg="green"))


def _proofs(instance: Instance, outcome: Outcome, file: Path) -> list[BackupRecord]:
    from smartcity_share.install.code_store import file_digest

    found = instance.ledger.backups(outcome.plan.region, outcome.plan.app)
    return [one for one in found if one.digest == file_digest(file)][-1:]


def _as_json(made: BackupRecord) -> dict[str, Any]:
    return {
        "file": made.file,
        "size": made.size,
        "sha256": made.digest,
        "encrypted": made.encrypted,
        "made_at": made.made_at.isoformat(),
        "proven_at": made.proven_at and made.proven_at.isoformat(),
        "recovery_seconds": made.recovery_seconds,
    }


def _show(instance: Instance, made: BackupRecord, notices: tuple[str, ...], removed: tuple[str, ...]) -> None:
    for notice in notices:
        click.echo(click.style("note: ", fg="yellow") + notice)
    count = sum(one.operation == made.operation for one in instance.ledger.backups())
    what = f"{made.app} in {made.region}" if count == 1 else f"{count} installations"
    click.echo(click.style(f"Backed up {what} to {made.file} ({made.size:,} bytes)", fg="green"))
    for file in removed:
        click.echo(f"  removed the older {file}")
