"""One app in one region, as the app sees it: its settings, data, files and the facts of the region it declared.

The host makes an :class:`Installation` and hands it over with every call and every request. An app never looks one up.
The protocols are the ports behind it; the embedded default implements them on SQLite and local files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

import attrs

from smartcity_share.hooks.overrides import NO_OVERRIDES, Overrides

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine

    from smartcity_share.hooks.region_facts import RegionFacts
    from smartcity_share.hooks.values import Delivery, Message


class Database(Protocol):
    """The database of one installation; nothing of another installation can be reached through it."""

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine; open sessions and connections from it."""
        ...

    def begin(self) -> AbstractContextManager[Connection]:
        """Open a connection in a transaction that commits at the end of the block."""
        ...


class FileStore(Protocol):
    """The files of one installation, by name. Names are relative, with ``/`` between parts, and never leave the store."""

    def write(self, name: str, content: bytes | BinaryIO) -> None:
        """Store a file whole or not at all; an existing one is replaced."""
        ...

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading.

        Raises:
            FileNotFoundError: No file of this name is stored.
        """
        ...

    def delete(self, name: str) -> None:
        """Delete a file; one that is not there is no error."""
        ...

    def names(self, prefix: str = "") -> Iterator[str]:
        """Yield the names of the stored files that begin with ``prefix``, sorted."""
        ...


@attrs.frozen
class Actor:
    """Who acts: an official who signed in, or nobody known. It comes from the session, never from the payload.

    Attributes:
        account: Stable id of the account, None for a visitor who is not signed in.
        name: Display name.
        roles: Ids of the roles held in this app and region.
        permissions: What these roles permit, from the manifest.
        office: Id of the office in the region profile the account belongs to, if any.
    """

    account: str | None = None
    name: str = ""
    roles: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    office: str | None = None

    @property
    def signed_in(self) -> bool:
        """Whether the actor is a known account."""
        return self.account is not None

    def may(self, permission: str) -> bool:
        """Whether a role of the actor carries the permission."""
        return permission in self.permissions


VISITOR = Actor()
"""The actor of a request without a session."""


class AuditTrail(Protocol):
    """The append-only record of who did what; nothing in it is changed or removed."""

    def record(self, actor: Actor, action: str, subject: str, detail: Mapping[str, Any] | None = None) -> None:
        """Append one entry.

        Args:
            actor: Who did it.
            action: A verb in the app's terms, for example ``report.forwarded``.
            subject: What it was done to, for example a report number.
            detail: Facts worth keeping; no personal data beyond what the purpose needs.
        """
        ...


class Messenger(Protocol):
    """The way out for notices: the connector of the region that fulfils the ``message`` contract.

    An app keeps what it has to send in its own database, in the transaction of the act it tells of, and hands it over from a
    job; a page never waits for a mail server.
    """

    def send(self, message: Message) -> Delivery:
        """Hand a message to the connector; may wait.

        Args:
            message: The message. Its ``reference`` need be unique within the app only, and is the same when it is tried again.

        Returns:
            What became of it. A fault of the connector is no exception here: it is not accepted, nobody was reached, and
            trying later can help.
        """
        ...


@attrs.frozen
class Installation:
    """One app in one region.

    Attributes:
        app: Id of the app.
        version: Version of the app that serves this installation.
        region: The facts of the region that the manifest declares under ``region_uses``.
        settings: The validated settings, an instance of the model the app gave in ``settings_model``.
        database: The installation's own database.
        files: The installation's own files.
        audit: Where acts are recorded.
        now: The clock: returns an aware datetime in UTC. Apps call it and never ``datetime.now``.
        languages: Languages of the region, the first is the default.
        messages: The way out for notices; None where the manifest does not ask for a ``message`` connector, or where the
            region has none.
        overrides: What the region put in place of parts of the app; the toolkit draws with it.
    """

    app: str
    version: str
    region: RegionFacts
    settings: Any
    database: Database
    files: FileStore
    audit: AuditTrail
    now: Callable[[], datetime]
    languages: tuple[str, ...] = ("id", "en")
    messages: Messenger | None = None
    overrides: Overrides = NO_OVERRIDES

    @property
    def id(self) -> str:
        """Stable id, region code and app id: ``71.08/complaints``."""
        return f"{self.region.code}/{self.app}"
