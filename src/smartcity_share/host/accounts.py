"""The accounts of officials: each belongs to one region and holds roles in its apps.

Everything here is synchronous and may wait for the disk or for a hash: asynchronous callers use a worker thread.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from smartcity_share.errors import AccountError
from smartcity_share.host import tables
from smartcity_share.host.account import (
    Account,
    account_by_login,
    account_of,
    checked_login,
    checked_name,
    fold_login,
    write_roles,
)
from smartcity_share.host.passwords import PasswordHashes, check_password, normalised
from smartcity_share.host.roles import Roles, check_roles
from smartcity_share.host.tables import stamp

if TYPE_CHECKING:
    from smartcity_share.host.database import AccountsDatabase
    from smartcity_share.host.sessions import Sessions

_MOST_HASHES_AT_ONCE: Final = 4  # each takes 64 MiB


class Regional(Protocol):
    """What accounts need to know of the regions of an instance."""

    def known_roles(self, region: str) -> Roles:
        """Return the roles of the installed apps of a region."""
        ...

    def offices(self, region: str) -> frozenset[str]:
        """Return the ids of the offices in the profile of a region."""
        ...

    def own_words(self, region: str) -> tuple[str, ...]:
        """Return the words a password of this region may not be made of."""
        ...


class Accounts:
    """The accounts of an instance.

    Args:
        database: Where they are stored.
        regional: What is known of the regions.
        now: The clock, aware UTC.
        hashes: How passwords are hashed.
        sessions: Where the sessions of an account end when what it may do changes.
    """

    def __init__(
        self,
        database: AccountsDatabase,
        regional: Regional,
        *,
        now: Callable[[], datetime],
        hashes: PasswordHashes | None = None,
        sessions: Sessions,
    ) -> None:
        self._database = database
        self._regional = regional
        self._now = now
        self._hashes = hashes or PasswordHashes()
        self._sessions = sessions
        self._slots = threading.BoundedSemaphore(_MOST_HASHES_AT_ONCE)

    # -- reading -------------------------------------------------------------------------------------------------------

    def list(self, region: str) -> tuple[Account, ...]:
        """Return the accounts of a region by login."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(tables.accounts).where(tables.accounts.c.region == region).order_by(tables.accounts.c.login)
            ).all()
            return tuple(account_of(connection, row) for row in rows)

    def get(self, region: str, account: str) -> Account:
        """Return the account with this id.

        Raises:
            AccountError: The region has no such account; one of another region is not told apart.
        """
        with self._database.read() as connection:
            row = connection.execute(
                select(tables.accounts).where(tables.accounts.c.id == account, tables.accounts.c.region == region)
            ).first()
            if row is None:
                raise AccountError("The region has no such account.", hint="List them with `smartcity user list`.")
            return account_of(connection, row)

    def find(self, region: str, login: str) -> Account | None:
        """Return the account with this login, or None."""
        with self._database.read() as connection:
            return account_by_login(connection, region, login)

    def by_login(self, region: str, login: str) -> Account:
        """Return the account with this login.

        Raises:
            AccountError: There is none; with "did you mean".
        """
        from smartcity_share.documents.suggest import did_you_mean

        found = self.find(region, login)
        if found is None:
            near = did_you_mean(fold_login(login), [account.login for account in self.list(region)])
            raise AccountError(f"Region {region} has no account `{login}`.", hint=near or "Add it with `smartcity user add`.")
        return found

    def known_roles(self, region: str) -> Roles:
        """Return the roles that can be given in a region, the console's left out."""
        return self._regional.known_roles(region)

    # -- changing ------------------------------------------------------------------------------------------------------

    def add(
        self,
        region: str,
        *,
        name: str,
        login: str,
        password: str,
        roles: Mapping[str, Iterable[str]] | None = None,
        office: str | None = None,
        must_change: bool = True,
    ) -> Account:
        """Add an account.

        Args:
            region: Code of the region.
            name: Display name.
            login: At least three characters: letters, digits and ``. _ - + @``; letter case does not matter.
            password: The first password.
            roles: App id (or ``console``) -> ids of roles.
            office: Id of an office of the region profile.
            must_change: Whether the person has to choose a password of their own at the first sign-in.

        Raises:
            AccountError: Login, name, password, a role or the office is not acceptable, or the login is taken.
        """
        folded, name = checked_login(login), checked_name(name)
        given = {app: frozenset(ids) for app, ids in (roles or {}).items()}
        self._check(region, given, office)
        accepted = check_password(password, own_words=(folded, name, *self._regional.own_words(region)))
        now = stamp(self._now())
        account = f"a{secrets.token_hex(12)}"
        encoded = self._hash(accepted)
        try:
            with self._database.write() as connection:
                connection.execute(
                    tables.accounts.insert().values(
                        id=account,
                        region=region,
                        login=folded,
                        name=name,
                        office=office,
                        password=encoded,
                        must_change=must_change,
                        disabled=False,
                        created_at=now,
                        password_set_at=now,
                    )
                )
                write_roles(connection, account, given)
        except IntegrityError as error:
            raise AccountError(
                f"Region {region} already has an account `{folded}`.", hint="Choose another login, or change the one there is."
            ) from error
        return self.get(region, account)

    def set_roles(self, region: str, account: str, roles: Mapping[str, Iterable[str]]) -> Account:
        """Give exactly these roles; the sessions of the account end.

        Raises:
            AccountError: There is no such account or role.
        """
        given = {app: frozenset(ids) for app, ids in roles.items() if ids}
        found = self.get(region, account)
        # Roles of an app that has left the region may stay or go; only new ones are checked.
        added = {app: ids - found.roles.get(app, frozenset()) for app, ids in given.items()}
        self._check(region, {app: ids for app, ids in added.items() if ids}, None)
        with self._database.write() as connection:
            write_roles(connection, account, given)
            self._sessions.revoke(connection, account)
        self._sessions.forget(account)
        return self.get(region, account)

    def set_office(self, region: str, account: str, office: str | None) -> Account:
        """Move the account to another office; its sessions end.

        Raises:
            AccountError: There is no such account or office.
        """
        self.get(region, account)
        self._check(region, {}, office)
        self._change(account, office=office)
        return self.get(region, account)

    def set_name(self, region: str, account: str, name: str) -> Account:
        """Change the display name; sessions show it at the next sign-in, so they end.

        Raises:
            AccountError: There is no such account, or the name is empty.
        """
        self.get(region, account)
        self._change(account, name=checked_name(name))
        return self.get(region, account)

    def set_disabled(self, region: str, account: str, disabled: bool) -> Account:
        """Disable an account, its sessions end; or let it sign in again.

        Raises:
            AccountError: There is no such account.
        """
        self.get(region, account)
        self._change(account, disabled=disabled)
        return self.get(region, account)

    def set_password(self, region: str, account: str, password: str, *, must_change: bool = True) -> Account:
        """Set a password without knowing the old one; every session of the account ends.

        Raises:
            AccountError: There is no such account, or the password is refused.
        """
        found = self.get(region, account)
        accepted = check_password(password, own_words=(found.login, found.name, *self._regional.own_words(region)))
        self._change(account, password=self._hash(accepted), must_change=must_change, password_set_at=stamp(self._now()))
        return self.get(region, account)

    # -- the password --------------------------------------------------------------------------------------------------

    def password_matches(self, region: str, login: str, password: str) -> Account | None:
        """Return the account if the login exists, may sign in and the password is right; the work is the same if not.

        Counts nothing: :class:`smartcity_share.host.signin.SignIn` is what people sign in with. A hash made with older
        parameters is renewed.
        """
        with self._database.read() as connection:
            where = (tables.accounts.c.region == region, tables.accounts.c.login == fold_login(login))
            row = connection.execute(select(tables.accounts).where(*where)).first()
            account = None if row is None else account_of(connection, row)
        with self._slots:
            right = self._hashes.matches(None if row is None else row.password, password)
        if not right or row is None or account is None or account.disabled:
            return None
        if self._hashes.is_old(row.password):
            self._change(account.id, revoke=False, password=self._hash(normalised(password)))
        return account

    def _hash(self, accepted: str) -> str:
        with self._slots:
            return self._hashes.make(accepted)

    def _change(self, account: str, *, revoke: bool = True, **values: object) -> None:
        with self._database.write() as connection:
            connection.execute(update(tables.accounts).where(tables.accounts.c.id == account).values(**values))
            if revoke:
                self._sessions.revoke(connection, account)
        if revoke:
            self._sessions.forget(account)

    def _check(self, region: str, roles: Roles, office: str | None) -> None:
        check_roles(roles, self._regional.known_roles(region))
        if office is not None:
            from smartcity_share.documents.suggest import did_you_mean

            offices = self._regional.offices(region)
            if office not in offices:
                raise AccountError(
                    f"The profile of region {region} has no office `{office}`.",
                    hint=did_you_mean(office, offices) or f"Its offices: {', '.join(sorted(offices)) or 'none'}.",
                )
