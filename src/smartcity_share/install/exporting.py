"""Writing the export of one installation, whole or not at all."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from smartcity_share.durable import sync_folder
from smartcity_share.errors import SystemRefusedError
from smartcity_share.install.export import LIST_FILE, export_files, export_settings, export_tables, write_list
from smartcity_share.install.layout import REGION_SCOPE

if TYPE_CHECKING:
    from smartcity_share.hooks.installation import Installation
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.records import InstallationRecord


def write_export(
    instance: Instance, record: InstallationRecord, installation: Installation | None, target: Path, operation: str
) -> None:
    """Write everything a region owns in an app to a folder: made beside, then renamed.

    Args:
        instance: The instance.
        record: The record of the installation.
        installation: The installation, for what the app writes itself; None where the app cannot be loaded.
        target: The folder; it must not exist, or be empty.
        operation: Id of the operation, kept in the list.

    Raises:
        SystemRefusedError: The folder holds something.
        SmartCityError: What the app raised.
    """
    refuse_filled(target)
    beside = folder_beside(target, operation)
    if beside.exists():
        shutil.rmtree(beside)
    target.parent.mkdir(parents=True, exist_ok=True)
    beside.mkdir()
    try:
        (beside / "app").mkdir()
        if installation is not None:
            instance.registry_of(record).export_data(record.app, installation, beside / "app")
        layout, ledger = instance.layout, instance.ledger
        data = instance.data(record.region, record.app)
        rows = export_tables(data, beside / "tables") if data.exists() else {}
        export_files(layout.files(record.region, record.app), beside / "files")
        settings = (*ledger.settings(record.region, record.app), *ledger.settings(record.region, REGION_SCOPE))
        export_settings(settings, beside / "settings.json")
        overrides = layout.overrides(record.region, record.app)
        if overrides.is_file():
            shutil.copyfile(overrides, beside / "overrides.json")
        facts = {
            "operation": operation,
            "region": record.region,
            "app": record.app,
            "version": record.version,
            "distribution": record.distribution,
            "data_epoch": record.data_epoch,
            "rows": rows,
        }
        write_list(beside, facts, instance.now())
        beside.rename(target)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    sync_folder(target.parent)


def drop_export(target: Path, operation: str) -> None:
    """Remove what :func:`write_export` made for an operation, and nothing anybody else made."""
    shutil.rmtree(folder_beside(target, operation), ignore_errors=True)
    if operation_of(target) == operation:
        shutil.rmtree(target)


def operation_of(target: Path) -> str | None:
    """Return the operation an export was made for, None where the folder holds no whole export."""
    try:
        found = json.loads((target / LIST_FILE).read_text(encoding="utf-8")).get("operation")
    except (OSError, ValueError, AttributeError):
        return None
    return found if isinstance(found, str) else None


def refuse_filled(target: Path) -> None:
    """Refuse a folder that holds something.

    Raises:
        SystemRefusedError: It does, or it is a file.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise SystemRefusedError(f"{target} is not an empty folder", hint="Name a folder that does not exist yet.")


def folder_beside(target: Path, operation: str) -> Path:
    """Return the folder an export is written to before it is whole."""
    return target.with_name(f".{target.name}.{operation}")
