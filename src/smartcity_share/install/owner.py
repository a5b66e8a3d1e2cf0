"""Which process carries an operation out, and whether it still lives. No clock is asked: one that jumps changes nothing.

An owner is ``pid:start@place/boot``. The start tells a process from a later one with the same number, the place one machine, or
one container on it, from another. Machines made from one image may have the same place; the boot, drawn anew at each start of a
machine, tells them apart. So another boot proves no death: the machine may have been started again, or be a twin.
"""

from __future__ import annotations

import hashlib
import os
import platform
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_MACHINE_IDS: Final = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


class Life(StrEnum):
    """What this process can tell of an owner."""

    ALIVE = "alive"
    DEAD = "dead"
    ELSEWHERE = "elsewhere"
    """It runs on another machine or in another container, or ran before this machine was started again: only whether it keeps
    renewing its lease tells."""


def this_process() -> str:
    """Return this process as an owner; at most 80 characters."""
    pid = os.getpid()
    return f"{pid}:{_started(pid)}@{_place()}/{_boot()}"


def life_of(owner: str) -> Life:
    """Return whether the process that is an owner still runs.

    Args:
        owner: What :func:`this_process` returned there.
    """
    process, _, machine = owner.partition("@")
    pid, _, started = process.partition(":")
    place, _, boot = machine.partition("/")
    if not pid.isdigit() or not boot:
        return Life.DEAD
    if (place, boot) != (_place(), _boot()):
        return Life.ELSEWHERE
    found = _started(int(pid))
    return Life.ALIVE if found is not None and found == started else Life.DEAD


def shown(owner: str) -> str:
    """Return an owner in words for a message."""
    process, _, machine = owner.partition("@")
    pid = process.partition(":")[0]
    return f"process {pid}" if machine == f"{_place()}/{_boot()}" else f"process {pid} of another machine"


def _started(pid: int) -> str | None:
    """Return when a process began, in ticks since the machine did; None where there is none, or only its exit code is left."""
    if not _PROC.joinpath("self").exists():  # no /proc: the number of the process alone has to do
        return "0" if _exists(pid) else None
    try:
        # The name of the program may hold anything, a closing bracket too; what follows the last one does not.
        fields = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


@cache
def _place() -> str:
    """Return a short name of this machine and, in a container, of the container: process numbers mean nothing outside of it."""
    name = next((found for path in _MACHINE_IDS if (found := _read(path))), "") or platform.node()
    try:
        numbers = (_PROC / "self" / "ns" / "pid").readlink().name
    except OSError:
        numbers = ""
    return hashlib.sha256(f"{name}|{numbers}".encode()).hexdigest()[:12]


@cache
def _boot() -> str:
    """Return what changes when the machine starts again."""
    return (_read(_PROC / "sys" / "kernel" / "random" / "boot_id") or platform.node()).replace("-", "")[:32]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
