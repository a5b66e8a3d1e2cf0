"""Who acts where nobody signed in: the account of the operating system that runs the command."""

from __future__ import annotations

import getpass

from smartcity_share.hooks.installation import Actor


def local_actor(name: str | None = None) -> Actor:
    """Return the person at the command line.

    Args:
        name: The name to record; the name of the account if None.
    """
    try:
        account = getpass.getuser()
    except (OSError, KeyError):  # an account without a name, as in some containers
        account = "unknown"
    return Actor(account=f"system:{account}", name=name or account)
