"""The port of the server: taken before anything else starts, so that "in use" is said at once and with its mend."""

from __future__ import annotations

import errno
import socket

from smartcity_share.errors import PortInUseError, SystemRefusedError


def take_port(host: str, port: int) -> socket.socket:
    """Return a socket that listens on a port.

    Args:
        host: Address or name to listen on.
        port: The port; 0 for any free one.

    Raises:
        PortInUseError: Another program listens on it.
        SystemRefusedError: The address is not one of this machine, or the port needs other rights.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise _refused(host, port, error) from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
        listener.set_inheritable(True)
    except OSError as error:
        listener.close()
        raise _refused(host, port, error) from None
    return listener


def refuse_port_in_use(host: str, port: int) -> None:
    """Look whether a port is free.

    Raises:
        PortInUseError: Another program listens on it.
        SystemRefusedError: The address is not one of this machine, or the port needs other rights.
    """
    take_port(host, port).close()


def _refused(host: str, port: int, error: OSError) -> PortInUseError | SystemRefusedError:
    if error.errno == errno.EADDRINUSE:
        return PortInUseError(
            f"Another program listens on {host}:{port}.",
            hint=f"Stop it, or choose another port: `--port {min(port + 1, 65535)}`.",
        )
    if error.errno == errno.EACCES:
        hint = "Ports below 1024 need other rights; take one above and put a proxy before it (docs: serve behind a proxy)."
    else:
        hint = "Name an address of this machine: 127.0.0.1, or 0.0.0.0 for all of them."
    return SystemRefusedError(f"Cannot listen on {host}:{port}: {error.strerror or error}.", hint=hint)
