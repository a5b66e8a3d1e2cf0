"""``smartcity serve``: serve the regions of an instance."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance

_SHOWN_AT_MOST = 20


@click.command()
@click.option(
    "--instance",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="SMARTCITY_INSTANCE",
    default=".",
    help="Folder of the instance; SMARTCITY_INSTANCE or the current folder where left out.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all of this machine.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port to listen on; 0 for a free one."
)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that serve.")
@click.option("--access-log", is_flag=True, help="Log each request with the address of its client (personal data).")
@click.option("--jobs/--no-jobs", default=True, help="Run the scheduled jobs of the apps beside the server (default), or not.")
def serve(  # noqa: PLR0917 - the options, as click hands them over
    folder: Path, host: str, port: int, workers: int, access_log: bool, jobs: bool
) -> None:
    """Serve the regions of an instance until Ctrl+C or SIGTERM.

    Each region is served under /CODE/, and under its own host name where instance.toml gives it one. Regions that use other
    versions of an app get a process of their own; what is installed or upgraded meanwhile is taken up without a restart.
    """
    from contextlib import closing

    from smartcity_share.cli.serving import needed_sets, serve_here
    from smartcity_share.host.port import take_port
    from smartcity_share.host.supervisor import Supervisor
    from smartcity_share.install.instance import Instance

    with closing(Instance.open(folder)) as instance:
        listener = take_port(host, port)
        _announce(instance, host, listener.getsockname()[1])
        arguments = (folder.absolute(), access_log, jobs)
        code = Supervisor(needed_sets(instance), serve_here, arguments, size=workers, listener=listener).run()
    click.get_current_context().exit(code)


def _announce(instance: Instance, host: str, port: int) -> None:
    shown = {"0.0.0.0": "localhost", "::": "localhost"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - read, not bound
    base = f"http://{shown}:{port}"
    codes = instance.region_codes
    click.echo(f"Serving {len(codes)} region{'s' if len(codes) != 1 else ''} of {instance.folder.name} at {base}/")
    for code in codes[:_SHOWN_AT_MOST]:
        names = [name for name, region in instance.config.hosts.items() if region == code]
        click.echo(f"  {code}  {base}/{code}/" + "".join(f"  http://{name}:{port}/" for name in names))
    if len(codes) > _SHOWN_AT_MOST:
        click.echo(f"  … and {len(codes) - _SHOWN_AT_MOST} more")
    click.echo("Stop with Ctrl+C.")
