"""What the tables of an installation need to be those of another version: rendered once, kept for every installation alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_share.errors import MigrationError
from smartcity_share.install.storage.template import known_digest

if TYPE_CHECKING:
    from smartcity_share.hooks.values import DatabaseSchema
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.storage.port import DataStore, TableShape
    from smartcity_share.install.storage.rendering import Script


def script_for(instance: Instance, schema: DatabaseSchema, data: DataStore) -> Script:
    """Return the script that migrates a database.

    Args:
        instance: The instance; it keeps the scripts of this process.
        schema: What the new version of the app returns.
        data: The database.

    Raises:
        MigrationError: The new version has no migrations for tables it does not find, or does not know where the tables are.
    """
    revisions = data.revisions()
    found: tuple[TableShape, ...] = ()
    if not revisions:
        with data.reading() as tables:
            found = tables.tables()
    key = (known_digest(schema), revisions, tuple((shape.name, tuple(shape.columns.items())) for shape in found))
    if key not in instance.scripts:
        if schema.migrations is None:
            _refuse_missing(schema, revisions, found)
        instance.scripts[key] = instance.storage.render(schema, revisions, found)
    return instance.scripts[key]


def _refuse_missing(schema: DatabaseSchema, revisions: frozenset[str], found: tuple[TableShape, ...]) -> None:
    there = {(shape.name, column) for shape in found for column in shape.columns}
    wanted = {(table.name, column.name) for table in schema.metadata.sorted_tables for column in table.columns}
    missing = sorted(f"{table}.{column}" for table, column in wanted - there)
    if revisions or missing:
        what = f"{', '.join(missing[:5])} is missing" if missing else "the old version had migrations"
        raise MigrationError(
            f"The new version has no migrations, and {what}",
            hint="Its maker adds migrations that bring the old tables to the new ones.",
        )
