"""What speaks against an upgrade, and what it has to tell: the tables, the room on the disk, the roles. Reads only."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from smartcity_share.errors import Fault, Location, MigrationError, SmartCityError
from smartcity_share.install.storage.sqlite import mend_of_unreadable
from smartcity_share.install.table_migration import script_for
from smartcity_share.install.templates import template_name
from smartcity_share.package.changes import news_between

if TYPE_CHECKING:
    from smartcity_share.hooks.registry import AppRegistry
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.records import InstallationRecord
    from smartcity_share.install.source import AppSource
    from smartcity_share.manifest.model import Manifest

_SPARE_BYTES: Final = 16 << 20
"""Room that is left beside what an upgrade copies."""


@attrs.frozen
class TablesChange:
    """What becomes of the tables of an installation.

    Attributes:
        what: ``create``, ``migrate``, or nothing.
        template: What they are made from, and whether it is there; None where they are not made.
        faults: Why nothing can be done about them.
    """

    what: str = ""
    template: tuple[str, bool] | None = None
    faults: tuple[Fault, ...] = ()


def change_of_tables(instance: Instance, record: InstallationRecord, source: AppSource, registry: AppRegistry) -> TablesChange:
    """Return what a version does to the tables of an installation; its migrations are tried on tables without rows.

    Args:
        instance: The instance.
        record: The installation.
        source: The new version.
        registry: The process's apps, the new version among them.
    """
    try:
        return _change(instance, record, source, registry)
    except sqlite3.Error as error:
        path = instance.layout.database(record.region, record.app)
        message = f"The database `{path.name}` cannot be read: {error}"
        return TablesChange(faults=(Fault("database-damaged", message, Location(record.id), mend_of_unreadable(path)),))


def _change(instance: Instance, record: InstallationRecord, source: AppSource, registry: AppRegistry) -> TablesChange:
    where = Location(record.id)
    schema = registry.database_schema(record.app)
    data = instance.data(record.region, record.app)
    if schema is None:
        if not data.exists():
            return TablesChange()
        mend = "Export the data and remove the app, or ask its maker for a version that takes them over."
        message = "The new version stores no tables; the data would be left"
        return TablesChange(faults=(Fault("data-orphaned", message, where, mend),))
    if not data.exists():
        name = template_name(instance, record.app, source.code.version, schema)
        return TablesChange("create", (name, (instance.layout.templates / name).is_file()))
    if data.epoch() != record.data_epoch:
        message = f"The ledger says data epoch {record.data_epoch}, the data say {data.epoch()}"
        return TablesChange(faults=(Fault("data-epoch-differs", message, where, "Restore a backup of this installation."),))
    try:
        script_for(instance, schema, data)
    except MigrationError as error:
        if instance.storage.was_away(error):
            raise  # that says nothing of the migrations
        return TablesChange(faults=(Fault("migrations-unfit", str(error), where, error.hint or ""),))
    return TablesChange("migrate")


def told_of_version(instance: Instance, record: InstallationRecord, source: AppSource) -> Iterator[str]:
    """Yield what a person should know of a version before it comes: roles that come and go, and what is not said.

    Args:
        instance: The instance.
        record: The installation.
        source: The new version.
    """
    if not news_between(source.changes, record.version):
        yield "the new version does not say what it changes"
    try:
        old: Manifest | None = instance.discovered(record).manifest
    except SmartCityError:
        old = None
    if old is not None:
        new_roles = sorted({role.id for role in source.manifest.roles} - {role.id for role in old.roles})
        gone_roles = sorted({role.id for role in old.roles} - {role.id for role in source.manifest.roles})
        if new_roles:
            yield f"new roles nobody has yet: {', '.join(new_roles)}; give them with `smartcity user`"
        if gone_roles:
            yield f"roles that are gone: {', '.join(gone_roles)}"
    if source.code.location is None:
        yield "the environment holds the new version already: undoing brings the data back, pip the old version"


def room_refusals(instance: Instance, record: InstallationRecord) -> tuple[Fault, ...]:
    """Return the refusal of a disk that has no room for what an upgrade copies; nothing where it has."""
    layout = instance.layout
    database = layout.database(record.region, record.app)
    files = layout.files(record.region, record.app)
    # The data once for the copy and once for what the migrations write before they commit.
    need = 2 * _size(database) + _SPARE_BYTES
    need += sum(_size(Path(folder, name)) for folder, _, names in os.walk(files) for name in names)
    free = shutil.disk_usage(instance.folder).free
    if free >= need:
        return ()
    message = f"The upgrade needs {need >> 20} MiB, and {free >> 20} MiB are free"
    return (Fault("disk-too-full", message, Location(str(instance.folder)), "Make room on this disk, then try again."),)


def _size(path: Path) -> int:
    """Return the bytes of a file; 0 where it is gone: an app may delete its files at any time."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
