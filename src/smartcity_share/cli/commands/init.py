"""``smartcity init``: make an instance."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from smartcity_share.cli.instance_option import json_option
from smartcity_share.cli.render import print_json
from smartcity_share.errors import UsageError

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option("--region", "regions", multiple=True, metavar="CODE", help="A region it serves, by code or name; repeat it.")
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="A profile.toml, or the folder it lies in; its region is served too. Repeat it.",
)
@click.option(
    "--database",
    default="sqlite",
    metavar="URL",
    envvar="SMARTCITY_DATABASE",
    help="Where it keeps its data: sqlite (files in FOLDER, the default) or postgresql://USER:PASSWORD@HOST/DATABASE, "
    "kept as a secret. SMARTCITY_DATABASE keeps it out of the list of processes.",
)
@json_option
def init(folder: Path, regions: tuple[str, ...], profiles: tuple[Path, ...], database: str, as_json: bool) -> None:
    """Make an instance in FOLDER (the current folder where left out), for one or more regions.

    A region without --profile starts with what the table of regions knows; its profile.toml then waits to be filled in.
    """
    from contextlib import closing

    from smartcity_share.install.instance import Instance

    by_code = _by_code(profiles)
    codes = list(dict.fromkeys([*(_code(text, by_code) for text in regions), *by_code]))
    if not codes:
        raise UsageError("No region is named", hint="Name the region it serves: `--region CODE`, or `--profile DIR`.")
    with closing(Instance.create(folder, codes, by_code, database=database)) as made:
        _show(made, folder, codes, as_json=as_json)


def _by_code(profiles: tuple[Path, ...]) -> dict[str, Path]:
    """Return the folders of profiles by the region each says it is of."""
    from smartcity_share.regions.profile import read_profile

    found: dict[str, Path] = {}
    for path in profiles:
        profile = read_profile(path)
        if profile.code in found:
            raise UsageError(f"Two profiles are of region {profile.code}", hint="Leave one out.")
        found[profile.code] = path.parent if path.is_file() else path
    return found


def _code(text: str, by_code: dict[str, Path]) -> str:
    if text in by_code:
        return text
    from smartcity_share.regions.table import resolve

    return resolve(text).code


def _show(made: Instance, folder: Path, codes: list[str], *, as_json: bool) -> None:
    names = {code: made.profile(code).name for code in codes}
    if as_json:
        regions = [{"code": code, "name": name} for code, name in names.items()]
        print_json({"instance": {"id": made.config.id, "folder": str(folder)}, "regions": regions})
        return
    click.echo(click.style(f"Made an instance in {folder}", fg="green"))
    for code, name in names.items():
        click.echo(f"  {code} {name}: {made.profile_folder(code) / 'profile.toml'}")
    click.echo(f"Next: smartcity install APP --from WHEEL --instance {folder} --region {codes[0]}")
