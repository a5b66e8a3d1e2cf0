"""``smartcity build``: the wheel of an app, from a project whose manifest has no fault."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from smartcity_share.cli.render import fault_lines, fault_object, print_json


@click.command()
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the wheel; `dist` in the project where left out.",
)
@click.option("--replace", is_flag=True, help="Overwrite a wheel of the same version with other bytes.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def build(path: Path, output: Path | None, replace: bool, as_json: bool) -> None:
    """Build the wheel of the app in the project folder PATH, with its release facts.

    The manifest is checked first; then the built wheel: its content, that it can be imported where nothing else is, and that
    its parts agree. A wheel with a fault is not kept. The same project gives the same bytes on any day and in any folder.
    """
    from smartcity_share.package.release import make_release

    def progress(step: str) -> None:
        if sys.stderr.isatty() and not as_json:
            click.echo(f"{step} …", err=True)

    release = make_release(path, path / "dist" if output is None else output, replace=replace, progress=progress)
    wheel, facts = release.wheel, release.facts
    if as_json:
        print_json(
            {
                "wheel": str(wheel.path),
                "sha256": wheel.sha256,
                "app": facts.app,
                "name": wheel.name,
                "version": wheel.version,
                "files": len(wheel.files),
                "facts": facts.model_dump(),
                "notices": [fault_object(notice) for notice in release.notices],
            }
        )
        return
    click.echo(str(wheel.path))
    click.echo(f"sha256 {wheel.sha256}")
    for line in fault_lines(release.notices):
        click.echo(line, err=True)
    click.echo(f"Install it: smartcity install {facts.app} --from {wheel.path}", err=True)
