"""``smartcity doctor``: look for faults and say how to mend them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from smartcity_share.cli.instance_option import (
    chosen_region,
    instance_option,
    json_option,
    only_region_option,
    opened_instance,
    wheels_option,
)
from smartcity_share.cli.render import print_json

if TYPE_CHECKING:
    from smartcity_share.install.findings import Finding
    from smartcity_share.install.instance import Instance


@click.command()
@click.option("--timeout", type=click.FloatRange(0.1, 600), help="Seconds an app has to say how it is; see instance.toml.")
@click.option("--rebuild", is_flag=True, help="Make the environment of what apps need beyond smartcity anew.")
@wheels_option("With --rebuild: folder with wheels that may be taken, besides those the instance keeps; repeat it.")
@only_region_option
@instance_option
@json_option
def doctor(  # noqa: PLR0917 - click hands every option over by name
    timeout: float | None,
    rebuild: bool,
    wheels: tuple[Path, ...],
    region: str | None,
    folder: Path,
    as_json: bool,
) -> int:
    """Look for faults: broken apps, health, operations that were cut off, profiles, secrets, code, databases, the ledger.

    Exits 1 when there are any. One broken app or region never stops the rest.
    """
    from contextlib import closing

    from smartcity_share.install.doctor import diagnose

    with closing(opened_instance(folder, check_config=False)) as instance:
        if rebuild:
            _rebuild(instance, wheels, as_json=as_json)
            return 0
        code = None if region is None else chosen_region(instance, region)
        watch = _told if not as_json and sys.stderr.isatty() else None
        findings = diagnose(instance, region=code, timeout=timeout, watch=watch)
        count = len(instance.ledger.installations(code)) if not _ledger_is_lost(findings) else 0
    if as_json:
        print_json({"findings": [finding.as_json() for finding in findings], "installations": count})
    else:
        _show(findings, count)
    return 1 if findings else 0


def _rebuild(instance: Instance, wheels: tuple[Path, ...], *, as_json: bool) -> None:
    from smartcity_share.install.environments.rebuilding import rebuild_environment

    name = rebuild_environment(instance, wheels)
    if as_json:
        print_json({"environment": name})
    elif name is None:
        click.echo("The apps need nothing beyond the packages of smartcity itself.")
    else:
        click.echo(f"Environment {name} is in use. Restart `smartcity serve`.")


def _ledger_is_lost(findings: tuple[Finding, ...]) -> bool:
    return any(finding.code in ("ledger-damaged", "ledger-invalid") for finding in findings)


def _told(name: str) -> None:
    click.echo(f"  looking at {name}", err=True)


def _show(findings: tuple[Finding, ...], count: int) -> None:
    for finding in findings:
        colour = "red" if finding.severity == "error" else "yellow"
        click.echo(click.style(f"{finding.severity}[{finding.code}] ", fg=colour, bold=True) + finding.subject)
        click.echo(f"  {finding.message}")
        if finding.mend:
            click.echo(f"  mend: {finding.mend}")
    installations = f"{count} installation{'' if count == 1 else 's'}"
    if findings:
        click.echo(f"{len(findings)} finding{'' if len(findings) == 1 else 's'}, {installations} looked at.")
    else:
        click.echo(click.style(f"All is well: {installations} looked at.", fg="green"))
