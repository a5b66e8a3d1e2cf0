"""Rule: ``[[data]]`` names every column of the tables, with its class, and no field that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from smartcity_share.documents.suggest import did_you_mean
from smartcity_share.errors import Fault
from smartcity_share.manifest.model import DataSet
from smartcity_share.package.across.base import Parts
from smartcity_share.package.interview import StoredTable


def check(parts: Parts) -> Iterator[Fault]:
    """Yield the faults between data sets and tables; none where the app was not asked, or its tables could not be told."""
    if parts.interview is None or "database_schema" in parts.interview.failed:
        return
    tables = {table.name: table for table in parts.interview.tables}
    for index, data in enumerate(parts.manifest.data):
        yield from _unknown_tables(parts, index, data, tables)
        yield from _unknown_fields(parts, index, data, tables)
    for table in tables.values():
        yield from _column_faults(parts, table)


def _unknown_tables(parts: Parts, index: int, data: DataSet, tables: dict[str, StoredTable]) -> Iterator[Fault]:
    for number, name in enumerate(data.tables):
        if name not in tables:
            yield Fault(
                "data-table-unknown",
                f"The app has no table `{name}`",
                parts.key("data", index, "tables", number),
                did_you_mean(name, tables) or f"Tables: {', '.join(sorted(tables)) or 'none'}.",
            )


def _unknown_fields(parts: Parts, index: int, data: DataSet, tables: dict[str, StoredTable]) -> Iterator[Fault]:
    if data.files:
        return
    unnamed = set(tables) - {name for entry in parts.manifest.data for name in entry.tables}
    among = [tables[name] for name in (data.tables or sorted(unnamed)) if name in tables]
    columns = {column.name for table in among for column in table.columns}
    for number, field in enumerate(data.fields):
        if field.name not in columns:
            near = did_you_mean(field.name, columns - {entry.name for entry in data.fields})
            yield Fault(
                "data-field-unknown",
                f"`{field.name}` is no column of {_named(data.tables)}",
                parts.key("data", index, "fields", number, "name"),
                near or "Correct the name, or take the field away; `files = true` where it is kept as files.",
            )


def _column_faults(parts: Parts, table: StoredTable) -> Iterator[Fault]:
    """Tell which columns of a table no data set names, and which have another class there than in the code."""
    sets = list(enumerate(parts.manifest.data))
    own = [(index, data) for index, data in sets if table.name in data.tables]
    among = own or [(index, data) for index, data in sets if not data.tables]
    fields = [(index, number, field) for index, data in among for number, field in enumerate(data.fields)]
    missing = []
    for column in table.columns:
        named = [entry for entry in fields if entry[2].name == column.name]
        if not named and not column.numbers_rows:
            missing.append(column.name)
        elif named and column.data_class and column.data_class not in {field.data_class for _, _, field in named}:
            index, number, field = named[0]
            yield Fault(
                "data-class-differs",
                f"`{column.name}` of `{table.name}` is {field.data_class} here and {column.data_class} in the code",
                parts.key("data", index, "fields", number, "class"),
                "Decide which it is, and say the same in both.",
            )
    if missing:
        yield Fault(
            "data-column-undeclared",
            f"No `[[data]]` names these columns of the table `{table.name}`: {', '.join(missing)}",
            parts.key("data", own[0][0], "fields") if own else parts.key("data"),
            "Add a field with its class for each: a reader of the manifest must see all that is stored.",
        )


def _named(tables: tuple[str, ...]) -> str:
    return f"`{'`, `'.join(tables)}`" if tables else "a table that no other `[[data]]` names"
