"""A process killed between handing a notice over and marking it loses nothing and repeats one notice, under its own key."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from smartcity_complaints.filing import Filed
from smartcity_share import Installation

PROGRAM = Path(__file__).with_name("dying_sender.py")
PROFILE = Path(__file__).parents[4] / "examples" / "regions" / "71.08" / "profile.toml"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot kill a process at once")
def test_killed_between_sending_and_marking(
    installation: Installation, ask: Callable[..., Filed], clock: Any, tmp_path: Path
) -> None:
    wanted = [f"{ask().number}/1/reporter" for _ in range(3)]
    taken = tmp_path / "taken.txt"

    def run(fate: str) -> int:
        words = [str(installation.database.path.parent), str(PROFILE), str(taken), clock().isoformat(), fate]  # type: ignore[attr-defined]
        return subprocess.run([sys.executable, PROGRAM, *words], check=False).returncode

    assert run("die") == -signal.SIGKILL
    assert taken.read_text().split() == wanted[:1]

    assert run("live") == 0
    assert taken.read_text().split() == wanted[:1], "the claim of the dead process still holds: nobody sends twice at once"

    clock.move(minutes=16)
    assert run("live") == 0
    assert taken.read_text().split() == [wanted[0], *wanted]

    clock.move(minutes=16)
    assert run("live") == 0
    assert taken.read_text().split() == [wanted[0], *wanted]
