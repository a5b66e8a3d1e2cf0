"""``smartcity restore``: what a backup holds, into this or another instance."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from smartcity_share.cli.instance_option import (
    basis_options,
    chosen_actor,
    identity_option,
    instance_option,
    is_terminal,
    json_option,
    opened_instance,
    plan_options,
    show_step,
    wheels_option,
)
from smartcity_share.cli.render import print_json
from smartcity_share.cli.show_plan import outcome_as_json, show_plan
from smartcity_share.errors import UsageError

if TYPE_CHECKING:
    from smartcity_share.install.apply import Outcome
    from smartcity_share.install.backup.documents import InstallationFacts
    from smartcity_share.install.backup.restoring import Backup
    from smartcity_share.install.plan import Plan

_SECRET = "SMARTCITY_SECRET_"  # noqa: S105 - the name, not a secret


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@identity_option("File with the private key, where the backup is encrypted.")
@click.option("--region", "-r", metavar="CODE", help="Only this region of the backup, by code; all if not given.")
@click.option("--app", metavar="APP", help="Only this app of the backup; all if not given.")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Make a new instance there, with the accounts and audit trail of the backup, and restore into it.",
)
@click.option(
    "--database",
    envvar="SMARTCITY_DATABASE",
    metavar="URL",
    help="With --into: where the new instance keeps its data; sqlite, or postgresql://USER:PASSWORD@HOST/DATABASE.",
)
@wheels_option("Folder with wheels of packages the apps need beyond smartcity; repeat it.")
@plan_options()
@basis_options
@instance_option
@json_option
def restore(  # noqa: PLR0917 - click hands every option over by name
    file: Path,
    identity: Path | None,
    region: str | None,
    app: str | None,
    into: Path | None,
    database: str | None,
    wheels: tuple[Path, ...],
    plan_only: bool,
    yes: bool,
    basis: str,
    by: str | None,
    folder: Path,
    as_json: bool,
) -> None:
    """Restore what the backup FILE holds: data, files, settings, profile and the exact code.

    The whole file is read and judged first. Then each installation is loaded beside its place, compared with the backup and
    switched in; what was there is set aside, and goes when the app says that it works.
    """
    from contextlib import closing

    from smartcity_share.install.backup.elsewhere import make_instance_for, people_of, regions_made
    from smartcity_share.install.backup.restoring import Backup, planned_restore, restore_chosen

    backup = Backup.opened(file, identity)
    chosen = backup.chosen(region, app)
    if into is not None:
        if plan_only:
            regions = regions_made(backup, region=region, app=app)
            _show_making(chosen, into, regions, people_of(backup, region=region, app=app), as_json=as_json)
            return
        make_instance_for(backup, into, region=region, app=app, database=database or "sqlite")
    elif click.get_current_context().get_parameter_source("database") is ParameterSource.COMMANDLINE:
        raise UsageError("--database says where a new instance keeps its data", hint="Say `--into DIR` too, or leave it out.")
    secrets = {name.removeprefix(_SECRET).lower(): value for name, value in os.environ.items() if name.startswith(_SECRET)}
    with closing(opened_instance(into or folder)) as instance:
        plans = [planned_restore(instance, backup, facts, secrets, wheels) for facts in chosen]
        if plan_only:
            _show_plans(plans, as_json=as_json)
            return
        if not yes and any(instance.ledger.installation(plan.region, plan.app) for plan in plans):
            _confirm(plans)
        outcomes = restore_chosen(
            instance, backup, chosen, secrets=secrets, actor=chosen_actor(by), basis=basis, watch=show_step, wheels=wheels
        )
    _show(outcomes, as_json=as_json)
    if into is not None and not as_json:
        _show_people(backup, people_of(backup, region=region, app=app))


def _show_people(backup: Backup, people: Sequence[str]) -> None:
    accounts = [one for code in people for one in backup.read.people[code].accounts]
    if people:
        click.echo(f"  with the audit trail and {len(accounts)} account{'' if len(accounts) == 1 else 's'}")
    if any(one.password is None for one in accounts):
        text = "the backup is not encrypted and holds no passwords: set each with `smartcity user password LOGIN`"
        click.echo(click.style("note: ", fg="yellow") + text)


def _confirm(plans: Sequence[Plan]) -> None:
    if not is_terminal():
        raise UsageError(
            "Nobody is here to confirm that the data there now are replaced",
            hint="Say `--yes`, after looking at it with `--plan`.",
        )
    for plan in plans:
        show_plan(plan)
    click.confirm("Replace the data that are there now?", default=False, abort=True)


def _show_plans(plans: Sequence[Plan], *, as_json: bool) -> None:
    if as_json:
        print_json({"plans": [plan.as_json() for plan in plans]})
    else:
        for plan in plans:
            show_plan(plan)
    for plan in plans:
        plan.require_possible()


def _show_making(
    chosen: Sequence[InstallationFacts], into: Path, regions: Sequence[str], people: Sequence[str], *, as_json: bool
) -> None:
    if as_json:
        print_json({"into": str(into), "regions": regions, "people": people, "installations": [facts.id for facts in chosen]})
        return
    click.echo(f"Make an instance in {into} for {', '.join(regions)}, then restore into it:")
    for facts in chosen:
        click.echo(f"  {facts.app} {facts.version} in {facts.region}")
    if people:
        click.echo(f"  accounts and audit trail of {', '.join(people)}")


def _show(outcomes: Sequence[Outcome], *, as_json: bool) -> None:
    if as_json:
        print_json({"restored": [outcome_as_json(outcome) for outcome in outcomes]})
        return
    for outcome in outcomes:
        for notice in (*outcome.plan.notices, *outcome.notices):
            click.echo(click.style("note: ", fg="yellow") + notice)
        plan = outcome.plan
        click.echo(click.style(f"Restored {plan.app} {plan.version} in {plan.region}", fg="green"))
