"""The ports through which a backup copies tables out, value for value, and a restore fills them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeAlias

import attrs

Value: TypeAlias = int | float | str | bytes | None
"""A value as the engine itself keeps it: SQLite's own, PostgreSQL's as text."""


@attrs.frozen
class KeptTable:
    """One table as a backup keeps it.

    Attributes:
        name: Its name.
        columns: Column -> type, in the words of the engine; columns the engine works out by itself are left out.
        sequence: The last number it gave to a row, where it counts by itself; None where it does not.
    """

    name: str
    columns: dict[str, str]
    sequence: int | None = None


@attrs.frozen
class KeptSequence:
    """A counter that belongs to no column, as a backup keeps it.

    Attributes:
        name: Its name.
        last: The number it gave last, or will give first.
        called: Whether it gave that number already.
    """

    name: str
    last: int
    called: bool


class TableSource(Protocol):
    """One state of every table of an installation, value for value, whatever is written meanwhile."""

    def tables(self) -> tuple[KeptTable, ...]:
        """Return the tables by name, those of migrations included."""
        ...

    def sequences(self) -> tuple[KeptSequence, ...]:
        """Return the counters that belong to no column, by name; none where the engine has no such thing."""
        ...

    def rows(self, table: KeptTable) -> Iterator[tuple[Value, ...]]:
        """Yield the rows of a table, streamed, in the order of its columns."""
        ...


class TableTarget(Protocol):
    """The tables of a database nobody uses yet, open to be filled in one transaction."""

    def tables(self) -> tuple[KeptTable, ...]:
        """Return the tables by name; they are empty."""
        ...

    def fill(self, table: KeptTable, columns: tuple[str, ...], rows: Iterable[tuple[Value, ...]]) -> None:
        """Write rows whose values stand in the order of ``columns``; what they refer to may come later.

        Raises:
            MigrationError: The engine refuses a value.
        """
        ...

    def count_on(self, table: KeptTable, last: int | None) -> None:
        """Let a table that counts by itself go on after its highest number, and after ``last``."""
        ...

    def sequences(self) -> tuple[KeptSequence, ...]:
        """Return the counters that belong to no column, by name; none where the engine has no such thing."""
        ...

    def set_sequence(self, sequence: KeptSequence) -> None:
        """Let a counter of this name go on where another one was.

        Raises:
            MigrationError: The number is none it can give.
        """
        ...
