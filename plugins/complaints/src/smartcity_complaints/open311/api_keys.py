"""The keys programs send reports with: given out by officials, shown once, kept as a fingerprint, revoked at any time.

A key belongs to one installation: its fingerprint lies in that installation's database, and no other one knows it.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import attrs
from sqlalchemy import insert, select, update

from smartcity_complaints import model, store
from smartcity_complaints.errors import NotAllowedError, NotPossibleError
from smartcity_complaints.numbers import fingerprint
from smartcity_complaints.workflow import Permission
from smartcity_share import Actor, Installation

PREFIX: Final = "o311_"
"""What every key begins with, so that a key that was published by mistake is found by a search."""

NAME_LIMIT: Final = 80
MOST_KEYS: Final = 200
_RANDOM_BYTES: Final = 32


@attrs.frozen
class ApiKey:
    """A key, without what it is made of.

    Attributes:
        id: Id in this installation.
        name: Which program and whose.
        created_at: When it was given out.
        revoked_at: When it was revoked, or None.
        last_used_on: The last day a report was sent with it, where the region lies.
    """

    id: int
    name: str
    created_at: datetime
    revoked_at: datetime | None
    last_used_on: date | None


def create(installation: Installation, actor: Actor, name: str) -> str:
    """Give out a key.

    Args:
        installation: The installation it is for.
        actor: The official, from the session.
        name: Which program and whose; unique among the keys that are valid.

    Returns:
        The key. It is nowhere else.

    Raises:
        NotAllowedError: The official lacks the permission.
        NotPossibleError: The name is missing, too long or in use, or there are too many keys.
    """
    _require(actor)
    name = " ".join(name.split())
    if not name:
        raise NotPossibleError("Write which program the key is for, and whose it is.")
    if len(name) > NAME_LIMIT:
        raise NotPossibleError("The text is longer than %(limit)s characters.", limit=NAME_LIMIT)
    key = PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    table = model.api_key
    with installation.database.begin() as connection:
        valid = connection.execute(select(table.c.name).where(table.c.revoked_at.is_(None))).scalars().all()
        if name.casefold() in {other.casefold() for other in valid}:
            raise NotPossibleError("There is a valid key of this name. Revoke it first, or choose another name.")
        if len(valid) >= MOST_KEYS:
            raise NotPossibleError("There are %(limit)s valid keys already. Revoke those that nobody uses.", limit=MOST_KEYS)
        connection.execute(insert(table).values(name=name, fingerprint=fingerprint(key), created_at=installation.now()))
        installation.audit.record(actor, "apikey.created", name)
    return key


def revoke(installation: Installation, actor: Actor, key_id: int) -> None:
    """Revoke a key; one that is revoked or not there is passed over.

    Raises:
        NotAllowedError: The official lacks the permission.
    """
    _require(actor)
    table = model.api_key
    with installation.database.begin() as connection:
        name = connection.execute(select(table.c.name).where(table.c.id == key_id)).scalar_one_or_none()
        changed = connection.execute(
            update(table).where(table.c.id == key_id, table.c.revoked_at.is_(None)).values(revoked_at=installation.now())
        )
        if changed.rowcount:
            installation.audit.record(actor, "apikey.revoked", str(name))


def all_keys(installation: Installation) -> tuple[ApiKey, ...]:
    """Return every key, valid ones first, each newest first."""
    table = model.api_key.c
    query = select(table.id, table.name, table.created_at, table.revoked_at, table.last_used_on)
    with store.reading(installation) as connection:
        found = [ApiKey(*row) for row in connection.execute(query.order_by(table.created_at.desc(), table.id.desc()))]
    return tuple(sorted(found, key=lambda key: key.revoked_at is not None))


def is_valid(installation: Installation, key: str) -> bool:
    """Whether a key may send reports; that it was used today is kept.

    The time it takes tells nothing of the keys there are: what is looked up is a fingerprint.
    """
    table = model.api_key
    with store.reading(installation) as connection:
        row = connection.execute(
            select(table.c.id, table.c.last_used_on).where(
                table.c.fingerprint == fingerprint(key), table.c.revoked_at.is_(None)
            )
        ).one_or_none()
    if row is None:
        return False
    today = installation.now().astimezone(ZoneInfo(installation.region.time_zone)).date()
    if row.last_used_on != today:
        with installation.database.begin() as connection:
            connection.execute(update(table).where(table.c.id == row.id).values(last_used_on=today))
    return True


def _require(actor: Actor) -> None:
    if not actor.may(Permission.API_KEYS):
        raise NotAllowedError("You are not permitted to do this.")
