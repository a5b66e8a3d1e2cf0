"""``smartcity build``: the wheel of an app, from a project whose manifest has no fault."""

from __future__ import annotations

from pathlib import Path

import click

from smartcity_share.cli.render import print_json


@click.command()
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the wheel; `dist` in the project where left out.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def build(path: Path, output: Path | None, as_json: bool) -> None:
    """Build the wheel of the app in the project folder PATH.

    The manifest is checked first, and the wheel once it is built; a wheel with a fault is not left behind.
    """
    from smartcity_share.errors import SmartCityError
    from smartcity_share.manifest.find import from_project, from_wheel
    from smartcity_share.package.build import build_wheel
    from smartcity_share.package.wheel import Wheel

    from_project(path)
    built = build_wheel(path, path / "dist" if output is None else output)
    try:
        wheel = Wheel.checked(built)
        manifest = from_wheel(built).manifest
    except SmartCityError:
        built.unlink()
        raise
    if as_json:
        print_json(
            {
                "wheel": str(built),
                "sha256": wheel.sha256,
                "app": manifest.app.id,
                "name": wheel.name,
                "version": wheel.version,
                "files": len(wheel.files),
            }
        )
        return
    click.echo(str(built))
    click.echo(f"sha256 {wheel.sha256}")
