"""``smartcity override``: change templates, texts and files of an installed app beside the app, never in it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

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
from smartcity_share.cli.render import print_json, print_table
from smartcity_share.cli.show_plan import show_outcome, show_plan
from smartcity_share.errors import SystemRefusedError, UsageError

if TYPE_CHECKING:
    from smartcity_share.hooks.installation import Actor
    from smartcity_share.install.overrides.changing import Part, PreparedOverrides
    from smartcity_share.install.plan import Plan

_Command = TypeVar("_Command", bound=Callable[..., Any])


@click.group()
def override() -> None:
    """Change templates, texts and files of an installed app beside the app, never in it; an upgrade merges them."""


def _changing(command: _Command) -> _Command:
    """Add the options of a command that changes something."""
    for option in (
        json_option,
        instance_option,
        region_option,
        basis_options,
        plan_options(),
    ):
        command = option(command)
    return command


@override.command("list")
@click.argument("app")
@click.option("--texts", is_flag=True, help="List every message of the app with what is said for it.")
@region_option
@instance_option
@json_option
def list_parts(app: str, texts: bool, region: str | None, folder: Path, as_json: bool) -> None:
    """List the parts of APP that a region can change, and which it has changed, by whom and on what order."""
    from contextlib import closing

    from smartcity_share.install.overrides.changing import prepared_overrides

    with closing(opened_instance(folder)) as instance:
        prepared = prepared_overrides(instance, chosen_region(instance, region), app)
    rows = _messages(prepared) if texts else [_row(part) for part in prepared.parts()]
    if as_json:
        print_json({"region": prepared.record.region, "app": app, "messages" if texts else "parts": rows})
    elif texts:
        print_table(("LANGUAGE", "MESSAGE", "SAID"), [(row["language"], row["message"], row["text"] or "-") for row in rows])
    else:
        print_table(
            ("PART", "CHANGED", "SET BY", "SET AT", "BASIS"),
            [
                (
                    row["part"],
                    "yes" if row["changed"] else "-",
                    row["set_by"] or "-",
                    (row["set_at"] or "-")[:16],
                    row["basis"] or "-",
                )
                for row in rows
            ],
        )


@override.command()
@click.argument("app")
@click.argument("part")
@click.option("--diff", "as_diff", is_flag=True, help="Show what the region changed instead.")
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="File to write to; must not exist.")
@region_option
@instance_option
def show(  # noqa: PLR0917 - click hands every option over by name
    app: str, part: str, as_diff: bool, output: Path | None, region: str | None, folder: Path
) -> None:
    """Print PART of APP as it is in use in a region, to be changed and put back with `override put`."""
    from contextlib import closing

    from smartcity_share.install.overrides.changing import prepared_overrides
    from smartcity_share.install.overrides.item import parse_item

    item = parse_item(part)
    with closing(opened_instance(folder)) as instance:
        prepared = prepared_overrides(instance, chosen_region(instance, region), app)
    found = prepared.part(item)
    if found.shipped is None and found.kept is None:
        from smartcity_share.documents.suggest import did_you_mean

        near = did_you_mean(part, [str(one.item) for one in prepared.parts()])
        raise UsageError(f"The app has no {item}", hint=near or f"See `smartcity override list {app}`.")
    content = found.diff().encode() if as_diff else found.content
    if output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        with output.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise SystemRefusedError(f"{output} is there already", hint="Name another file, or move it away.") from None
    click.echo(f"Wrote {output}; change it, then `smartcity override put {app} {item} {output}`.")


@override.command()
@click.argument("app")
@click.argument("part")
@click.argument("file", type=click.Path(path_type=Path))
@_changing
def put(app: str, part: str, file: Path, **options: Any) -> None:
    """Put FILE in the place of PART of APP in a region. Of texts only the messages in it are changed."""
    from smartcity_share.install.overrides.item import parse_item

    item = parse_item(part)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise SystemRefusedError(f"{file} cannot be read: {error.strerror}", hint="Name a file that is there.") from None

    def plan(prepared: PreparedOverrides, actor: Actor, basis: str) -> Plan:
        return prepared.plan_put(item, content, actor, basis=basis)

    _change(app, plan, options)


@override.command()
@click.argument("app")
@click.argument("message")
@click.argument("said")
@click.option("--language", "-l", default="id", show_default=True, help="Language of the text.")
@_changing
def text(app: str, message: str, said: str, language: str, **options: Any) -> None:
    """Say SAID for one MESSAGE of APP in a region; MESSAGE is the English one that `override list APP --texts` shows."""

    def plan(prepared: PreparedOverrides, actor: Actor, basis: str) -> Plan:
        return prepared.plan_text(language, message, said, actor, basis=basis)

    _change(app, plan, options)


@override.command()
@click.argument("app")
@click.argument("part")
@click.option("--message", help="Of texts, only this message.")
@_changing
def drop(app: str, part: str, message: str | None, **options: Any) -> None:
    """Use PART of APP as it came."""
    from smartcity_share.install.overrides.item import parse_item

    item = parse_item(part)
    _change(app, lambda prepared, _actor, _basis: prepared.plan_drop(item, message), options)


def _change(app: str, planned: Callable[[PreparedOverrides, Actor, str], Plan], options: dict[str, Any]) -> None:
    from contextlib import closing

    from smartcity_share.install.overrides.changing import prepared_overrides

    as_json = bool(options["as_json"])
    actor = chosen_actor(options["by"])
    with closing(opened_instance(options["folder"])) as instance:
        code = chosen_region(instance, options["region"])
        prepared = prepared_overrides(instance, code, app)
        plan = planned(prepared, actor, options["basis"])
        plan.require_possible()
        if not as_json and (options["plan_only"] or is_terminal()):
            show_plan(plan)
        if options["plan_only"]:
            if as_json:
                print_json(plan.as_json())
            return
        if plan.steps and not (options["yes"] or as_json) and is_terminal():
            click.confirm("Go on?", default=True, abort=True)
        outcome = prepared.apply(plan, actor, basis=options["basis"], watch=show_step)
    sentence = f"Changed {app} in {code}" if plan.steps else "Nothing to change: it is so already"
    show_outcome(outcome, sentence, as_json=as_json, next_command=f"smartcity override list {app} --region {code}")


def _row(part: Part) -> dict[str, Any]:
    kept = part.kept
    return {
        "part": str(part.item),
        "changed": kept is not None,
        "base_version": None if kept is None else kept.base_version,
        "set_by": None if kept is None else kept.set_by,
        "set_at": None if kept is None else kept.set_at.isoformat(),
        "basis": None if kept is None else kept.basis,
    }


def _messages(prepared: PreparedOverrides) -> list[dict[str, Any]]:
    from smartcity_share.install.overrides.item import ItemKind
    from smartcity_share.install.overrides.messages import read_messages, shown_key

    rows = []
    for part in prepared.parts():
        if part.item.kind is not ItemKind.TEXT:
            continue
        own = {} if part.kept is None else read_messages(part.kept.content)
        said = read_messages(part.shipped or b"") | own
        rows += [
            {
                "language": part.item.name,
                "message": shown_key(key),
                "text": said[key] if isinstance(said[key], str) else said[key][0],
                "changed": key in own,
            }
            for key in sorted(said)
        ]
    return rows
