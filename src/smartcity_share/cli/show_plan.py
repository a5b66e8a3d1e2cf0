"""How the command line shows a plan and what became of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from smartcity_share.cli.render import print_json

if TYPE_CHECKING:
    from smartcity_share.install.apply import Outcome
    from smartcity_share.install.plan import Plan

_LONGEST = 100


def show_plan(plan: Plan) -> None:
    """Print what an operation will do."""
    click.echo(click.style(plan.title, bold=True))
    if plan.news:
        click.echo(click.style("  what it changes:", fg="cyan"))
        for line in plan.news.splitlines():
            click.echo(f"    {line}".rstrip())
    if plan.provenance is not None:
        click.echo(f"  from: {plan.provenance}")
    for line in change_lines(plan):
        click.echo(line)
    for place, step in enumerate(plan.steps, start=1):
        click.echo(f"  {place:>2}. {step.describe()}")
    for loss in plan.losses:
        click.echo(click.style("  lost: ", fg="red") + loss)
    for notice in plan.notices:
        click.echo(click.style("  note: ", fg="yellow") + notice)


def change_lines(plan: Plan) -> list[str]:
    """Return one line per setting that gets another value: old → new; of a secret only that it changes."""
    lines = []
    for change in plan.as_json()["settings"]:
        if change["secret"]:
            lines.append(f"  {change['key']}: secret {'taken away' if change['unset'] else 'set'}")
        else:
            back = " (default)" if change["unset"] else ""
            lines.append(f"  {change['key']}: {_shown(change['before'])} → {_shown(change['after'])}{back}")
    return lines


def outcome_as_json(outcome: Outcome) -> dict[str, Any]:
    """Return what became of a plan as JSON."""
    operation = outcome.operation
    return {
        **outcome.plan.as_json(),
        "changed": operation is not None,
        "operation": None if operation is None else {"id": operation.id, "state": str(operation.state)},
        "notices": [*outcome.plan.notices, *outcome.notices],
    }


def show_outcome(outcome: Outcome, sentence: str, *, as_json: bool, next_command: str = "") -> None:
    """Print what became of a plan.

    Args:
        outcome: What became of it.
        sentence: What to tell a person.
        as_json: Print JSON instead.
        next_command: What the person may want to run next.
    """
    if as_json:
        print_json(outcome_as_json(outcome))
        return
    for notice in outcome.notices:
        click.echo(click.style("note: ", fg="yellow") + notice)
    click.echo(click.style(sentence, fg="green"))
    if next_command:
        click.echo(f"  {next_command}")


def _shown(value: Any) -> str:
    text = "(none)" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
