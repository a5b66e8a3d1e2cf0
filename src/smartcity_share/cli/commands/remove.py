"""``smartcity remove``: remove an app from a region, its data exported first."""

from __future__ import annotations

from pathlib import Path

import click

from smartcity_share.cli.instance_option import (
    basis_options,
    chosen_actor,
    chosen_region,
    instance_option,
    is_terminal,
    json_option,
    opened_instance,
    region_option,
    show_step,
)
from smartcity_share.cli.render import print_json
from smartcity_share.cli.show_plan import show_outcome, show_plan
from smartcity_share.errors import UsageError


@click.command()
@click.argument("app")
@click.option(
    "--export", "target", type=click.Path(path_type=Path), metavar="DIR", help="Folder the data go to; must not exist."
)
@click.option("--no-export", is_flag=True, help="Remove without an export: the data will be gone.")
@click.option("--plan", "plan_only", is_flag=True, help="Show what would be done; change nothing.")
@click.option("--yes", "-y", is_flag=True, help="Ask nothing.")
@basis_options
@region_option
@instance_option
@json_option
def remove(  # noqa: PLR0917 - click hands every option over by name
    app: str,
    target: Path | None,
    no_export: bool,
    plan_only: bool,
    yes: bool,
    basis: str,
    by: str | None,
    region: str | None,
    folder: Path,
    as_json: bool,
) -> None:
    """Remove APP from a region: its data, files and settings are exported, the export is verified, then they are removed."""
    from contextlib import closing

    from smartcity_share.install.apply import apply
    from smartcity_share.install.removing import planned_removal

    if target is None and not no_export:
        raise UsageError("Removing deletes the data of the app", hint="Export them with `--export DIR`, or say `--no-export`.")
    if target is not None and no_export:
        raise UsageError("--export and --no-export exclude each other", hint="Leave one out.")
    with closing(opened_instance(folder)) as instance:
        code = chosen_region(instance, region)
        plan = planned_removal(instance, code, app, target)
        plan.require_possible()
        if plan_only:
            print_json(plan.as_json()) if as_json else show_plan(plan)
            return
        if not yes:
            if not is_terminal():
                raise UsageError(
                    "Nobody is here to confirm the removal", hint="Say `--yes`, after looking at it with `--plan`."
                )
            show_plan(plan)
            click.confirm(f"Remove {app} and its data from {code}?", default=False, abort=True)
        outcome = apply(plan, instance, chosen_actor(by), basis=basis, watch=show_step)
    where = f"; its data are in {target}" if target is not None else ""
    show_outcome(outcome, f"Removed {app} from {code}{where}", as_json=as_json)
