"""``smartcity manifest``: check a manifest, print its JSON Schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from smartcity_share.cli.render import fault_lines, fault_object, print_json
from smartcity_share.errors import DocumentError, Fault

if TYPE_CHECKING:
    from smartcity_share.package.facts import ReleaseFacts


@click.group()
def manifest() -> None:
    """Check a manifest; print its JSON Schema."""


@manifest.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(path: Path, as_json: bool) -> int:
    """Tell every fault of the manifest of PATH.

    PATH is a smartcity.toml, a project folder or a wheel. Nothing of the app is imported. Exits 1 when there is a fault.
    Of a wheel that `smartcity build` made, the release facts are shown too.
    """
    from smartcity_share.manifest.find import from_path
    from smartcity_share.manifest.read import notices

    release = _release(path)
    faults: tuple[Fault, ...] = ()
    newer: tuple[Fault, ...] = ()
    try:
        newer = notices(from_path(path).document)
    except DocumentError as error:
        faults = error.faults
    if as_json:
        print_json(
            {
                "valid": not faults,
                "faults": [fault_object(fault) for fault in faults],
                "notices": [fault_object(notice) for notice in newer],
                "release": None if release is None else release.model_dump(),
            }
        )
        return 1 if faults else 0
    for line in fault_lines(faults):
        click.echo(line)
    for line in fault_lines(newer):
        click.echo(f"notice: {line}" if not line.startswith(" ") else line)
    if release is not None:
        click.echo(f"release: {release.distribution} {release.version}, host API {release.host_api}")
        for line in (release.changes or "").splitlines():
            click.echo(f"    {line}".rstrip())
    click.echo(f"{path}: {_counted(len(faults))}")
    return 1 if faults else 0


@manifest.command()
def schema() -> None:
    """Print the JSON Schema of smartcity.toml, for editors that check and complete TOML."""
    from smartcity_share.manifest.schema import json_schema

    print_json(json_schema())


def _release(path: Path) -> ReleaseFacts | None:
    """Return the release facts of a wheel; None for anything else."""
    if path.suffix != ".whl":
        return None
    from smartcity_share.package.facts import facts_of_wheel

    return facts_of_wheel(path)


def _counted(count: int) -> str:
    if not count:
        return "no faults"
    return "1 fault" if count == 1 else f"{count} faults"
