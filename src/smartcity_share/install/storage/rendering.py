"""Migrations run once on a model of the tables; the statements they sent are replayed on every installation like it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import attrs

from smartcity_share.errors import MigrationError
from smartcity_share.install.storage.template import migrate

if TYPE_CHECKING:
    from sqlalchemy import Connection


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
    """

    before: frozenset[str]
    after: frozenset[str]
    statements: tuple[Statement, ...]
    migrations: str | None = None


def capture(connection: Connection, migrations: str, is_catalogue: Callable[[str], bool]) -> Script:
    """Run the migrations that wait on a model of the tables, and return what they sent. The caller rolls back.

    Args:
        connection: The model.
        migrations: Alembic migrations as ``"package:folder"``.
        is_catalogue: Whether a query reads the catalogue of the engine and no row of an app.
    """
    before = revisions_of(connection)
    with _listening(connection) as sent:
        migrate(connection, migrations)
    reads = [one for one in sent if _only_reads(one.sql)]
    decides = any(not is_catalogue(one.sql) for one in reads)
    kept = () if decides else tuple(one for one in sent if not _only_reads(one.sql))
    return Script(before, revisions_of(connection), kept, migrations if decides else None)


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
