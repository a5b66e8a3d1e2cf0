"""Running the host under uvicorn in one process, stopped gracefully.

At SIGTERM or Ctrl+C the server stops accepting, finishes what is under way (at most :data:`STOP_SECONDS`), stops the apps and
closes the databases. ``X-Forwarded-*`` is read by the host, which knows the instance's trusted proxies, and not by uvicorn.
"""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp

STOP_SECONDS: Final = 30
KEEP_ALIVE_SECONDS: Final = 15

_LOGGING: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "stream": "ext://sys.stderr"}},
    "loggers": {
        "smartcity_share": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "uvicorn": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "uvicorn.access": {"level": "INFO"},
    },
}


def run_server(
    application: Callable[[], ASGIApp], sockets: list[socket.socket], *, access_log: bool = False, ready: Callable[[], None]
) -> None:
    """Serve until the process is asked to stop.

    Args:
        application: Makes the application.
        sockets: Where it listens; closed at the end.
        access_log: Whether each request is logged; addresses of clients are personal data.
        ready: Called once requests are answered.
    """
    import uvicorn

    from smartcity_share.host.wire import TogetherProtocol

    config = uvicorn.Config(
        application,
        factory=True,
        lifespan="on",
        http=TogetherProtocol,
        ws="none",
        proxy_headers=False,
        server_header=False,
        access_log=access_log,
        log_config=_LOGGING,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
    )

    class Server(uvicorn.Server):
        """Says when it answers."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                _settle_memory()
                ready()

    Server(config).run(sockets)


def _settle_memory() -> None:
    """Take what is loaded now out of every later search for garbage.

    A search through the modules of host and apps, which never become garbage, holds up every request for tens of milliseconds.
    """
    gc.collect()
    gc.freeze()
