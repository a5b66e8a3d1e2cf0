"""Running the host under uvicorn: one process or several on one socket, stopped gracefully.

At SIGTERM or Ctrl+C the server stops accepting, finishes what is under way (at most :data:`STOP_SECONDS`), stops the apps and
closes the databases. ``X-Forwarded-*`` is read by the host, which knows the instance's trusted proxies, and not by uvicorn.
"""

from __future__ import annotations

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
    application: Callable[[], ASGIApp] | str, listener: socket.socket, *, workers: int = 1, access_log: bool = False
) -> None:
    """Serve until the process is asked to stop.

    Args:
        application: Makes the application in each process; with several workers its import string, ``module:function``.
        listener: The socket, from :func:`smartcity_share.host.port.take_port`; closed at the end.
        workers: How many processes serve it.
        access_log: Whether each request is logged; addresses of clients are personal data.
    """
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    config = uvicorn.Config(
        application,
        factory=True,
        workers=workers,
        lifespan="on",
        ws="none",
        proxy_headers=False,
        server_header=False,
        access_log=access_log,
        log_config=_LOGGING,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
    )

    class Supervisor(Multiprocess):
        """Closes its own copy of the socket when it stops: as long as one copy is open the system accepts connections on it."""

        def terminate_all(self) -> None:
            listener.close()
            super().terminate_all()

    with listener:
        if workers == 1:
            uvicorn.Server(config).run([listener])
        else:
            Supervisor(config, [listener]).run()
