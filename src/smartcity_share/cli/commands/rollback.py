"""``smartcity rollback``: put the version before an upgrade back, code and data as one."""

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
    plan_options,
    region_option,
    show_step,
)
from smartcity_share.cli.render import print_json
from smartcity_share.cli.show_plan import show_outcome, show_plan


@click.command()
@click.argument("app")
@plan_options("Show what would be done and lost; change nothing.")
@basis_options
@region_option
@instance_option
@json_option
def rollback(  # noqa: PLR0917 - click hands every option over by name
    app: str,
    plan_only: bool,
    yes: bool,
    basis: str,
    by: str | None,
    region: str | None,
    folder: Path,
    as_json: bool,
) -> None:
    """Put APP in a region back to before its last upgrade, or to a kept version: APP==1.0.0.

    Data, files, settings, overrides and code come back as one. What was written since is told with counts; where anything
    was, and nobody can be asked, --yes is needed.
    """
    from contextlib import closing

    from smartcity_share.errors import UsageError
    from smartcity_share.install.apply import apply
    from smartcity_share.install.rolling_back import planned_rollback

    with closing(opened_instance(folder)) as instance:
        code = chosen_region(instance, region)
        plan = planned_rollback(instance, code, app)
        if plan_only and not as_json:
            show_plan(plan)
        plan.require_possible()
        if plan_only:
            if as_json:
                print_json(plan.as_json())
            return
        if not (yes or as_json) and is_terminal():
            show_plan(plan)
            click.confirm("Go on?", default=False, abort=True)
        elif not yes and plan.losses:
            raise UsageError(
                f"Rolling `{plan.app}` back loses what was written since: {'; '.join(plan.losses)}",
                hint="Export what is needed of it, then say `--yes`.",
            )
        outcome = apply(plan, instance, chosen_actor(by), basis=basis, watch=show_step)
        sentence = f"Rolled {plan.app} in {code} {instance.profile(code).name} back from {plan.from_version} to {plan.version}"
        show_outcome(outcome, sentence, as_json=as_json)
