"""Lock-out: wrong passwords make the next try wait, per account and per address, longer each time.

An attempt is counted **before** the password is looked at and taken back when it was right, so a hundred requests at once are
a hundred attempts. Logins that do not exist are counted like those that do. Keys are stored as digests: people type their
password into the wrong field.
"""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import attrs
from sqlalchemy import bindparam, delete, select, update

from smartcity_share.host.tables import attempts, stamp

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row


@attrs.frozen
class LockoutRule:
    """How many failures are free and how the wait grows.

    Attributes:
        free: Failures before the first wait.
        first_wait: The first wait; it doubles with each further failure.
        longest_wait: Where doubling ends, so that nobody is kept out for good by somebody else's tries.
        forget_after: Failures older than this no longer count.
    """

    free: int
    first_wait: timedelta = timedelta(seconds=30)
    longest_wait: timedelta = timedelta(minutes=15)
    forget_after: timedelta = timedelta(hours=24)

    def wait_after(self, failures: int) -> timedelta:
        """Return the wait after so many failures; zero while they are free."""
        over = failures - self.free
        if over < 0:
            return timedelta(0)
        return min(self.first_wait * (1 << min(over, 20)), self.longest_wait)


PER_ACCOUNT: Final = LockoutRule(free=5)
PER_ADDRESS: Final = LockoutRule(free=20, forget_after=timedelta(hours=1))
_KEPT: Final = select(attempts).where(attempts.c.key.in_(bindparam("keys", expanding=True)))


@attrs.frozen
class Wait:
    """A wait that is on.

    Attributes:
        key: Whom it holds up, as a digest.
        left: How long it still lasts.
    """

    key: bytes
    left: timedelta


@attrs.frozen
class _Count:
    key: bytes
    rule: LockoutRule


class Lockout:
    """Counts the attempts of one sign-in: its account and its address.

    Args:
        region: Code of the region.
        login: The login, folded.
        address: The client's address; an IPv6 address counts with its /64.
        per_account: The rule for the account.
        per_address: The rule for the address.
    """

    def __init__(
        self,
        region: str,
        login: str,
        address: str,
        *,
        per_account: LockoutRule = PER_ACCOUNT,
        per_address: LockoutRule = PER_ADDRESS,
    ) -> None:
        self._account = _Count(_key("account", region, login), per_account)
        self._address = _Count(_key("address", _network(address)), per_address)

    @property
    def keys(self) -> tuple[bytes, bytes]:
        """What a wait of it may be kept under."""
        return self._account.key, self._address.key

    def begin(self, connection: Connection, now: datetime) -> Wait | None:
        """Count one attempt, in the caller's transaction.

        Returns:
            None if the password may be looked at; else what to wait for. A refused attempt is not counted again, so asking
            during the wait does not lengthen it.
        """
        # One statement for both: a try that is refused has to cost less than the one that is looked at.
        rows = {row.key: row for row in connection.execute(_KEPT, {"keys": list(self.keys)})}
        counts = [(count, *_judged(count, rows.get(count.key), now)) for count in (self._account, self._address)]
        slowest, _, left = max(counts, key=lambda judged: judged[2])
        if left > timedelta(0):
            return Wait(slowest.key, left)
        for count, failures, _ in counts:
            until = now + count.rule.wait_after(failures + 1)
            values = {"failures": failures + 1, "last_at": stamp(now), "blocked_until": stamp(until)}
            if connection.execute(update(attempts).where(attempts.c.key == count.key).values(values)).rowcount == 0:
                connection.execute(attempts.insert().values(key=count.key, **values))
        return None

    def succeeded(self, connection: Connection, now: datetime) -> None:
        """Take the attempt back: the account starts afresh, the address keeps its earlier failures."""
        connection.execute(delete(attempts).where(attempts.c.key == self._account.key))
        row = connection.execute(select(attempts.c.failures).where(attempts.c.key == self._address.key)).first()
        if row is not None:
            values = {"failures": max(0, row.failures - 1), "blocked_until": stamp(now)}
            connection.execute(update(attempts).where(attempts.c.key == self._address.key).values(values))
        oldest = stamp(now - max(self._account.rule.forget_after, self._address.rule.forget_after))
        connection.execute(delete(attempts).where(attempts.c.last_at < oldest))


def _judged(count: _Count, row: Row[Any] | None, now: datetime) -> tuple[int, timedelta]:
    if row is None or row.last_at < stamp(now - count.rule.forget_after):
        return 0, timedelta(0)
    # A clock that was set back must not lock anybody out for longer than the rule says.
    left = min(timedelta(seconds=row.blocked_until - stamp(now)), count.rule.longest_wait)
    return row.failures, max(left, timedelta(0))


def _key(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode()).digest()


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
