"""How the command line shows rollouts: their plan, what happens to each region, and how they came out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import click

from smartcity_share.cli.instance_option import is_terminal
from smartcity_share.cli.render import print_table

if TYPE_CHECKING:
    from smartcity_share.install.rollouts.beginning import RolloutPlan
    from smartcity_share.install.rollouts.records import Quarantined, RegionOutcome, Rollout

SHOWN: Final = 12
"""How many regions are named in a list that is no table."""


@contextmanager
def telling_regions(as_json: bool, total: int) -> Iterator[Callable[[RegionOutcome], None]]:
    """Tell of each region: as lines of JSON, as a bar with the last regions on a terminal, or as plain lines."""
    if as_json:
        yield lambda one: click.echo(json.dumps(_event(one), ensure_ascii=False))
    elif is_terminal():
        yield from _bar(total)
    else:
        yield _line


def _bar(total: int) -> Iterator[Callable[[RegionOutcome], None]]:
    from rich.console import Console, Group
    from rich.live import Live
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.table import Table
    from rich.text import Text

    progress = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    task = progress.add_task("regions", total=total)
    last: list[RegionOutcome] = []

    def drawn() -> Group:
        table = Table("region", "wave", "state", box=None)
        for one in last[-SHOWN:]:
            # As text: whatever stands in brackets in a message would be taken for markup, and could end the run.
            table.add_row(one.region, str(one.wave + 1), Text(_words(one), "red" if _failed(one) else ""))
        return Group(table, progress)

    with Live(drawn(), console=Console(stderr=True), refresh_per_second=8) as live:

        def watch(one: RegionOutcome) -> None:
            last[:] = [other for other in last if other.region != one.region] + [one]
            if one.at is not None:
                progress.advance(task)
            live.update(drawn())

        yield watch


def _line(one: RegionOutcome) -> None:
    if one.at is not None:
        click.echo(f"  {one.region}  {click.style(_words(one), fg='red') if _failed(one) else _words(one)}")


def _failed(one: RegionOutcome) -> bool:
    return one.state.value == "failed"


def _event(one: RegionOutcome) -> dict[str, Any]:
    return {"event": "region-begins" if one.at is None else "region-ended", **_outcome_as_json(one)}


def _words(one: RegionOutcome) -> str:
    if one.at is None:
        return "…"
    said = {"done": f"{one.seconds:.1f} s", "failed": f"failed: {one.fault}"}
    return said.get(one.state.value, f"left out: {one.fault}")


def show_rollout_plan(plan: RolloutPlan) -> None:
    """Print the waves and who is left out."""
    click.echo(click.style(f"Rollout of {plan.app} {plan.version}", bold=True))
    if plan.provenance is not None:
        click.echo(f"  from: {plan.provenance}")
    for number, wave in enumerate(plan.waves, start=1):
        more = f" and {len(wave) - SHOWN} more" if len(wave) > SHOWN else ""
        click.echo(f"  wave {number}: {counted(len(wave), 'region')}: {', '.join(wave[:SHOWN])}{more}")
    for region, why in plan.left_out.items():
        click.echo(f"  left out: {region}, {why}")
    for notice in plan.notices:
        click.echo(f"  note: {notice}")


def show_rollout(one: Rollout, outcomes: tuple[RegionOutcome, ...], *, everything: bool = False) -> None:
    """Print how a rollout came out; of its regions those that failed, or all.

    Args:
        one: The rollout.
        outcomes: Its regions.
        everything: Print every region.
    """
    counts = _counts(outcomes)
    told = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    click.echo(f"{one.id}  {one.app} {one.version}  {one.state}: {told}" + (f"; {one.fault}" if one.fault else ""))
    for number, wave in enumerate(one.waves):
        by = next((f", let begin by {approval.by}" for approval in one.approvals if approval.wave == number), "")
        click.echo(f"  wave {number + 1}: {counted(len(wave), 'region')}{by}")
    rows = [outcome for outcome in outcomes if everything or outcome.state.value == "failed"]
    if rows:
        print_table(
            ("region", "wave", "before", "state", "fault"),
            [(row.region, str(row.wave + 1), row.before, row.state.value, row.fault) for row in rows],
        )


def _counts(outcomes: tuple[RegionOutcome, ...]) -> dict[str, int]:
    states = ("done", "failed", "left-out", "waiting")
    return {state: sum(one.state.value == state for one in outcomes) for state in states}


def counted(count: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def rollout_plan_as_json(plan: RolloutPlan) -> dict[str, Any]:
    """Return what a rollout would do as JSON."""
    waves = [list(wave) for wave in plan.waves]
    found: dict[str, Any] = {} if plan.provenance is None else {"catalogue": plan.provenance.as_json()}
    found |= {"notices": list(plan.notices)} if plan.notices else {}
    return {"app": plan.app, "version": plan.version, "digest": plan.digest, "waves": waves, "left_out": plan.left_out, **found}


def rollout_as_json(one: Rollout, outcomes: tuple[RegionOutcome, ...]) -> dict[str, Any]:
    """Return a rollout with its regions as JSON; waves count from 1."""
    return {
        "id": one.id,
        "app": one.app,
        "version": one.version,
        "state": one.state.value,
        "fault": one.fault,
        "by": one.actor,
        "basis": one.basis,
        "begun_at": one.begun_at.isoformat(),
        "ended_at": None if one.ended_at is None else one.ended_at.isoformat(),
        "approvals": [
            {"wave": given.wave + 1, "by": given.by, "at": given.at.isoformat(), "basis": given.basis}
            for given in one.approvals
        ],
        "counts": _counts(outcomes),
        "regions": [_outcome_as_json(outcome) for outcome in outcomes],
    }


def _outcome_as_json(one: RegionOutcome) -> dict[str, Any]:
    return {
        "region": one.region,
        "wave": one.wave + 1,
        "state": one.state.value,
        "before": one.before,
        "code": one.code,
        "fault": one.fault,
        "seconds": one.seconds,
        "at": None if one.at is None else one.at.isoformat(),
    }


def quarantined_as_json(one: Quarantined) -> dict[str, Any]:
    """Return an installation in quarantine as JSON."""
    return {
        "region": one.region,
        "app": one.app,
        "rollout": one.rollout,
        "since": one.since.isoformat(),
        "fault": one.fault,
    }
