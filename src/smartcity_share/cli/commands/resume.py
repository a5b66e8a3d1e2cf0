"""``smartcity resume``: finish or undo what a crash left."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from smartcity_share.cli.instance_option import (
    chosen_actor,
    chosen_region,
    instance_option,
    json_option,
    only_region_option,
    opened_instance,
    show_step,
)
from smartcity_share.cli.render import print_json
from smartcity_share.errors import UsageError

if TYPE_CHECKING:
    from smartcity_share.install.resuming import Resumed


@click.command()
@click.argument("operation", required=False)
@click.option("--undo", is_flag=True, help="Undo it, also where it could be finished.")
@click.option("--by", metavar="NAME", help="Who acts; the account of this machine where left out.")
@only_region_option
@instance_option
@json_option
def resume(  # noqa: PLR0917 - click hands every option over by name
    operation: str | None, undo: bool, by: str | None, region: str | None, folder: Path, as_json: bool
) -> int:
    """Finish OPERATION, which was cut off or waits for a person, where every further step can be done; else undo it.

    Without OPERATION every one that was left is taken up. Exits 1 where one is neither done nor undone now.
    """
    from contextlib import closing

    from smartcity_share.install.resuming import resume_all, resume_operation

    if operation is not None and region is not None:
        raise UsageError("OPERATION and --region exclude each other", hint="Leave one out.")
    with closing(opened_instance(folder, check_config=False)) as instance:
        actor = chosen_actor(by)
        if operation is not None:
            found: tuple[Resumed, ...] = (resume_operation(instance, operation, actor=actor, undo=undo, watch=show_step),)
        else:
            code = None if region is None else chosen_region(instance, region)
            found = resume_all(instance, actor=actor, undo=undo, region=code, watch=show_step)
    if as_json:
        print_json({"operations": [_as_json(one) for one in found]})
    else:
        _show(found)
    return 1 if any(one.error is not None for one in found) else 0


def _show(found: tuple[Resumed, ...]) -> None:
    if not found:
        click.echo(click.style("Nothing was left: no operation is cut off or waits for a person.", fg="green"))
    for one in found:
        what = f"{one.operation.kind} of {one.operation.app} in {one.operation.region} ({one.operation.id})"
        for notice in one.notices:
            click.echo(click.style("note: ", fg="yellow") + notice)
        if one.error is not None:
            click.echo(click.style(f"Left: {what}. ", fg="red") + str(one.error))
            click.echo(f"  {one.error.hint or ''}".rstrip())
        elif one.operation.state == "done":
            click.echo(click.style("Done: ", fg="green") + what)
        else:
            click.echo(click.style("Undone: ", fg="green") + f"{what}. Everything is as it was before. {one.operation.fault}")


def _as_json(one: Resumed) -> dict[str, object]:
    return {
        "id": one.operation.id,
        "kind": one.operation.kind,
        "region": one.operation.region,
        "app": one.operation.app,
        "state": str(one.operation.state),
        "fault": one.operation.fault,
        "notices": list(one.notices),
        "error": None if one.error is None else {"code": one.error.code, "message": str(one.error), "hint": one.error.hint},
    }
