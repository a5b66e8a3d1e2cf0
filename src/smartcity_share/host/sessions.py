"""Sessions of officials: a random token in a cookie, its digest in the database, bound to one region.

A session ends by itself when it was not used for an hour, and twelve hours after sign-in. It ends at once when the password,
roles, office or name of its account change or the account is disabled. What was read is kept for two seconds, so that a page
with twenty parts reads once: a change made by another process is seen after two seconds at most, one made here at once.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import attrs
from sqlalchemy import delete, select, update

from smartcity_share.host import tables
from smartcity_share.host.flights import Flights
from smartcity_share.host.tables import moment_of, stamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from smartcity_share.hooks.installation import Actor
    from smartcity_share.host.account import Account
    from smartcity_share.host.database import AccountsDatabase

TOKEN_BYTES: Final = 32
_TOKEN_LENGTH: Final = 43  # of 32 bytes in URL-safe base64 without padding
_MOST_REMEMBERED: Final = 10_000
_TOUCH_EVERY: Final = timedelta(seconds=60)


@attrs.frozen(eq=False)
class Session:
    """One signed-in visit.

    Attributes:
        token_hash: SHA-256 of the token.
        account: Id of the account.
        region: Code of the region it is good for.
        name: Display name of the account.
        office: Id of the account's office, or None.
        roles: App id (or ``console``) -> ids of roles.
        must_change: Whether the password has to be changed before anything else.
        ends_at: When it ends however it is used.
        until: When it has to be read again, in seconds of the clock that never goes back.
        actors: App id -> the actor made of this session, filled as apps are asked for.
    """

    token_hash: bytes
    account: str
    region: str
    name: str
    office: str | None
    roles: Mapping[str, frozenset[str]]
    must_change: bool
    ends_at: datetime
    until: float
    actors: dict[str, Actor] = attrs.field(factory=dict, repr=False)


class Sessions:
    """The sessions of an instance.

    Args:
        database: Where they are stored.
        now: The clock, aware UTC.
        idle: How long a session lives without being used.
        longest: How long it lives at most.
        remember: For how many seconds a read one is not read again.
        monotonic: Seconds of a clock that never goes back, for ``remember``.
    """

    def __init__(
        self,
        database: AccountsDatabase,
        *,
        now: Callable[[], datetime],
        idle: timedelta = timedelta(hours=1),
        longest: timedelta = timedelta(hours=12),
        remember: float = 2.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._now = now
        self._idle = idle
        self._longest = longest
        self._remember = remember
        self._monotonic = monotonic
        self._known: dict[bytes, Session] = {}
        self._generation = 0
        self._reads = Flights()

    def open(self, connection: Connection, account: Account) -> str:
        """Store a new session in the caller's transaction and return its token; expired ones are cleared away."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        now = self._now()
        connection.execute(delete(tables.sessions).where(tables.sessions.c.ends_at <= stamp(now)))
        connection.execute(
            tables.sessions.insert().values(
                token_hash=_digest(token),
                account=account.id,
                region=account.region,
                opened_at=stamp(now),
                seen_at=stamp(now),
                ends_at=stamp(now + self._longest),
            )
        )
        return token

    def remembered(self, region: str, token: str) -> Session | None:
        """Return the session of a token if it was read a moment ago and is of this region; waits for nothing."""
        known = self._known.get(_digest(token))
        return known if known is not None and known.region == region and known.until > self._monotonic() else None

    def holds(self, session: Session) -> bool:
        """Whether a session still counts without being read again: it was read a moment ago and nobody ended it since."""
        return self._known.get(session.token_hash) is session and session.until > self._monotonic()

    async def read(self, region: str, token: str) -> Session | None:
        """Return the session of a token, or None: unknown, ended, disabled, or of another region.

        Args:
            region: Code of the region the request is for.
            token: What the cookie holds.
        """
        if len(token) != _TOKEN_LENGTH or not token.isascii():
            return None
        digest = _digest(token)
        # One that was ended here meanwhile raised the generation: nobody joins a read that began before.
        key = (region, digest, self._generation)
        return self.remembered(region, token) or await self._reads.join(key, lambda: self._read(region, digest))

    def close(self, session: Session) -> None:
        """End a session: sign-out. Called in a worker thread."""
        with self._database.write() as connection:
            connection.execute(delete(tables.sessions).where(tables.sessions.c.token_hash == session.token_hash))
        self._generation += 1
        self._known.pop(session.token_hash, None)

    def revoke(self, connection: Connection, account: str) -> None:
        """End every session of an account in the caller's transaction; call :meth:`forget` once it is committed."""
        connection.execute(delete(tables.sessions).where(tables.sessions.c.account == account))

    def forget(self, account: str) -> None:
        """Drop what is remembered of an account's sessions, and of reads that are under way."""
        self._generation += 1
        for digest in [digest for digest, known in list(self._known.items()) if known.account == account]:
            self._known.pop(digest, None)

    def _read(self, region: str, digest: bytes) -> Session | None:
        generation = self._generation
        now = self._now()
        with self._database.read() as connection:
            row = connection.execute(
                select(tables.sessions, tables.accounts.c.name, tables.accounts.c.office, tables.accounts.c.must_change)
                .join(tables.accounts, tables.accounts.c.id == tables.sessions.c.account)
                .where(tables.sessions.c.token_hash == digest, tables.accounts.c.disabled.is_(False))
            ).first()
            if row is None or row.ends_at <= stamp(now) or row.seen_at <= stamp(now - self._idle):
                self._known.pop(digest, None)
                return None
            held: dict[str, set[str]] = {}
            for given in connection.execute(select(tables.roles).where(tables.roles.c.account == row.account)):
                held.setdefault(given.app, set()).add(given.role)
        ends_at = moment_of(row.ends_at)
        session = Session(
            token_hash=digest,
            account=row.account,
            region=row.region,
            name=row.name,
            office=row.office,
            roles={app: frozenset(ids) for app, ids in held.items()},
            must_change=row.must_change,
            ends_at=ends_at,
            until=self._monotonic() + min(self._remember, (ends_at - now).total_seconds()),
        )
        if session.region != region:
            return None
        if row.seen_at <= stamp(now - _TOUCH_EVERY):
            with self._database.write() as connection:
                connection.execute(
                    update(tables.sessions).where(tables.sessions.c.token_hash == digest).values(seen_at=stamp(now))
                )
        if generation == self._generation:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[digest] = session
        return session


def _digest(token: str) -> bytes:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode("latin-1")).digest()
