"""``smartcity app``: an installed app's own commands, and its import and export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from smartcity_share.cli.instance_option import chosen_region, instance_option, opened_instance, region_option
from smartcity_share.errors import SystemRefusedError, UsageError

if TYPE_CHECKING:
    from smartcity_share.hooks.installation import Installation
    from smartcity_share.install.instance import Instance

BUILT_IN: Final = {
    "import": "Read what `export` wrote, or what the app documents.",
    "export": "Write the data to a new folder.",
}
"""Commands every app has; an app's own command of the same name is not reached."""


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("app")
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[COMMAND] [ARGUMENTS]...")
@region_option
@instance_option
@click.pass_context
def app(context: click.Context, app: str, words: tuple[str, ...], region: str | None, folder: Path) -> None:
    """Run a command of an installed APP; without COMMAND, list them. Options of this command stand before APP.

    Every app has `import FOLDER` and `export FOLDER`.
    """
    from contextlib import closing

    from smartcity_share.install.runtime import open_installation

    with closing(opened_instance(folder)) as instance:
        code = chosen_region(instance, region)
        installation = open_installation(instance, code, app)
        own = {command.name or "": command for command in instance.registry_for(code, app).commands(app)}
        if not words:
            _list(app, own)
        elif words[0] in BUILT_IN:
            _built_in(instance, installation, words)
        elif words[0] in own:
            own[words[0]].main(
                args=list(words[1:]),
                prog_name=f"smartcity app {app} {words[0]}",
                standalone_mode=False,
                parent=context,
                obj=installation,
            )
        else:
            from smartcity_share.documents.suggest import did_you_mean

            near = did_you_mean(words[0], [*own, *BUILT_IN])
            raise UsageError(f"App `{app}` has no command `{words[0][:60]}`", hint=near or f"List them: `smartcity app {app}`.")


def _list(app: str, own: dict[str, click.Command]) -> None:
    rows = [(name, command.get_short_help_str(90)) for name, command in sorted(own.items()) if name not in BUILT_IN]
    width = max(len(name) for name in (*own, *BUILT_IN))
    click.echo(click.style(f"Commands of {app}", bold=True))
    for name, told in (*rows, *BUILT_IN.items()):
        click.echo(f"  {name.ljust(width)}  {told}")


def _built_in(instance: Instance, installation: Installation, words: tuple[str, ...]) -> None:
    if len(words) != 2:  # noqa: PLR2004 - the command and its folder
        raise UsageError(f"`{words[0]}` takes one folder", hint=f"smartcity app {installation.app} {words[0]} FOLDER")
    folder = Path(words[1])
    if words[0] == "import":
        _import(instance, installation, folder)
    else:
        _export(instance, installation, folder)


def _import(instance: Instance, installation: Installation, folder: Path) -> None:
    from smartcity_share.install.export import LIST_FILE

    if not folder.is_dir():
        raise SystemRefusedError(f"There is no folder {folder}", hint="Name the folder that `export` wrote.")
    registry = instance.registry_for(installation.region.code, installation.app)
    if not registry.implements(installation.app, "import_data"):
        raise UsageError(f"App `{installation.app}` imports nothing", hint="Its maker adds the hook `import_data`.")
    source = folder / "app" if (folder / LIST_FILE).is_file() else folder
    registry.import_data(installation.app, installation, source)
    click.echo(f"Imported {folder} into {installation.app} of {installation.region.code}.")


def _export(instance: Instance, installation: Installation, folder: Path) -> None:
    from smartcity_share.install.export import export_trouble
    from smartcity_share.install.exporting import write_export
    from smartcity_share.install.runtime import record_of

    record = record_of(instance, installation.region.code, installation.app)
    write_export(instance, record, installation, folder, f"export-{instance.now():%Y%m%d-%H%M%S}")
    trouble = export_trouble(folder, instance.data(record.region, record.app))
    if trouble is not None:
        raise SystemRefusedError(f"The export is not whole: {trouble}", hint="Export again, to another folder or disk.")
    click.echo(f"Exported {installation.app} of {record.region} to {folder}.")
