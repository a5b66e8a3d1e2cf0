"""The ports behind an instance's data: one :class:`DataStore` for each installation, one :class:`Storage` for all of them.

Upgrades, backups and removals stand on these and know no engine. Every way of a data store may be gone again after a crash,
from whatever state it was left in, and each has a question that finds out whether it is done.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import attrs

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from smartcity_share.hooks.installation import Database
    from smartcity_share.hooks.values import DatabaseSchema
    from smartcity_share.install.ledger import Ledger
    from smartcity_share.install.storage.copy_port import TableSource, TableTarget
    from smartcity_share.install.storage.rendering import Script


@attrs.frozen
class TableShape:
    """One table as it is stored.

    Attributes:
        name: Its name.
        columns: Column -> type, in the words of the engine.
    """

    name: str
    columns: dict[str, str]


class TableReader(Protocol):
    """One state of every table of an installation, whatever is written meanwhile."""

    def tables(self) -> tuple[TableShape, ...]:
        """Return the tables by name, those of migrations included."""
        ...

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        ...

    def rows(self, table: str) -> Iterator[tuple[object, ...]]:
        """Yield the rows of a table as plain values, streamed."""
        ...


class SharedDatabase(Protocol):
    """A database of the instance itself: accounts, sessions, the audit trail, jobs."""

    @property
    def engine(self) -> Engine:
        """The engine."""
        ...

    @property
    def label(self) -> str:
        """What people know it by, in messages."""
        ...

    def begin(self) -> AbstractContextManager[Connection]:
        """Open a transaction that waits for any other of its kind, and commits at the end of the block."""
        ...

    def trouble(self) -> str | None:
        """Return what is wrong with it, None where nothing is. Reads only."""
        ...

    def close(self) -> None:
        """Close what is open; the next use opens it again."""
        ...


class DataStore(Protocol):
    """The database of one installation."""

    @property
    def database(self) -> Database:
        """What the app is handed; opened on first use."""
        ...

    def exists(self) -> bool:
        """Whether there is a database in its place."""
        ...

    def create(self, template: Path) -> None:
        """Make the database from a template of :meth:`Storage.make_template`, whole or not at all; an existing one stays."""
        ...

    def epoch(self) -> int:
        """Return the epoch the data were written by."""
        ...

    def revisions(self) -> frozenset[str]:
        """Return the migrations the tables are at; empty where the app has none."""
        ...

    def migrate(self, script: Script, epoch: int) -> None:
        """Replay a script and write the epoch, all in one transaction; where the tables are at its end nothing happens.

        Raises:
            MigrationError: The tables are neither at its beginning nor at its end, or a statement failed. Nothing changed.
        """
        ...

    def snapshot(self, name: str) -> None:
        """Keep the present state under a name, whole or not at all; an existing one of this name is replaced."""
        ...

    def has_snapshot(self, name: str) -> bool:
        """Whether a whole snapshot of this name is kept."""
        ...

    def snapshot_trouble(self, name: str) -> str | None:
        """Return in what a snapshot differs from the present state, None where it holds every row.

        For data nobody writes to.
        """
        ...

    def restore_snapshot(self, name: str) -> None:
        """Put a snapshot in the place of the database by one switch; the snapshot stays."""
        ...

    def snapshots(self) -> frozenset[str]:
        """Return the names of every snapshot there is, also of one that no list knows any more."""
        ...

    def drop_snapshot(self, name: str) -> None:
        """Remove a snapshot; one that is not there is no error."""
        ...

    def set_aside(self, name: str) -> None:
        """Take the database out of its place and keep it under a name."""
        ...

    def is_aside(self, name: str) -> bool:
        """Whether a database is kept aside under this name."""
        ...

    def put_back(self, name: str) -> None:
        """Put what was set aside back in its place, unless the place is taken."""
        ...

    def drop_aside(self, name: str) -> None:
        """Remove what was set aside; nothing there is no error."""
        ...

    def drop(self) -> None:
        """Remove the database; one that is not there is no error."""
        ...

    def size(self) -> int:
        """Return how many bytes it takes on the disk, about; 0 where there is none."""
        ...

    def beside(self, name: str) -> DataStore:
        """Return the database that is made for this one under a name, beside it."""
        ...

    def put_in_place(self, name: str) -> None:
        """Put the database made beside into the place, which must be empty; it is not beside any more."""
        ...

    def copying(self) -> AbstractContextManager[TableSource]:
        """Open one state of every table, to be copied value for value."""
        ...

    def filling(self) -> AbstractContextManager[TableTarget]:
        """Empty every table and open them to be filled, all in one transaction that commits at the end of the block.

        Raises:
            MigrationError: At the end, a row refers to one that is not there.
        """
        ...

    def reading(self) -> AbstractContextManager[TableReader]:
        """Open one state of every table, for exports and comparisons."""
        ...

    def trouble(self) -> str | None:
        """Return what is wrong with the database, None where nothing is or there is none. Reads only."""
        ...

    def close(self) -> None:
        """Close what is open; the next use opens it again."""
        ...


class Storage(Protocol):
    """Everything an instance keeps in a database, on one engine."""

    @property
    def ledger(self) -> Ledger:
        """What is installed where, and what was done."""
        ...

    @property
    def accounts(self) -> SharedDatabase:
        """Accounts, sessions and the audit trail."""
        ...

    @property
    def jobs(self) -> SharedDatabase:
        """What ran when."""
        ...

    @property
    def engine_name(self) -> Literal["sqlite", "postgresql"]:
        """The engine."""
        ...

    @property
    def template_suffix(self) -> str:
        """What the name of a template ends with."""
        ...

    def was_away(self, error: BaseException) -> bool:
        """Whether the server could not be reached or ended the connection, and an error came of that alone."""
        ...

    def create(self) -> None:
        """Make what every instance needs: the ledger and the audit trail.

        Raises:
            InstanceError: Another instance keeps its data there.
        """
        ...

    def data(self, region: str, app: str) -> DataStore:
        """Return the database of an installation, whether it exists or not."""
        ...

    def asides(self) -> frozenset[str]:
        """Return the names under which the engine itself keeps databases aside, and not the folder of an operation."""
        ...

    def drop_asides(self, name: str) -> None:
        """Remove every database the engine keeps aside under a name."""
        ...

    def make_template(self, path: Path, schema: DatabaseSchema, epoch: int) -> None:
        """Make what new installations of a version are made from, whole or not at all."""
        ...

    def is_sound(self, template: Path) -> bool:
        """Whether a template can be used."""
        ...

    def render(self, schema: DatabaseSchema, revisions: frozenset[str], found: tuple[TableShape, ...] = ()) -> Script:
        """Return the migrations that wait for tables at some revisions, rendered once to be replayed on every installation.

        Args:
            schema: What the app's new version returns.
            revisions: Where the tables are.
            found: The tables that are there, where no revision was noted on them: the migrations are asked which it is.

        Raises:
            MigrationError: The migrations do not know where the tables are, or fail on tables without rows.
        """
        ...

    def close(self) -> None:
        """Close everything; the next use opens it again."""
        ...
