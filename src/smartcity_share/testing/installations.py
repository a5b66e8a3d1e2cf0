"""One installation without an instance: real tables and files in a folder, everything around them in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smartcity_share.hooks.installation import Installation
from smartcity_share.install.storage.files import LocalFileStore
from smartcity_share.install.storage.sqlite import SqliteDatabase
from smartcity_share.install.storage.template import copy_template, make_template
from smartcity_share.testing.doubles import Clock, RememberedAudit

if TYPE_CHECKING:
    from smartcity_share.hooks.installation import AuditTrail, Messenger
    from smartcity_share.hooks.region_facts import RegionFacts
    from smartcity_share.testing.subject import AppUnderTest


def make_installation(
    app: AppUnderTest,
    region: RegionFacts,
    folder: Path,
    *,
    settings: Mapping[str, Any] | None = None,
    now: Callable[[], datetime] | None = None,
    audit: AuditTrail | None = None,
    messages: Messenger | None = None,
) -> Installation:
    """Make an installation of an app in a folder, or open the one that is there.

    The tables are those of the app's migrations, and ``provision`` has run. Close it with :func:`close_installation`.

    Args:
        app: The app.
        region: The region; the app is handed the facts that its manifest declares.
        folder: Where the data lie; another process may open them too.
        settings: Value by key; anything left out has its default.
        now: The clock; one that stands if not given.
        audit: The audit trail; one in memory if not given.
        messages: The way out for notices; none if not given.

    Raises:
        pydantic.ValidationError: A setting is wrong, or a required one is missing.
        SmartCityError: A hook of the app failed.
    """
    path = folder / "data.sqlite"
    is_new = not path.exists()
    if is_new:
        folder.mkdir(parents=True, exist_ok=True)
        _make_tables(app, path)
    made = Installation(
        app=app.id,
        version=app.version,
        region=region.narrowed(app.manifest.region_uses),
        settings=app.settings(settings),
        database=SqliteDatabase(path, durability="NORMAL"),
        files=LocalFileStore(folder / "files"),
        audit=RememberedAudit() if audit is None else audit,
        now=now or Clock(),
        messages=messages,
    )
    if is_new:
        app.registry.provision(app.id, made)
    return made


def close_installation(installation: Installation) -> None:
    """Close the database of an installation that :func:`make_installation` made."""
    if isinstance(installation.database, SqliteDatabase):
        installation.database.close()


def _make_tables(app: AppUnderTest, path: Path) -> None:
    """Copy the database that was made once for all tests of this process; an app without tables gets an empty one."""
    from sqlalchemy import MetaData

    from smartcity_share.hooks.values import DatabaseSchema

    template = Path(app.workplace.name) / "template.sqlite"
    if not template.exists():
        make_template(template, app.schema or DatabaseSchema(MetaData()), app.manifest.lifecycle.data_epoch)
    copy_template(template, path)
