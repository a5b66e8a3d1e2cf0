"""Migrations run once on a model of the tables; the statements they sent are replayed on every installation like it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import attrs

from smartcity_share.errors import MigrationError
from smartcity_share.install.storage.template import migrate, revisions_in_order

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from smartcity_share.install.storage.port import TableShape

VERSION_TABLE: Final = "alembic_version"
"""Where Alembic notes the revisions of the tables."""


@attrs.frozen
class Statement:
    """One statement with its values.

    Attributes:
        sql: The text, in the driver's parameter style.
        values: One set of values, or None where the text has no place for any.
    """

    sql: str
    values: Any = None


@attrs.frozen
class Script:
    """What brings tables from some revisions to others.

    Attributes:
        before: The revisions it begins at.
        after: The revisions it ends at.
        statements: What it sends.
        migrations: The migrations themselves, where they read rows and decide by what they read: those are run on every
            installation, since what they sent on the model is not what they would send there. None where replaying is enough.
        adopted: The revision of tables on which none was noted, because the version they are of had no migrations yet.
    """

    before: frozenset[str]
    after: frozenset[str]
    statements: tuple[Statement, ...]
    migrations: str | None = None
    adopted: str | None = None


@attrs.frozen
class Model:
    """Empty tables that migrations are tried on, in a transaction that is rolled back.

    Attributes:
        connection: They are all there is behind it.
        shapes: Returns the tables that are there now.
        is_catalogue: Whether a query reads the catalogue of the engine and no row of an app.
    """

    connection: Connection
    shapes: Callable[[], tuple[TableShape, ...]]
    is_catalogue: Callable[[str], bool]


def capture(model: Model, migrations: str, revisions: frozenset[str], found: tuple[TableShape, ...]) -> Script:
    """Make the tables as they are, run the migrations that wait, and return what those sent.

    Args:
        model: Where; nothing is in it.
        migrations: Alembic migrations as ``"package:folder"``.
        revisions: Where the tables of the installations are.
        found: Those tables; of interest where no revision was noted on them.

    Raises:
        MigrationError: The migrations do not know where the tables are.
    """
    connection = model.connection
    adopted = None
    if revisions:
        migrate(connection, migrations, to=tuple(sorted(revisions)))
    elif found:
        adopted = _adopt(model, migrations, found)
    before = frozenset() if adopted else revisions_of(connection)
    with _listening(connection) as sent:
        migrate(connection, migrations, present=None if adopted is None else (adopted,))
    reads = [one for one in sent if _only_reads(one.sql)]
    decides = any(not model.is_catalogue(one.sql) for one in reads)
    kept = () if decides else tuple(one for one in sent if not _only_reads(one.sql))
    return Script(before, revisions_of(connection), kept, migrations if decides else None, adopted)


def _adopt(model: Model, migrations: str, found: tuple[TableShape, ...]) -> str:
    """Make tables like those found by the first migrations that give them, and return the last of these migrations."""
    for revision in revisions_in_order(migrations):
        migrate(model.connection, migrations, to=(revision,))
        if tuple(shape for shape in model.shapes() if shape.name != VERSION_TABLE) == found:
            model.connection.exec_driver_sql(f"DROP TABLE {VERSION_TABLE}")
            return revision
    raise MigrationError(
        "No migration of the new version makes the tables that are there",
        hint="Its maker adds the first migration, which makes the tables of the version without migrations.",
    )


def capture_all(connection: Connection, make: Callable[[Connection], object]) -> tuple[Statement, ...]:
    """Return what making tables in an empty schema sends; what it reads there is the same in every empty schema.

    Args:
        connection: A connection in an empty schema; the caller rolls back.
        make: Makes the tables.
    """
    with _listening(connection) as sent:
        make(connection)
    return tuple(one for one in sent if not _only_reads(one.sql))


def revisions_of(connection: Connection) -> frozenset[str]:
    """Return the migrations the tables are at."""
    from alembic.runtime.migration import MigrationContext

    return frozenset(MigrationContext.configure(connection).get_current_heads())


@contextmanager
def rendering() -> Iterator[None]:
    """Turn whatever migrations raise on a model into an error."""
    try:
        yield
    except MigrationError:
        raise
    except Exception as cause:  # the migrations are foreign code
        raise MigrationError(
            f"The migrations cannot be run on the tables that are there: {type(cause).__name__}: {cause}",
            hint="Send this message to the maker of the app.",
        ) from cause


def failed(label: str, cause: BaseException) -> MigrationError:
    """Return the error for migrations that could not be run."""
    return MigrationError(
        f"The migrations of {label} failed: {type(cause).__name__}: {cause}",
        hint="Nothing was changed. Send this message to the maker of the app.",
    )


def refuse_elsewhere(label: str, found: frozenset[str], script: Script) -> None:
    """Refuse tables that are not where a script begins."""
    if found != script.before:
        raise MigrationError(
            f"The tables of {label} are at {', '.join(sorted(found)) or 'no revision'}, not at "
            f"{', '.join(sorted(script.before)) or 'no revision'} as the ledger says",
            hint="Restore a backup of this installation; nothing was changed.",
        )


def run_migrations(connection: Connection, script: Script) -> None:
    """Run the migrations of a script that cannot be replayed, inside the transaction of the connection."""
    if script.migrations is not None:
        migrate(connection, script.migrations, present=None if script.adopted is None else (script.adopted,))


def _only_reads(sql: str) -> bool:
    return sql.lstrip("( \n\t").upper().startswith(("SELECT", "PRAGMA", "SHOW", "EXPLAIN"))


@contextmanager
def _listening(connection: Connection) -> Iterator[list[Statement]]:
    from sqlalchemy import event

    sent: list[Statement] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, _context: object, many: bool) -> None:
        # One entry per set of values: what a driver makes of many is its own affair.
        sent.extend(Statement(statement, one or None) for one in (values if many else [values]))

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(connection, "before_cursor_execute", note)
