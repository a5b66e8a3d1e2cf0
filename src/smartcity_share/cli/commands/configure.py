"""``smartcity configure``: change the settings of an installed app."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from smartcity_share.cli.commands.install import answer_options, given_answers
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
from smartcity_share.cli.render import print_json, print_table
from smartcity_share.cli.show_plan import show_outcome, show_plan
from smartcity_share.errors import UsageError

if TYPE_CHECKING:
    from smartcity_share.install.configuring import PreparedConfigure

_WIDEST = 60


@click.command()
@click.argument("app")
@answer_options
@click.option("--unset", multiple=True, metavar="KEY", help="Take a value away, so that the default holds again; repeat it.")
@click.option("--list", "list_only", is_flag=True, help="Show every setting with who set it, when and on what basis.")
@basis_options
@region_option
@instance_option
@json_option
def configure(  # noqa: PLR0917 - click hands every option over by name
    app: str,
    options: tuple[str, ...],
    file: Path | None,
    wizard: bool,
    plan_only: bool,
    yes: bool,
    unset: tuple[str, ...],
    list_only: bool,
    basis: str,
    by: str | None,
    region: str | None,
    folder: Path,
    as_json: bool,
) -> None:
    """Change settings of APP in a region; shows old and new, and changes nothing where every value is there already."""
    from contextlib import closing

    from smartcity_share.install.configuring import prepared_configure

    with closing(opened_instance(folder)) as instance:
        code = chosen_region(instance, region)
        prepared = prepared_configure(instance, code, app)
        if list_only:
            _list(prepared, as_json=as_json)
            return
        answers = given_answers(prepared.model, file, options)
        if wizard and prepared.model is not None:
            from smartcity_share.cli.wizard import ask

            given = {key: value.value for key, value in prepared.stored.items()}
            answers = ask(
                prepared.model, answers, given, lambda tried: prepared.plan(tried, unset).setting_faults, everything=True
            )
        if not answers.entries and not unset:
            raise UsageError("Nothing is asked for", hint="Use `--set KEY=VALUE`, `--answers FILE`, `--wizard` or `--list`.")
        plan = prepared.plan(answers, unset)
        plan.require_possible()
        if not as_json and (plan_only or is_terminal()):
            show_plan(plan)
        if plan_only:
            if as_json:
                print_json(plan.as_json())
            return
        if plan.steps and not (yes or as_json) and is_terminal():
            click.confirm("Go on?", default=True, abort=True)
        outcome = prepared.apply(plan, chosen_actor(by), basis=basis, watch=show_step)
        changed = ", ".join(change.key for change in plan.changes)
        sentence = f"Changed {changed} of {app} in {code}" if plan.steps else "Nothing to change: every value is there already"
        show_outcome(outcome, sentence, as_json=as_json)


def _list(prepared: PreparedConfigure, *, as_json: bool) -> None:
    rows = [_row(prepared, key) for key in (prepared.model.model_fields if prepared.model is not None else ())]
    if as_json:
        print_json({"region": prepared.record.region, "app": prepared.record.app, "settings": rows})
    elif not rows:
        click.echo("This app has no settings.")
    else:
        print_table(
            ("SETTING", "VALUE", "SCOPE", "SET BY", "SET AT", "BASIS"),
            [
                (row["key"], _shown(row), row["scope"], row["set_by"] or "-", (row["set_at"] or "-")[:16], row["basis"] or "-")
                for row in rows
            ],
        )


def _row(prepared: PreparedConfigure, key: str) -> dict[str, Any]:
    from smartcity_share.hooks.settings import declared, is_secret
    from smartcity_share.install.settings_change import default_as_json

    if prepared.model is None:
        return {}
    field = prepared.model.model_fields[key]
    stored = prepared.stored.get(key)
    secret = is_secret(field)
    value = None if secret else default_as_json(prepared.model, key) if stored is None else stored.value
    return {
        "key": key,
        "secret": secret,
        "is_set": stored is not None,
        "value": value,
        "scope": declared(field)["scope"],
        "set_by": None if stored is None else stored.set_by,
        "set_at": None if stored is None else stored.set_at.isoformat(),
        "basis": None if stored is None else stored.basis,
    }


def _shown(row: dict[str, Any]) -> str:
    if row["secret"]:
        return "(set)" if row["is_set"] else "(not set)"
    text = json.dumps(row["value"], ensure_ascii=False) if row["value"] is not None else "(none)"
    text = text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
    return text if row["is_set"] else f"{text} (default)"
