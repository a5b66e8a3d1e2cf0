"""Which apps a region has: read from the ledger when the region is first asked for, opened when the app is.

The ledger's revision is looked at twice a second at most; when it changed, what was read is dropped and read again as it is
asked for. Nothing is done for regions nobody asks for, so five hundred of them cost what one costs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import anyio.to_thread
import attrs

from smartcity_share.errors import AppImportError, SmartCityError
from smartcity_share.host.refusal import Refusal
from smartcity_share.install.records import InstallationRecord, InstallationState
from smartcity_share.install.runtime import open_installation

if TYPE_CHECKING:
    from smartcity_share.hooks.installation import Installation
    from smartcity_share.install.instance import Instance
    from smartcity_share.manifest.model import Manifest

LOOK_SECONDS: Final = 0.5
"""How old the knowledge of the ledger may be."""

PAUSED: Final = "It is being changed or has a fault. The other services of the region work."


@attrs.define(eq=False)
class Mount:
    """One app in one region.

    Attributes:
        record: Its record in the ledger.
        installation: What the app is handed, once somebody asked.
    """

    record: InstallationRecord
    installation: Installation | None = None


class Mounts:
    """The apps of every region.

    Args:
        instance: The instance.
        look_seconds: How old the knowledge of the ledger may be.
        monotonic: Seconds of a clock that never goes back.
    """

    def __init__(
        self, instance: Instance, *, look_seconds: float = LOOK_SECONDS, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._instance = instance
        self._look_seconds = look_seconds
        self._monotonic = monotonic
        self.look_at = 0.0
        self._revision: int | None = None
        self._regions: dict[str, dict[str, Mount]] = {}

    def changed(self) -> bool:
        """Look at the ledger; True where it changed since the last look, and what was known is dropped."""
        self.look_at = self._monotonic() + self._look_seconds
        revision = self._instance.ledger.revision()
        if revision == self._revision:
            return False
        first = self._revision is None
        self._revision = revision
        self._regions = {}
        return not first

    def get(self, region: str) -> dict[str, Mount] | None:
        """Return the apps of a region by id, in any state; None where they have to be read first."""
        return self._regions.get(region)

    async def read(self, region: str) -> dict[str, Mount]:
        """Read the apps of a region from the ledger."""
        revision = self._revision
        records = await anyio.to_thread.run_sync(self._instance.ledger.installations, region)
        gone = InstallationState.REMOVED  # its data wait to be erased; for everybody else it is not there
        found = {record.app: Mount(record) for record in records if record.state is not gone}
        if revision == self._revision:
            self._regions[region] = found
        return found

    async def open(self, mount: Mount) -> Installation:
        """Return what the app is handed, opening it on first use.

        Raises:
            Refusal: 503 while it is being changed, or where it cannot be opened.
        """
        if mount.installation is None:
            if mount.record.state is not InstallationState.ACTIVE:
                raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, PAUSED, headers=((b"retry-after", b"60"),))
            try:
                mount.installation = await anyio.to_thread.run_sync(self._opened, mount.record)
            except SmartCityError as error:
                raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, PAUSED) from error
        return mount.installation

    def manifest(self, record: InstallationRecord) -> Manifest | None:
        """Return the manifest of an app without importing it; None where it has none that can be read. Waits for the disk."""
        try:
            return self._instance.discovered(record).manifest
        except SmartCityError:
            return None

    def _opened(self, record: InstallationRecord) -> Installation:
        if not self._instance.run_here((record,)):
            raise AppImportError(
                f"Region {record.region} has `{record.app}` {record.version}, and this process runs another version of it",
                hint="Another process serves it.",
            )
        return open_installation(self._instance, record.region, record.app)
