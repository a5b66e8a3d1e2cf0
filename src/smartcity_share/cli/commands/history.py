"""``smartcity history``: what was done, when, by whom and on what basis."""

from __future__ import annotations

from pathlib import Path

import click

from smartcity_share.cli.instance_option import (
    chosen_region,
    instance_option,
    json_option,
    only_region_option,
    opened_instance,
)
from smartcity_share.cli.render import print_json, print_table


@click.command()
@click.option("--app", metavar="APP", help="Only this app; all if not given.")
@click.option("--last", type=click.IntRange(1), default=50, show_default=True, help="How many operations are shown.")
@only_region_option
@instance_option
@json_option
def history(app: str | None, last: int, region: str | None, folder: Path, as_json: bool) -> None:
    """Show what was done, the latest first: when, by whom, on what basis, how far it came, and what to run next."""
    from contextlib import closing

    from smartcity_share.install.history import read_history

    with closing(opened_instance(folder, check_config=False)) as instance:
        code = None if region is None else chosen_region(instance, region)
        events = read_history(instance, region=code, app=app, at_most=last)
    if as_json:
        print_json({"operations": [event.as_json() for event in events]})
        return
    if not events:
        click.echo("Nothing was done yet.")
        return
    print_table(
        ("BEGAN (UTC)", "OPERATION", "KIND", "REGION", "APP", "STATE", "BY", "BASIS"),
        [
            (
                f"{event.operation.started_at:%Y-%m-%d %H:%M}",
                event.operation.id,
                event.operation.kind,
                event.operation.region,
                event.operation.app,
                event.state,
                event.operation.actor,
                event.operation.basis or "-",
            )
            for event in events
        ],
    )
    for event in events:
        if event.provenance is not None:
            click.echo(f"{event.operation.id} from: {event.provenance}")
        if event.next_command:
            head = click.style(f"{event.operation.id} {event.state}: ", fg="yellow")
            click.echo(head + (event.operation.fault or "it has not ended"))
            click.echo(f"  {event.next_command}")
