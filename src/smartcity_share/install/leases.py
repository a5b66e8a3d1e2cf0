"""Leases: one process carries an operation out, says so while it lives, and only one takes over what a dead one left.

Whether a process of this machine lives is asked of the system. Of one on another machine it is known by its lease: the owner
raises a number every few seconds, and one who wants to take over watches that number on a clock that cannot be set. No two
clocks are compared, so one that jumps neither ends a lease nor keeps one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from smartcity_share.errors import OperationBusyError
from smartcity_share.install.owner import Life, life_of, shown, this_process
from smartcity_share.install.records import LeaseRecord, OperationRecord, OperationState

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance

RENEW_SECONDS: Final = 5.0
"""How often an owner says that it lives."""

WATCH_SECONDS: Final = 20.0
"""How long the lease of an owner on another machine is watched before it is taken for dead."""

SILENCE: Final = timedelta(seconds=60)
"""After this long ``status`` calls an operation of another machine cut off; nothing is taken over for that alone."""

_at_work: Final[set[str]] = set()
_guard: Final = threading.Lock()


@contextmanager
def at_work(instance: Instance, operation: str) -> Iterator[None]:
    """Hold an operation in this process, and renew its lease as long as the block lasts.

    Raises:
        OperationBusyError: Another thread of this process holds it.
    """
    with _guard:
        if operation in _at_work:
            raise _busy(operation, "this process is at it")
        _at_work.add(operation)
    ended = threading.Event()

    def renew() -> None:
        while not ended.wait(RENEW_SECONDS):
            with suppress(Exception):  # out of reach for the moment: the next beat may go through
                instance.ledger.renew_lease(operation, owner, instance.now())

    owner = this_process()
    thread = threading.Thread(target=renew, name=f"lease {operation}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        with _guard:
            _at_work.discard(operation)


def is_left(instance: Instance, operation: OperationRecord) -> bool:
    """Whether nobody seems to carry out an operation that has not ended: for showing, not for taking it over."""
    if operation.state is OperationState.NEEDS_PERSON:
        return True
    if operation.owner == this_process():
        return operation.id not in _at_work
    life = life_of(operation.owner)
    if life is not Life.ELSEWHERE:
        return life is Life.DEAD
    lease = instance.ledger.lease(operation.id)
    return lease is None or instance.now() - lease.beaten_at > SILENCE


def take_over(
    instance: Instance, operation: OperationRecord, holder: str, pause: Callable[[float], object] = time.sleep
) -> OperationRecord:
    """Take an operation that nobody carries out; inside :func:`at_work`.

    Args:
        instance: The instance.
        operation: The operation as it was found.
        holder: Name of the person for whom it is taken over.
        pause: Waits for a number of seconds.

    Returns:
        The operation, owned by this process.

    Raises:
        OperationBusyError: Its owner lives, or another one took it over first.
    """
    lease = instance.ledger.lease(operation.id)
    owner = this_process()
    if operation.state is OperationState.RUNNING and operation.owner != owner:
        _require_dead(instance, operation, lease, pause)
    beat = 0 if lease is None else lease.beat + 1
    taken = instance.ledger.take_operation(operation, lease, LeaseRecord(operation.id, owner, beat, instance.now(), holder))
    if taken is None:
        raise _busy(operation.id, "another one took it over first")
    return taken


def _require_dead(
    instance: Instance, operation: OperationRecord, lease: LeaseRecord | None, pause: Callable[[float], object]
) -> None:
    life = life_of(operation.owner)
    if life is Life.ALIVE:
        raise _busy(operation.id, f"{shown(operation.owner)} carries it out", "If that process hangs, end it, then try again.")
    if life is Life.DEAD:
        return
    for _ in range(int(WATCH_SECONDS / RENEW_SECONDS)):
        pause(RENEW_SECONDS)
        if instance.ledger.lease(operation.id) != lease:
            raise _busy(operation.id, f"{shown(operation.owner)} carries it out and renews its lease")


def _busy(operation: str, why: str, mend: str = "") -> OperationBusyError:
    hint = f"Wait until it has ended; `smartcity history` tells. {mend}".strip()
    return OperationBusyError(f"Operation {operation} is not left: {why}", hint=hint)
