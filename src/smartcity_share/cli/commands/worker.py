"""``smartcity worker``: run the scheduled jobs of an instance, and take up what was left, in processes of its own."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option(
    "--instance",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="SMARTCITY_INSTANCE",
    default=".",
    help="Folder of the instance; SMARTCITY_INSTANCE or the current folder where left out.",
)
def worker(folder: Path) -> None:
    """Run the scheduled jobs of an instance until Ctrl+C or SIGTERM, then let those that run end.

    Start as many as you like, with PostgreSQL on any number of machines, beside `smartcity serve --no-jobs`. A run is taken by
    one of them; when that one dies, another begins it again after two minutes. An operation that was cut off (an upgrade whose
    process died) is finished or undone as by `smartcity resume`; one that needs a person is left to a person. In a rollout
    that somebody had run every worker takes part, each with other regions.
    """
    from contextlib import closing
    from functools import partial

    from smartcity_share.cli.serving import needed_sets, work_here
    from smartcity_share.host.errands import Errands, take_up, work_left
    from smartcity_share.host.supervisor import Supervisor
    from smartcity_share.install.instance import Instance

    with closing(Instance.open(folder)) as instance:
        click.echo(f"Working on the jobs of {folder.absolute().name}. Stop with Ctrl+C.")
        errands = Errands(partial(work_left, instance), take_up, (folder.absolute(),))
        code = Supervisor(needed_sets(instance), work_here, (folder.absolute(),), errands=errands).run()
    click.echo("Stopped.")
    click.get_current_context().exit(code)
