"""What the processes of ``smartcity serve`` and ``smartcity worker`` run, and what their parent asks the ledger."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from smartcity_share.host.crew import Post
    from smartcity_share.install.code_sets import CodeSet
    from smartcity_share.install.instance import Instance


def needed_sets(instance: Instance) -> Callable[[], tuple[CodeSet, ...] | None]:
    """Return what tells which sets of code are needed, and None as long as the ledger did not change since.

    Args:
        instance: The instance.
    """
    from smartcity_share.install.code_sets import code_sets

    seen: list[int] = []

    def needed() -> tuple[CodeSet, ...] | None:
        revision = instance.ledger.revision()
        if seen == [revision]:
            return None
        found = code_sets(instance.ledger.installations())
        seen[:] = [revision]  # not before: what could not be read is asked for again
        return found

    return needed


def serve_here(post: Post, folder: Path, access_log: bool, jobs: bool) -> None:
    """Serve with one set of code until this process is asked to stop; the first of a crew runs the jobs as well.

    Args:
        post: What the process is begun with.
        folder: The folder of the instance.
        access_log: Whether each request is logged.
        jobs: Whether the jobs are run beside the server.
    """
    from contextlib import nullcontext

    from smartcity_share.host.crew import end_with_parent
    from smartcity_share.host.jobs import running_jobs
    from smartcity_share.host.server import run_server

    end_with_parent()
    sockets = [one for one in (post.listener, post.door) if one is not None]
    with running_jobs(folder, post.codes) if jobs and post.number == 0 else nullcontext():
        run_server(lambda: _application(post, folder), sockets, access_log=access_log, ready=lambda: post.ready.send(None))


def work_here(post: Post, folder: Path) -> None:
    """Run the jobs of one set of code until this process is asked to stop.

    Args:
        post: What the process is begun with.
        folder: The folder of the instance.
    """
    import signal
    import sys
    import threading

    from smartcity_share.host.crew import end_with_parent
    from smartcity_share.host.jobs import work

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    end_with_parent()
    post.ready.send(None)
    left = work(folder, stop, post.codes)
    if left:
        sys.stdout.write(f"{left} job{'s' if left != 1 else ''} left to another worker.\n")


def _application(post: Post, folder: Path) -> ASGIApp:
    from smartcity_share.console.app import console_app
    from smartcity_share.console.errors import ConsoleErrorPages
    from smartcity_share.host.app import create_host
    from smartcity_share.host.doors import Doors
    from smartcity_share.install.instance import Instance

    instance = Instance.open(folder)
    instance.prefer_code(post.codes)
    doors = None if post.door is None else Doors(post.folder, post.name)
    return create_host(instance, console=console_app, error_pages=ConsoleErrorPages(), doors=doors)
