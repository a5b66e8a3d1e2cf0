"""The accounts of a region in a backup: who may do what; what they sign in with only where the backup is encrypted."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, insert, inspect, select

from smartcity_share.install.account_tables import accounts, metadata, roles

NO_PASSWORD: Final = "!"  # noqa: S105 - what no password has as its hash
"""The hash of an account that came back without its password: nobody signs in with it until one is set."""

_Text = Annotated[str, Field(max_length=200)]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KeptRole(_Document):
    """A role an account holds in an app."""

    app: _Text
    role: _Text


class KeptAccount(_Document):
    """One account; its password is a hash, and there in an encrypted backup only. Times are seconds since the epoch, UTC."""

    id: Annotated[str, Field(min_length=1, max_length=40)]
    login: Annotated[str, Field(min_length=1, max_length=100)]
    name: _Text
    office: _Text | None
    password: _Text | None
    must_change: bool
    disabled: bool
    created_at: float
    password_set_at: float
    signed_in_at: float | None
    roles: tuple[KeptRole, ...]


class KeptAccounts(_Document):
    """``accounts.json`` of a region."""

    accounts: tuple[KeptAccount, ...]


def accounts_of(connection: Connection, region: str, *, passwords: bool) -> KeptAccounts:
    """Return the accounts of a region as they are kept.

    Args:
        connection: To the database of accounts; of an instance no official ever signed in to it may have no table of them.
        region: Code of the region.
        passwords: Whether the hashes of their passwords are kept.
    """
    if not inspect(connection).has_table(accounts.name):
        return KeptAccounts(accounts=())
    held: dict[str, list[KeptRole]] = {}
    query = select(roles).join(accounts, accounts.c.id == roles.c.account).where(accounts.c.region == region)
    for row in connection.execute(query.order_by(roles.c.app, roles.c.role)).mappings():
        held.setdefault(row["account"], []).append(KeptRole(app=row["app"], role=row["role"]))
    found = connection.execute(select(accounts).where(accounts.c.region == region).order_by(accounts.c.id)).mappings()
    return KeptAccounts(
        accounts=tuple(
            KeptAccount(
                **{
                    **{name: value for name, value in row.items() if name != "region"},
                    "password": row["password"] if passwords else None,
                    "roles": tuple(held.get(row["id"], ())),
                }
            )
            for row in found
        )
    )


def put_accounts(connection: Connection, region: str, kept: KeptAccounts) -> None:
    """Write accounts where there are none.

    Args:
        connection: To the database of accounts of the new instance.
        region: Code of the region.
        kept: The accounts; one without a password has to be given one before anybody signs in with it.
    """
    metadata.create_all(connection, tables=[accounts, roles])
    for account in kept.accounts:
        row = account.model_dump(exclude={"roles"})
        row |= {"region": region, "password": account.password or NO_PASSWORD}
        row["must_change"] = account.must_change or account.password is None
        connection.execute(insert(accounts).values(row))
        for one in account.roles:
            connection.execute(insert(roles).values(account=account.id, app=one.app, role=one.role))
