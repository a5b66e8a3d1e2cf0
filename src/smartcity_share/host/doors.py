"""Which process of this server serves a region, where its regions do not all use the same versions (docs/adr/0021).

The supervisor writes the list whenever the regions move; a process looks at it when it looks at the ledger.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_LIST: Final = "doors.json"


class Doors:
    """The sockets of the processes of one server, by region.

    Args:
        folder: The folder with the sockets and the list; nobody but the user who serves may enter it.
        own: Name of the socket of this process.
    """

    def __init__(self, folder: Path, own: str) -> None:
        self._folder = folder
        self._own = own
        self._stamp = 0
        self._doors: dict[str, str] = {}

    def look(self) -> None:
        """Read the list again where it was written since."""
        path = self._folder / _LIST
        try:
            stamp = path.stat().st_mtime_ns
            if stamp != self._stamp:
                self._doors = {region: name for name, regions in json.loads(path.read_bytes()).items() for region in regions}
                self._stamp = stamp
        except FileNotFoundError:
            return  # the supervisor has not written it yet: this process serves what it can

    def of(self, region: str) -> Path | None:
        """Return the socket of the process that serves a region; None where it is this one, or any may serve it."""
        name = self._doors.get(region, self._own)
        return None if name == self._own else self._folder / name


def write_doors(folder: Path, doors: Iterable[tuple[str, Iterable[str]]]) -> None:
    """Write the list, whole or not at all.

    Args:
        folder: The folder with the sockets.
        doors: Name of a socket and the regions served behind it.
    """
    new = folder / f"{_LIST}.new"
    new.write_text(json.dumps({name: sorted(regions) for name, regions in doors}), "utf-8")
    new.replace(folder / _LIST)
