"""Signing in and out, and changing one's own password: what the pages of the console call.

Synchronous: a hash takes a tenth of a second, so call from a synchronous endpoint, which Starlette runs in a worker thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import attrs
from sqlalchemy import select, update

from smartcity_share.errors import AccountError, SignInError, SignInWaitError
from smartcity_share.hooks.installation import VISITOR, Actor
from smartcity_share.host import tables
from smartcity_share.host.account import Account, fold_login
from smartcity_share.host.accounts import Accounts
from smartcity_share.host.cookies import expired_cookie, session_cookie
from smartcity_share.host.lockout import PER_ACCOUNT, PER_ADDRESS, Lockout, LockoutRule
from smartcity_share.host.tables import stamp
from smartcity_share.host.visit import Visit, visit_of
from smartcity_share.host.waits import Waits

if TYPE_CHECKING:
    from smartcity_share.host.database import AccountsDatabase
    from smartcity_share.host.record import HostRecord
    from smartcity_share.host.routing import RegionContext
    from smartcity_share.host.sessions import Session, Sessions

WRONG: Final = "Login or password is not right."
"""The one message for an unknown login, a wrong password and a disabled account."""


@attrs.frozen
class SignedIn:
    """A sign-in that succeeded.

    Attributes:
        account: Who signed in.
        cookie: Value of the ``Set-Cookie`` header to answer with.
        must_change: Whether to lead to the page that changes the password.
    """

    account: Account
    cookie: bytes
    must_change: bool


class SignIn:
    """Signs officials in and out.

    Args:
        database: Where accounts and sessions are stored.
        accounts: The accounts.
        sessions: The sessions.
        record: The audit trail.
        now: The clock, aware UTC.
        per_account: When an account has to wait.
        per_address: When an address has to wait.
    """

    def __init__(
        self,
        database: AccountsDatabase,
        accounts: Accounts,
        sessions: Sessions,
        record: HostRecord,
        *,
        now: Callable[[], datetime],
        per_account: LockoutRule = PER_ACCOUNT,
        per_address: LockoutRule = PER_ADDRESS,
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._sessions = sessions
        self._record = record
        self._waits = Waits(record)
        self._now = now
        self._rules = {"per_account": per_account, "per_address": per_address}

    def sign_in(self, scope: Mapping[str, Any], login: str, password: str) -> SignedIn:
        """Check login and password and open a session; one that the request already had ends.

        Args:
            scope: The ASGI scope or request, as it came through the host.
            login: What was typed.
            password: What was typed.

        Raises:
            SignInWaitError: Too many attempts for this account or from this address.
            SignInError: Login or password is wrong, the account is disabled, or the page is not reached safely.
        """
        region, visit = _place(scope)
        if visit.secure_cookies and visit.scheme != "https":
            raise SignInError(
                "Signing in needs https.", hint="Open the page under https; on this machine itself use http://localhost."
            )
        account = self._checked(region, visit, login, password)
        if account is None:
            raise SignInError(WRONG, hint="Check both; ask whoever runs the service for a new password.")
        with self._database.write() as connection:
            row = connection.execute(select(tables.accounts).where(tables.accounts.c.id == account.id)).first()
            if row is None or row.disabled or row.password_set_at != stamp(account.password_set_at):
                raise SignInError(WRONG, hint="The account was changed while you signed in; try again.")
            token = self._sessions.open(connection, account)
            values = {"signed_in_at": stamp(self._now())}
            connection.execute(update(tables.accounts).where(tables.accounts.c.id == account.id).values(values))
        if visit.session is not None:
            self._sessions.close(visit.session)
        self._record.write(region.code, visit, actor_for(account), "session.opened", account.login)
        cookie = session_cookie(region.root_path, token, secure=visit.secure_cookies)
        return SignedIn(account, cookie, account.must_change)

    def sign_out(self, scope: Mapping[str, Any]) -> bytes:
        """End the session of the request; return the ``Set-Cookie`` value to answer with."""
        region, visit = _place(scope)
        if visit.session is not None:
            self._sessions.close(visit.session)
            self._record.write(region.code, visit, _actor_of(visit.session), "session.closed", visit.session.account)
        return expired_cookie(region.root_path, secure=visit.secure_cookies)

    def change_password(self, scope: Mapping[str, Any], old: str, new: str) -> SignedIn:
        """Change the password of who is signed in; every session of the account ends and a new one is opened.

        Args:
            scope: The ASGI scope or request, as it came through the host.
            old: The present password.
            new: The new one.

        Raises:
            SignInWaitError: Too many attempts.
            SignInError: Nobody is signed in, or the present password is wrong.
            AccountError: The new password is refused, or is the present one.
        """
        region, visit = _place(scope)
        if visit.session is None:
            raise SignInError("Nobody is signed in.", hint="Sign in first.")
        login = self._accounts.get(region.code, visit.session.account).login
        account = self._checked(region, visit, login, old)
        if account is None:
            raise SignInError("The present password is not right.", hint="Type the password you signed in with.")
        if old == new:
            raise AccountError("The new password is the present one.", hint="Choose another.")
        changed = self._accounts.set_password(region.code, account.id, new, must_change=False)
        with self._database.write() as connection:
            token = self._sessions.open(connection, changed)
        self._record.write(region.code, visit, actor_for(changed), "account.password-changed", changed.login)
        return SignedIn(changed, session_cookie(region.root_path, token, secure=visit.secure_cookies), must_change=False)

    def close(self) -> None:
        """Record what is still counted; the process ends."""
        self._waits.tell()

    def _checked(self, region: RegionContext, visit: Visit, login: str, password: str) -> Account | None:
        folded = fold_login(login)
        lockout = Lockout(region.code, folded, visit.address, **self._rules)
        now = self._now()
        wait = self._waits.known(region.code, lockout.keys, now)
        if wait is None:
            with self._database.write() as connection:
                wait = lockout.begin(connection, now)
            if wait is not None:
                self._waits.refused(region.code, visit, wait, now)
        if wait is not None:
            raise SignInWaitError(wait.left, now)
        self._waits.tell(now)
        account = self._accounts.password_matches(region.code, folded, password)
        if account is None:
            # The login is not recorded unless it exists: people type passwords into the wrong field.
            known = self._accounts.find(region.code, folded)
            self._record.write(region.code, visit, VISITOR, "session.refused", "" if known is None else known.login)
            return None
        with self._database.write() as connection:
            lockout.succeeded(connection, self._now())
        return account


def _place(scope: Mapping[str, Any]) -> tuple[RegionContext, Visit]:
    visit = visit_of(scope)
    if visit.region is None:
        raise SignInError("Signing in belongs to a region.", hint="Open the sign-in page of the region.")
    return visit.region, visit


def actor_for(account: Account) -> Actor:
    """Return the actor of an account acting on the console."""
    from smartcity_share.host.roles import CONSOLE, console_permissions

    held = account.roles.get(CONSOLE, frozenset())
    return Actor(account.id, account.name, held, console_permissions(held), account.office)


def _actor_of(session: Session) -> Actor:
    return Actor(account=session.account, name=session.name, office=session.office)
