"""Rows of a table on their way into another database: by name of the column, and from engine to engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import attrs

from smartcity_share.errors import BackupError
from smartcity_share.install.backup.documents import TableFacts
from smartcity_share.install.backup.kinds import Kind, kind_of, turned
from smartcity_share.install.backup.rows import to_line
from smartcity_share.install.storage.copy_port import KeptTable, Value

Engine = Literal["sqlite", "postgresql"]


@attrs.frozen
class Turning:
    """How the rows of one table are turned.

    Attributes:
        table: The table as the backup has it.
        source: The engine of the backup.
        target: The engine of the instance.
        kinds: What each column is; nothing where both engines are the same.
    """

    table: TableFacts
    source: Engine
    target: Engine
    kinds: tuple[Kind, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns, in the order of the values."""
        return tuple(self.table.columns)

    @property
    def kept(self) -> KeptTable:
        """The table, to be read in this order again."""
        return KeptTable(self.table.name, self.table.columns)

    def stored(self, row: Sequence[Value]) -> tuple[Value, ...]:
        """Return a row of the backup as the instance's engine keeps it.

        Raises:
            BackupError: A value cannot be turned without loss.
        """
        if not self.kinds:
            return tuple(row)
        if self.target == "sqlite":
            return self._turned([kind.to_sqlite for kind in self.kinds], row)
        return self._turned([kind.to_postgresql for kind in self.kinds], row)

    def line(self, row: Sequence[Value], engine: Engine) -> bytes:
        """Return a row as the line that is compared: equal rows give the same on both engines.

        Args:
            row: The row.
            engine: The engine whose values it holds.
        """
        if self.kinds:
            if engine == "postgresql":
                row = self._turned([kind.to_sqlite for kind in self.kinds], row)
            row = self._turned([kind.same for kind in self.kinds], row)
        return to_line(row)

    def _turned(self, turns: Sequence[object], row: Sequence[Value]) -> tuple[Value, ...]:
        return tuple(
            turned(turn, value, self.table.name, column)  # type: ignore[arg-type]
            for turn, value, column in zip(turns, row, self.table.columns, strict=True)
        )


def turning_of(table: TableFacts, target_table: KeptTable | None, source: Engine, target: Engine) -> Turning:
    """Return how the rows of a table are turned.

    Args:
        table: The table as the backup has it.
        target_table: The table they go to; None where there is none.
        source: The engine of the backup.
        target: The engine of the instance.

    Raises:
        BackupError: The app has no such table or column, or the other engine has nothing like a column.
    """
    if target_table is None or (missing := [name for name in table.columns if name not in target_table.columns]):
        what = f"table `{table.name}`" if target_table is None else f"column `{table.name}.{missing[0]}`"
        raise BackupError(
            f"The backup has a {what} that this version of the app does not make; nothing was changed",
            hint="Send this message to the maker of the app: its tables are not those of its version.",
        )
    if source == target:
        return Turning(table, source, target, ())
    types = table.columns if source == "postgresql" else {name: target_table.columns[name] for name in table.columns}
    kinds = []
    for name, column_type in types.items():
        kind = kind_of(column_type)
        if kind is None:
            raise BackupError(
                f"Column `{table.name}.{name}` is of type {column_type}, which the other engine has not; nothing was changed",
                hint="Restore it on the engine it was backed up from.",
            )
        kinds.append(kind)
    return Turning(table, source, target, tuple(kinds))
