"""One account of an official, as a value, and the rules of its parts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

import attrs
from sqlalchemy import delete, select

from smartcity_share.errors import AccountError
from smartcity_share.host import tables
from smartcity_share.host.passwords import normalised
from smartcity_share.host.roles import Roles
from smartcity_share.host.tables import moment_of

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

_LOGIN: Final = re.compile(r"[a-z0-9](?:[a-z0-9._@+-]{1,98}[a-z0-9])")
_LONGEST_NAME: Final = 200


@attrs.frozen
class Account:
    """One account.

    Attributes:
        id: Stable id; it is what the audit trail and apps know.
        region: Code of the region.
        login: What is typed to sign in, folded to small letters.
        name: Display name.
        office: Id of an office of the region profile, or None.
        roles: App id (or ``console``) -> ids of roles.
        disabled: Whether it may not sign in.
        must_change: Whether the password was given by somebody else and has to be changed first.
        created_at: When it was made, UTC.
        password_set_at: When the password was last set, UTC.
        signed_in_at: When it last signed in, UTC, or None.
    """

    id: str
    region: str
    login: str
    name: str
    office: str | None
    roles: Mapping[str, frozenset[str]]
    disabled: bool
    must_change: bool
    created_at: datetime
    password_set_at: datetime
    signed_in_at: datetime | None


def fold_login(login: str) -> str:
    """Return the form a login is stored and compared in, cut where no login is that long."""
    return normalised(login[:400]).strip().casefold()[:200]


def checked_login(login: str) -> str:
    """Return the folded login.

    Raises:
        AccountError: It is no login.
    """
    folded = fold_login(login)
    if not _LOGIN.fullmatch(folded):
        raise AccountError(
            f"`{login[:100]}` is no login.",
            hint="Use 3 to 100 letters and digits; `.`, `_`, `-`, `+` and `@` may stand between them.",
        )
    return folded


def checked_name(name: str) -> str:
    """Return the display name with single spaces.

    Raises:
        AccountError: It is empty, too long or has characters that are not shown.
    """
    text = " ".join(name.split())
    if not text or len(text) > _LONGEST_NAME or not text.isprintable():
        raise AccountError(
            "The name is empty or too long.", hint=f"Give the name the pages shall show, at most {_LONGEST_NAME} characters."
        )
    return text


def account_by_login(connection: Connection, region: str, login: str) -> Account | None:
    """Return the account of a region with this login, or None."""
    where = (tables.accounts.c.region == region, tables.accounts.c.login == fold_login(login))
    row = connection.execute(select(tables.accounts).where(*where)).first()
    return None if row is None else account_of(connection, row)


def account_of(connection: Connection, row: Row[tuple[object, ...]]) -> Account:
    """Return the account of a row of the table, with its roles."""
    return _account(row, roles_of(connection, row.id))


def roles_of(connection: Connection, account: str) -> dict[str, frozenset[str]]:
    """Return the roles of an account by app."""
    found: dict[str, set[str]] = {}
    for row in connection.execute(select(tables.roles).where(tables.roles.c.account == account)):
        found.setdefault(row.app, set()).add(row.role)
    return {app: frozenset(ids) for app, ids in sorted(found.items())}


def write_roles(connection: Connection, account: str, roles: Roles) -> None:
    """Give an account exactly these roles."""
    connection.execute(delete(tables.roles).where(tables.roles.c.account == account))
    rows = [{"account": account, "app": app, "role": role} for app, ids in roles.items() for role in sorted(ids)]
    if rows:
        connection.execute(tables.roles.insert(), rows)


def _account(row: Row[tuple[object, ...]], roles: Mapping[str, frozenset[str]]) -> Account:
    return Account(
        id=row.id,
        region=row.region,
        login=row.login,
        name=row.name,
        office=row.office,
        roles=roles,
        disabled=row.disabled,
        must_change=row.must_change,
        created_at=moment_of(row.created_at),
        password_set_at=moment_of(row.password_set_at),
        signed_in_at=None if row.signed_in_at is None else moment_of(row.signed_in_at),
    )
