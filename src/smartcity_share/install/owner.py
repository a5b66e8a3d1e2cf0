"""Which process runs an operation, and whether it still lives."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Final

_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


def this_process() -> str:
    """Return ``pid@boot`` of this process; the second part changes when the machine starts again."""
    return f"{os.getpid()}@{_boot()}"


def is_alive(owner: str) -> bool:
    """Whether the process that wrote an operation still runs on this machine, since this start.

    Args:
        owner: What :func:`this_process` returned there.
    """
    pid, _, boot = owner.partition("@")
    if boot != _boot() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _boot() -> str:
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return platform.node()
