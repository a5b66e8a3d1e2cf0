"""What the host writes to the audit trail: the act, and from which address and request it came."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from smartcity_share.hooks.installation import Actor
    from smartcity_share.host.visit import Visit
    from smartcity_share.install.audit import AuditLog

_log = logging.getLogger(__name__)


class HostRecord:
    """Writes entries of the host: sign-in, denial, changes made in the console.

    Args:
        log: The audit trail of the instance.
    """

    def __init__(self, log: AuditLog) -> None:
        self._log = log

    def write(  # noqa: PLR0917 - the parts of an entry, in the order they are read
        self,
        region: str,
        visit: Visit,
        actor: Actor,
        action: str,
        subject: str,
        detail: Mapping[str, Any] | None = None,
        *,
        app: str = "",
    ) -> None:
        """Append one entry; waits for the disk, so asynchronous callers use a worker thread.

        Args:
            region: Code of the region.
            visit: The request it came with; its address and id are recorded.
            actor: Who did it.
            action: What was done, for example ``session.opened``.
            subject: What it was done to.
            detail: Facts worth keeping; no secret.
            app: Id of the app, empty for acts on the region itself.
        """
        facts = {**(detail or {}), "address": visit.address, "request": visit.request_id}
        self._log.record(region, app, actor, action, subject[:400], facts)

    def write_denial(  # noqa: PLR0917 - the parts of an entry, in the order of `write`
        self, region: str, visit: Visit, actor: Actor, app: str, request: str, action: str = "access.denied"
    ) -> None:
        """Record that a request was denied; it stays denied where the trail cannot be written."""
        try:
            self.write(region, visit, actor, action, request, app=app)
        except SQLAlchemyError:
            _log.exception("The denial of request %s in region %s could not be recorded", visit.request_id, region)
