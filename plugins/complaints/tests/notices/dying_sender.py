"""Run by a test as a program of its own: hands one notice over and is killed before it can mark it.

Arguments: the database, the profile of the region, the file that stands for the other side, the moment, whether to die.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from smartcity_complaints.sending import send_waiting
from smartcity_complaints.settings import ComplaintsSettings
from smartcity_share import Actor, Delivery, Installation, Message, RegionFacts
from smartcity_share.install.storage.files import LocalFileStore
from smartcity_share.install.storage.sqlite import SqliteDatabase
from smartcity_share.regions.profile import read_profile


class _Nothing:
    def record(self, actor: Actor, action: str, subject: str, detail: Mapping[str, Any] | None = None) -> None:
        """Record nothing."""


class _OtherSide:
    def __init__(self, taken: Path, *, deadly: bool) -> None:
        self.taken, self.deadly = taken, deadly

    def send(self, message: Message) -> Delivery:
        """Take the message, durably, and perhaps die before saying so."""
        with self.taken.open("a", encoding="utf-8") as file:
            file.write(message.reference + "\n")
            file.flush()
            os.fsync(file.fileno())
        if self.deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        return Delivery(accepted=True)


def main(database: str, profile: str, taken: str, moment: str, deadly: str) -> None:
    """Send what waits."""
    now = datetime.fromisoformat(moment)
    opened = SqliteDatabase(Path(database))
    installation = Installation(
        app="complaints",
        version="0.1.0",
        region=RegionFacts(read_profile(Path(profile)), ["time_zone", "offices", "districts", "holidays"]),
        settings=ComplaintsSettings(),
        database=opened,
        files=LocalFileStore(Path(database).parent / "files"),
        audit=_Nothing(),
        now=lambda: now,
        messages=_OtherSide(Path(taken), deadly=deadly == "die"),
    )
    send_waiting(installation)
    opened.close()


main(*sys.argv[1:])
