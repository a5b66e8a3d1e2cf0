"""The database of accounts and sessions: one SQLite file of the instance, opened on first use."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from smartcity_share.errors import InstanceError
from smartcity_share.host.tables import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from smartcity_share.install.storage.port import SharedDatabase

FORMAT: Final = 1
"""Version of the host's tables that this library writes."""


class AccountsDatabase:
    """The host's part of ``accounts.sqlite``: makes its tables where they are missing, and gives transactions.

    Args:
        file: The open file, :attr:`smartcity_share.install.instance.Instance.accounts_database`.
    """

    def __init__(self, file: SharedDatabase) -> None:
        self._file = file
        self._ready = False
        self._lock = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a connection that only reads; it sees the state at its first statement and waits for no writer."""
        self._prepare()
        with self._file.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a transaction that holds the write lock from its beginning and commits at the end of the block."""
        self._prepare()
        with self._file.begin() as connection:
            yield connection

    def _prepare(self) -> None:
        if self._ready:
            return
        from sqlalchemy.exc import DatabaseError

        with self._lock:
            try:
                with self._file.begin() as connection:
                    _check_format(connection)
                    metadata.create_all(connection)
            except DatabaseError as error:
                raise InstanceError(
                    f"{self._file.label} cannot be used: {error.orig}.",
                    hint="Run `smartcity doctor`: it says what mends it.",
                ) from error
            self._ready = True


def _check_format(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS host_format (format INTEGER NOT NULL)")
    found = connection.exec_driver_sql("SELECT format FROM host_format").scalar()
    if found is None:
        connection.execute(text("INSERT INTO host_format VALUES (:format)"), {"format": FORMAT})
    elif found > FORMAT:
        raise InstanceError(
            f"The accounts were written by a newer version of smartcity-share (format {found}, this one knows {FORMAT}).",
            hint="Run the newer version.",
        )
