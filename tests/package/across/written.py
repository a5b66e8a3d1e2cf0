"""Values that tests across the parts of an app are written with."""

from __future__ import annotations

from pathlib import Path

from smartcity_share.errors import Fault
from smartcity_share.package.interview import StoredColumn, StoredTable

PAGES = """
from starlette.applications import Starlette
from smartcity_share import hookimpl

@hookimpl
def asgi_app():
    return Starlette()
"""
"""The code of an app with pages, as the smallest manifest declares it."""


def told(faults: list[Fault]) -> list[tuple[str, str, str | None]]:
    """Code, file name and key of each fault."""
    return [(fault.code, Path(fault.where.file).name, fault.where.key) for fault in faults]


def table(name: str, **columns: str | None) -> StoredTable:
    """A table with a number for its rows, and columns with the class they say they have."""
    stored = [StoredColumn(name=column, data_class=data_class) for column, data_class in columns.items()]
    return StoredTable(name=name, columns=(StoredColumn(name="id", numbers_rows=True), *stored))
