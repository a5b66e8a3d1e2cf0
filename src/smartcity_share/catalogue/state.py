"""What an instance remembers of a catalogue: the newest metadata it saw, the time that passed, wheels that are half fetched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from smartcity_share.catalogue.locking import locked
from smartcity_share.durable import write_whole

_DIGITS: Final = 16
_STEP: Final = timedelta(hours=1)


def state_name(root: bytes) -> str:
    """Return the name of the folder with what is remembered of the catalogues that a trust root stands for.

    It is the same for a stick and for the address it was copied from: what was seen on one cannot be taken back on the other.

    Args:
        root: The trust root.
    """
    return sha256(root).hexdigest()[:_DIGITS]


class CatalogueState:
    """The folder with what is remembered of a catalogue.

    Args:
        folder: The folder; it is made when something is remembered.

    Attributes:
        metadata: The verified metadata that was seen last.
        wheels: Wheels that were fetched, or half fetched, and are not installed yet.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.metadata = folder / "metadata"
        self.wheels = folder / "wheels"
        self._seen = folder / "seen.json"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes out for as long as the block takes.

        Raises:
            CatalogueBusyError: Another one is in.
        """
        self.metadata.mkdir(parents=True, exist_ok=True)
        with locked(self.folder, "reading this catalogue"):
            yield

    @property
    def floor(self) -> datetime | None:
        """The latest moment that is known to have passed; None where nothing is known."""
        try:
            found = datetime.fromisoformat(json.loads(self._seen.read_bytes())["passed"])
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return None if found.tzinfo is None else found

    def remember(self, passed: datetime, location: str) -> None:
        """Remember that a moment has passed, and where the catalogue lay.

        Args:
            passed: The moment; an earlier one than is known, or one less than an hour later, changes nothing.
            location: Where it lay, for messages.
        """
        known = self.floor
        if known is not None and passed - known < _STEP and location == self.location:
            return
        latest = passed if known is None else max(known, passed)
        write_whole(self._seen, json.dumps({"passed": latest.isoformat(), "location": location}).encode())

    @property
    def location(self) -> str:
        """Where the catalogue lay when it was read last; empty where that is not known."""
        try:
            return str(json.loads(self._seen.read_bytes())["location"])
        except (OSError, ValueError, TypeError, KeyError):
            return ""
