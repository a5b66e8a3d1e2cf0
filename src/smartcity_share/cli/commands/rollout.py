"""``smartcity rollout``: bring an app to a new version in many regions, in waves."""

from __future__ import annotations

import json
from pathlib import Path

import click

from smartcity_share.cli.instance_option import (
    basis_options,
    chosen_actor,
    instance_option,
    is_terminal,
    json_option,
    opened_instance,
    plan_options,
)
from smartcity_share.cli.render import print_json, print_table
from smartcity_share.cli.show_rollout import (
    SHOWN,
    counted,
    quarantined_as_json,
    rollout_as_json,
    rollout_plan_as_json,
    show_rollout,
    show_rollout_plan,
    telling_regions,
)
from smartcity_share.cli.source_option import given_source, source_options
from smartcity_share.errors import UsageError


@click.group()
def rollout() -> None:
    """Bring an app to a new version in many regions: in waves, with an approval between them."""


@rollout.command()
@click.argument("app", required=False)
@source_options("The new wheel, or a catalogue: its name in instance.toml, its folder or its address.", required=True)
@click.option("--pilot", "pilots", multiple=True, metavar="CODE", help="A region of the first wave; repeat it.")
@click.option(
    "--share",
    "shares",
    multiple=True,
    type=click.FloatRange(0, 100, min_open=True),
    help="Percent of all regions after each further wave; repeat it, up to 100. [default: 5, 25, 100]",
)
@click.option(
    "--set",
    "answers",
    multiple=True,
    metavar="KEY=VALUE",
    help="Give a setting a value in every region; repeat it. No secrets.",
)
@click.option("--most-failed", type=click.IntRange(0), default=3, show_default=True, help="Regions of a wave that may fail.")
@click.option(
    "--most-share", type=click.FloatRange(0, 100), default=20.0, show_default=True, help="Percent of a wave that may fail."
)
@plan_options("Show the waves; change nothing.")
@basis_options
@instance_option
@json_option
def begin(  # noqa: PLR0917 - click hands every option over by name
    app: str | None,
    source: str,
    trust: Path | None,
    origin: str | None,
    wheels: tuple[Path, ...],
    pilots: tuple[str, ...],
    shares: tuple[float, ...],
    answers: tuple[str, ...],
    most_failed: int,
    most_share: float,
    plan_only: bool,
    yes: bool,
    basis: str,
    by: str | None,
    folder: Path,
    as_json: bool,
) -> None:
    """Write down which regions get the version of a wheel, and in which waves. No region is changed yet.

    Regions in quarantine, and those that have the version already, are left out and named.
    """
    from contextlib import closing

    from smartcity_share.install.rollouts.beginning import begin_rollout, plan_rollout
    from smartcity_share.install.rollouts.records import StopRule
    from smartcity_share.install.rollouts.waves import DEFAULT_SHARES
    from smartcity_share.install.source import opened_source

    with (
        closing(opened_instance(folder)) as instance,
        given_source(instance, source, trust, origin) as chosen,
        opened_source(instance, app, chosen) as found,
    ):
        wheel = found.wheel
        if wheel is None or (isinstance(chosen, Path) and chosen.is_dir()):
            raise UsageError(f"{source} is no wheel and no catalogue", hint="Build the project first: `smartcity build`.")
        plan = plan_rollout(instance, app, found, pilots=pilots, shares=shares or DEFAULT_SHARES, wheels=wheels)
        if plan_only and not plan.faults:
            print_json(rollout_plan_as_json(plan)) if as_json else show_rollout_plan(plan)
            return
        if not (yes or as_json or plan.faults) and is_terminal():
            show_rollout_plan(plan)
            click.confirm("Go on?", default=True, abort=True)
        rule = StopRule(most_failed, most_share)
        actor = chosen_actor(by)
        begun = begin_rollout(instance, plan, wheel, actor, basis=basis, stop_rule=rule, answers=answers)
        if as_json:
            print_json({**rollout_plan_as_json(plan), "id": begun.id})
            return
        click.echo(f"Rollout {begun.id} of {begun.app} {begun.version}: {counted(sum(map(len, begun.waves)), 'region')}")
        click.echo(f"Next: smartcity rollout run {begun.id}")


@rollout.command()
@click.argument("rollout_id", metavar="ID")
@click.option("--by", metavar="NAME", help="Who acts; the account of this machine where left out.")
@instance_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line: each region as it begins and ends.")
def run(rollout_id: str, by: str | None, folder: Path, as_json: bool) -> None:
    """Upgrade the regions of the waves that may run, until somebody has to decide. Run again after a power cut: it goes on.

    A region that fails keeps its old version and goes into quarantine; the others go on. Exit code 1 where a region failed in
    this rollout, or it stopped.
    """
    from contextlib import closing

    from smartcity_share.install.rollouts.records import RegionState, RolloutState
    from smartcity_share.install.rollouts.running import run_rollout
    from smartcity_share.install.rollouts.store import RolloutStore

    with closing(opened_instance(folder)) as instance:
        total = len(RolloutStore(instance.storage.jobs).outcomes(rollout_id))
        with telling_regions(as_json, total) as watch:
            sitting = run_rollout(instance, rollout_id, chosen_actor(by), watch)
        if as_json:
            end = {"event": "ended", **rollout_as_json(sitting.rollout, sitting.outcomes), "held": sitting.held}
            click.echo(json.dumps({**end, "next_command": sitting.next_command}, ensure_ascii=False))
        else:
            show_rollout(sitting.rollout, sitting.outcomes)
            for region, why in list(sitting.held.items())[:SHOWN]:
                click.echo(f"  {region} waits: {why}")
            if sitting.next_command:
                click.echo(f"Next: {sitting.next_command}")
        failed = any(one.state is RegionState.FAILED for one in sitting.outcomes)
    click.get_current_context().exit(int(failed or sitting.rollout.state is RolloutState.STOPPED))


@rollout.command()
@click.argument("rollout_id", metavar="ID")
@basis_options
@instance_option
@json_option
def approve(rollout_id: str, basis: str, by: str | None, folder: Path, as_json: bool) -> None:
    """Let the next wave begin, after a look at how the last one came out."""
    from contextlib import closing

    from smartcity_share.install.rollouts.running import approve_wave
    from smartcity_share.install.rollouts.store import RolloutStore

    with closing(opened_instance(folder)) as instance:
        approved = approve_wave(instance, rollout_id, chosen_actor(by), basis)
        if as_json:
            print_json(rollout_as_json(approved, RolloutStore(instance.storage.jobs).outcomes(rollout_id)))
            return
        click.echo(f"Wave {approved.approved_waves} of {len(approved.waves)} may begin.")
        click.echo(f"Next: smartcity rollout run {approved.id}")


@rollout.command()
@click.argument("rollout_id", metavar="[ID]", required=False)
@instance_option
@json_option
def show(rollout_id: str | None, folder: Path, as_json: bool) -> None:
    """Show every rollout and the quarantine, or one rollout region by region."""
    from contextlib import closing

    from smartcity_share.install.rollouts.store import RolloutStore

    with closing(opened_instance(folder)) as instance:
        store = RolloutStore(instance.storage.jobs)
        if rollout_id is not None:
            one, outcomes = store.get(rollout_id), store.outcomes(rollout_id)
            print_json(rollout_as_json(one, outcomes)) if as_json else show_rollout(one, outcomes, everything=True)
            return
        found = [(one, store.outcomes(one.id)) for one in store.all()]
        held = store.quarantine()
        if as_json:
            rollouts = [rollout_as_json(one, outcomes) for one, outcomes in found]
            print_json({"rollouts": rollouts, "quarantine": [quarantined_as_json(one) for one in held]})
            return
        for one, outcomes in found:
            show_rollout(one, outcomes)
        if not found:
            click.echo("No rollout was begun here.")
        if held:
            click.echo(f"In quarantine: {counted(len(held), 'installation')}")
            print_table(
                ("region", "app", "since", "fault"), [(one.region, one.app, f"{one.since:%Y-%m-%d}", one.fault) for one in held]
            )


@rollout.command()
@click.argument("rollout_id", metavar="ID")
@click.option("--why", default="", metavar="TEXT", help="Why; kept with the rollout.")
@click.option("--by", metavar="NAME", help="Who acts; the account of this machine where left out.")
@instance_option
def stop(rollout_id: str, why: str, by: str | None, folder: Path) -> None:
    """End a rollout where it is: what was upgraded stays, what waits keeps its version."""
    from contextlib import closing

    from smartcity_share.install.rollouts.running import stop_rollout

    with closing(opened_instance(folder)) as instance:
        stopped = stop_rollout(instance, rollout_id, chosen_actor(by), why)
        click.echo(f"Rollout {stopped.id} is stopped.")


@rollout.command()
@click.argument("app")
@click.option("--region", "-r", "regions", multiple=True, required=True, metavar="CODE", help="Code of a region; repeat it.")
@instance_option
def release(app: str, regions: tuple[str, ...], folder: Path) -> None:
    """Take installations out of quarantine, once what was wrong with them is mended."""
    from contextlib import closing

    from smartcity_share.install.rollouts.store import RolloutStore

    with closing(opened_instance(folder)) as instance:
        store = RolloutStore(instance.storage.jobs)
        absent = [code for code in regions if all((one.region, one.app) != (code, app) for one in store.quarantine())]
        if absent:
            raise UsageError(f"`{app}` is not in quarantine in {', '.join(absent)}", hint="See `smartcity rollout show`.")
        for code in regions:
            store.release(code, app)
        click.echo(f"Released `{app}` in {', '.join(regions)}; the next rollout takes it up again.")
