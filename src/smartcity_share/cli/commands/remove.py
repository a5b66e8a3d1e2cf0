"""``smartcity remove``: remove an app from a region in two phases, its data exported first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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
from smartcity_share.errors import UsageError

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.plan import Plan


@click.command()
@click.argument("app")
@click.option("--export", "target", type=click.Path(path_type=Path), metavar="DIR", help="Folder the data go to, or lie in.")
@click.option("--no-export", is_flag=True, help="Remove without an export: once erased, the data are gone.")
@click.option("--cancel", is_flag=True, help="Bring a removed app back as it was.")
@click.option("--erase", is_flag=True, help="Erase the data of a removed app, for good.")
@click.option("--signed-off-by", "signed", default="", metavar="NAME", help="Who signs the erasure off.")
@plan_options()
@basis_options
@region_option
@instance_option
@json_option
def remove(  # noqa: PLR0917 - click hands every option over by name
    app: str,
    target: Path | None,
    no_export: bool,
    cancel: bool,
    erase: bool,
    signed: str,
    plan_only: bool,
    yes: bool,
    basis: str,
    by: str | None,
    region: str | None,
    folder: Path,
    as_json: bool,
) -> None:
    """Remove APP from a region: its data are exported, the export is verified, and it is served no longer.

    Its data are kept aside. --cancel brings it back as it was; --erase with --signed-off-by erases them, for good.
    """
    from contextlib import closing

    from smartcity_share.install.apply import apply

    _refuse_mixed(target, no_export=no_export, cancel=cancel, erase=erase, signed=signed)
    with closing(opened_instance(folder)) as instance:
        code = chosen_region(instance, region)
        plan = _planned(instance, code, app, target, cancel=cancel, erase=erase, signed=signed)
        plan.require_possible()
        if plan_only:
            print_json(plan.as_json()) if as_json else show_plan(plan)
            return
        if not yes:
            if not is_terminal():
                hint = "Say `--yes`, after looking at it with `--plan`."
                raise UsageError(f"Nobody is here to confirm: {plan.title}", hint=hint)
            show_plan(plan)
            click.confirm(_QUESTIONS[plan.kind].format(app=app, code=code), default=False, abort=True)
        outcome = apply(plan, instance, chosen_actor(by), basis=basis, watch=show_step)
        done = "" if outcome.operation is None else outcome.operation.id
        report = instance.layout.deletion(code, app, done).relative_to(instance.folder)
    again = f"smartcity remove {app} --region {code}"
    sentence, following = {
        "remove": (
            f"Removed {app} from {code}; its data are kept aside"
            + (f", and exported to {target}" if target is not None else ""),
            f"{again} --erase --signed-off-by NAME    (or --cancel)",
        ),
        "reinstate": (f"{app} is back in {code}", ""),
        "erase": (f"Erased the data of {app} in {code}; signed off by {signed}. The report is in {report}", ""),
    }[plan.kind]
    show_outcome(outcome, sentence, as_json=as_json, next_command=following)


_QUESTIONS = {
    "remove": "Remove {app} from {code}? Its data are kept aside until their erasure is signed off",
    "reinstate": "Bring {app} back in {code}?",
    "erase": "Erase the data of {app} in {code}, for good?",
}


def _refuse_mixed(target: Path | None, *, no_export: bool, cancel: bool, erase: bool, signed: str) -> None:
    if cancel and (erase or no_export or target is not None or signed):
        raise UsageError("--cancel goes with none of --erase, --export, --no-export, --signed-off-by", hint="Leave them out.")
    if erase and no_export:
        raise UsageError("--erase and --no-export exclude each other", hint="Leave one out.")
    if erase and not signed.strip():
        raise UsageError("An erasure is signed off by somebody", hint="Say who: `--signed-off-by NAME`.")
    if signed and not erase:
        raise UsageError("--signed-off-by goes with --erase", hint="Removing comes first, and nobody has to sign it off.")
    if cancel or erase:
        return
    if target is None and not no_export:
        hint = "Export them with `--export DIR`, or say `--no-export`."
        raise UsageError("Removing comes before the data of the app are erased", hint=hint)
    if target is not None and no_export:
        raise UsageError("--export and --no-export exclude each other", hint="Leave one out.")


def _planned(instance: Instance, region: str, app: str, target: Path | None, *, cancel: bool, erase: bool, signed: str) -> Plan:
    from smartcity_share.install.erasing import planned_erasure
    from smartcity_share.install.removing import planned_reinstatement, planned_removal

    if cancel:
        return planned_reinstatement(instance, region, app)
    if erase:
        return planned_erasure(instance, region, app, signed_off_by=signed, export=target)
    return planned_removal(instance, region, app, target)
