"""One small app in several versions: tables with migrations, settings that are renamed, files, parts a region may change."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tests.apps.factory import AppFactory, merged

PACKAGE: Final = "smartcity_test_gardens"
"""The package of every version: one process runs one of them."""

_COMMON: Final = """\
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select

from smartcity_share import DatabaseSchema, Health, HealthState, Settings, hookimpl, setting

metadata = MetaData()


def named(key):
    return {"id": key, "en": key}


@hookimpl
def settings_model():
    return Own


@hookimpl
def database_schema():
    return DatabaseSchema(metadata, "smartcity_test_gardens:migrations")


@hookimpl
def check_health(installation):
    name = getattr(installation.settings, "title", None) or getattr(installation.settings, "public_name", "")
    if name == "sick":
        return Health(HealthState.FAILED, "the gardens are closed", "Open them.")
    with installation.database.engine.connect() as connection:
        connection.execute(select(garden)).all()
    return Health()
"""

ONE: Final = (
    _COMMON
    + """

garden = Table("garden", metadata, Column("id", Integer, primary_key=True), Column("name", String(80)))


class Own(Settings):
    public_name: str = setting(title=named("name"))
    opening_hour: int = setting(7, title=named("hour"))
    note: str = setting("", title=named("note"))
    sender: str = setting("", title=named("sender"), scope="region")
    token: SecretStr | None = setting(None, title=named("token"))


@hookimpl
def provision(installation):
    with installation.database.begin() as connection:
        if connection.execute(select(garden)).first() is None:
            connection.execute(insert(garden), [{"name": "Rose"}, {"name": "Melati"}])
    installation.files.write("photos/rose.txt", b"a rose")
"""
)

TWO: Final = (
    _COMMON
    + """

garden = Table(
    "garden", metadata, Column("id", Integer, primary_key=True), Column("name", String(80)), Column("area", Integer)
)


class Own(Settings):
    title: str = setting(title=named("title"), renamed_from="public_name")
    opening_minute: int = setting(420, title=named("minute"))
    sender: str = setting("", title=named("sender"), scope="region")
    api_key: SecretStr | None = setting(None, title=named("key"), renamed_from="token")
    contact: str = setting(title=named("contact"))


@hookimpl
def migrate_settings(values, from_version):
    assert from_version.startswith("1."), from_version
    values = dict(values)
    if "opening_hour" in values:
        values["opening_minute"] = 60 * values.pop("opening_hour")
    return values


@hookimpl
def after_upgrade(installation, from_version):
    if installation.settings.title == "explode":
        installation.files.write("photos/rose.txt", b"half changed")
        with installation.database.begin() as connection:
            connection.execute(garden.delete())
        raise RuntimeError("after_upgrade exploded")
    installation.files.write("index.txt", from_version.encode())
    installation.files.delete("photos/rose.txt")
"""
)

FIRST: Final = """\
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("garden", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(80)))
"""

SECOND: Final = """\
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.add_column("garden", sa.Column("area", sa.Integer))
    op.execute("UPDATE garden SET area = 10")
"""

KINDS: Final = '[road]\ndays = 3\ntitle = "Road"\n'
PAGE: Final = "<h1>Gardens</h1>\n<p>Welcome</p>\n<hr>\n<p>Here they are</p>\n<hr>\n<p>Bye</p>\n"

MANIFEST: Final[dict[str, Any]] = {"needs": {"database": True, "files": True}, "region_uses": ["name", "languages"]}


def gardens_one(factory: AppFactory, version: str = "1.0.0", **options: Any) -> Path:
    """Build the wheel of the first version."""
    return _wheel(factory, version, ONE, {"migrations/versions/0001_first.py": FIRST}, **options)


def gardens_two(factory: AppFactory, version: str = "2.0.0", **options: Any) -> Path:
    """Build the wheel of the second version: another epoch, a new column, renamed and removed settings."""
    manifest = merged({"lifecycle": {"data_epoch": 2}}, options.pop("manifest", {}))
    files = {"migrations/versions/0001_first.py": FIRST, "migrations/versions/0002_second.py": SECOND}
    return _wheel(factory, version, TWO, files, manifest=manifest, **options)


def _wheel(
    factory: AppFactory,
    version: str,
    plugin: str,
    files: Mapping[str, str],
    *,
    manifest: Mapping[str, Any] | None = None,
    more: Mapping[str, str] | None = None,
    change: tuple[str, str] = ("", ""),
    **options: Any,
) -> Path:
    """Build a wheel.

    Args:
        factory: Builds it.
        version: Its version.
        plugin: Source of its module.
        files: Its migrations.
        manifest: Changes of the manifest.
        more: More files, or other ones; None in place of a text leaves one out.
        change: A text of the module and what stands in its place.
        options: What :meth:`AppFactory.wheel` takes.
    """
    parts = {"templates/front.html": PAGE, "regional/kinds.toml": KINDS, **files, **(more or {})}
    return factory.wheel(
        "gardens",
        plugin=plugin.replace(*change) if change[0] else plugin,
        manifest=merged(MANIFEST, manifest or {}),
        version=version,
        package=PACKAGE,
        files={name: text for name, text in parts.items() if text is not None},
        **options,
    )
