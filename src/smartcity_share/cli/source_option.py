"""Where an app comes from: the options of every command that brings one, and what is told while a catalogue is read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from smartcity_share.cli.instance_option import OF_AN_APP, wheels_option

if TYPE_CHECKING:
    from smartcity_share.install.catalogues import CatalogueSource
    from smartcity_share.install.instance import Instance

_Command = TypeVar("_Command", bound=Callable[..., Any])

FROM_ANYWHERE = "A wheel, a project folder, or a catalogue: its name in instance.toml, its folder or its address."


def source_options(text: str = FROM_ANYWHERE, *, required: bool = False) -> Callable[[_Command], _Command]:
    """Add the options that say where the code of an app and of what it needs comes from.

    Args:
        text: What ``--from`` takes, in a line of help.
        required: Whether it must be given.
    """
    options = (
        click.option("--from", "source", metavar="SOURCE", required=required, help=text),
        click.option(
            "--trust",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            metavar="ROOT.json",
            help="The trust root of a catalogue that has no name in instance.toml.",
        ),
        click.option("--origin", metavar="CODE", help="The region that shares the app, where a catalogue has it of several."),
        wheels_option(OF_AN_APP),
    )

    def added(command: _Command) -> _Command:
        for option in reversed(options):
            command = option(command)
        return command

    return added


@contextmanager
def given_source(
    instance: Instance, text: str | None, trust: Path | None, origin: str | None
) -> Iterator[Path | CatalogueSource | None]:
    """Return what the options name; where somebody watches, a bar is shown while wheels of a catalogue are fetched.

    Args:
        instance: The instance.
        text: What ``--from`` gave.
        trust: What ``--trust`` gave.
        origin: What ``--origin`` gave.
    """
    from smartcity_share.install.catalogues import CatalogueSource, chosen_source

    chosen = chosen_source(instance, text, trust, origin)
    if not (isinstance(chosen, CatalogueSource) and sys.stderr.isatty()):
        yield chosen
        return
    import attrs
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    tasks: dict[str, Any] = {}

    def watch(name: str, there: int, total: int) -> None:
        if name not in tasks:
            bar.start()
            tasks[name] = bar.add_task(name, total=total)
        bar.update(tasks[name], completed=there)
        if there == total and bar.finished:
            bar.stop()

    try:
        yield attrs.evolve(chosen, watch=watch)
    finally:
        bar.stop()
