"""Run by a test as a program of its own: hands one notice over and is killed before it can mark it.

Arguments: the folder of the installation, the profile of its region, the file for the other side, the moment, whether to die.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from smartcity_complaints.sending import send_waiting
from smartcity_share import Delivery, Message
from smartcity_share.testing import app_under_test, make_installation, region_at

PROJECT = Path(__file__).parents[2]


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


def main(folder: str, profile: str, taken: str, moment: str, deadly: str) -> None:
    """Send what waits."""
    now = datetime.fromisoformat(moment)
    installation = make_installation(
        app_under_test(PROJECT),
        region_at(Path(profile)),
        Path(folder),
        now=lambda: now,
        messages=_OtherSide(Path(taken), deadly=deadly == "die"),
    )
    send_waiting(installation)


main(*sys.argv[1:])
