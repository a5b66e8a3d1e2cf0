"""``/healthz``: whether the process answers, and what the ledger says of the instance. No secret, no name of a person."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import SQLAlchemyError

from smartcity_share.errors import SmartCityError

if TYPE_CHECKING:
    from smartcity_share.host.apps import Apps
    from smartcity_share.install.instance import Instance

PATH: Final = "/healthz"
ALIVE: Final = b'{"status":"ok"}'


def readiness(instance: Instance, apps: Apps) -> tuple[int, bytes]:
    """Return status and JSON body of ``/healthz?full``; waits for the disk.

    200 where the ledger can be read, else 503. Apps that are not served are counted and named; they do not make the process
    unready, or a balancer would take every region away for one app.

    Args:
        instance: The instance.
        apps: The apps of the process.
    """
    found: dict[str, Any]
    try:
        states = Counter(record.state.value for record in instance.ledger.installations())
    except (SmartCityError, SQLAlchemyError):
        return 503, b'{"status":"failed","ledger":"unreadable"}'
    faulted = sorted(runtime.app_id for runtime in apps.known if runtime.fault is not None)
    found = {
        "status": "degraded" if faulted else "ok",
        "regions": len(instance.region_codes),
        "installations": dict(sorted(states.items())),
        "apps_not_served": faulted,
    }
    return 200, json.dumps(found).encode()
