"""The tables of an app are made once, by its migrations where it has any, and copied for every region."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Column, Index, Integer, MetaData, String, Table

from smartcity_share import DatabaseSchema
from smartcity_share.install.storage.template import copy_template, is_sound, make_template, schema_digest

FIRST = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0001", None
def upgrade():
    op.create_table("park", sa.Column("id", sa.Integer, primary_key=True))
"""
SECOND = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0002", "0001"
def upgrade():
    with op.batch_alter_table("park") as table:
        table.add_column(sa.Column("name", sa.String, nullable=False, server_default=""))
    op.execute("CREATE TRIGGER no_change BEFORE UPDATE ON park BEGIN SELECT RAISE(ABORT, 'no'); END")
"""


def metadata(*, length: int = 80, index: bool = False) -> MetaData:
    found = MetaData()
    table = Table("park", found, Column("id", Integer, primary_key=True), Column("name", String(length)))
    if index:
        Index("ix_park_name", table.c.name)
    return found


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with two migrations and no env.py."""
    folder = tmp_path / "smartcity_test_migrating"
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (versions / "0001_first.py").write_text(FIRST)
    (versions / "0002_second.py").write_text(SECOND)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, folder.name, raising=False)
    return folder


def objects(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM sqlite_master ORDER BY name")]


def test_a_template_without_migrations_is_made_from_the_tables(tmp_path: Path) -> None:
    make_template(tmp_path / "t.sqlite", DatabaseSchema(metadata(index=True)), data_epoch=3)
    assert objects(tmp_path / "t.sqlite") == ["ix_park_name", "park"]
    with closing(sqlite3.connect(tmp_path / "t.sqlite")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (3,)


def test_a_template_with_migrations_is_made_by_running_all_of_them(tmp_path: Path, package: Path) -> None:
    make_template(tmp_path / "t.sqlite", DatabaseSchema(metadata(), f"{package.name}:migrations"), data_epoch=1)
    assert {"alembic_version", "no_change", "park"} <= set(objects(tmp_path / "t.sqlite"))
    with closing(sqlite3.connect(tmp_path / "t.sqlite")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0002",)]
        assert [row[1] for row in connection.execute("PRAGMA table_info(park)")] == ["id", "name"]


def test_a_failing_migration_leaves_no_template(tmp_path: Path, package: Path) -> None:
    (package / "migrations" / "versions" / "0002_second.py").write_text(SECOND + "    raise RuntimeError('half-way')\n")
    (tmp_path / "templates").mkdir()
    with pytest.raises(RuntimeError, match="half-way"):
        make_template(tmp_path / "templates" / "t.sqlite", DatabaseSchema(metadata(), f"{package.name}:migrations"), 1)
    assert list((tmp_path / "templates").iterdir()) == []


def test_the_digest_changes_with_tables_indexes_and_migrations(package: Path) -> None:
    migrating = DatabaseSchema(metadata(), f"{package.name}:migrations")
    digests = [
        schema_digest(DatabaseSchema(metadata())),
        schema_digest(DatabaseSchema(metadata(length=81))),
        schema_digest(DatabaseSchema(metadata(index=True))),
        schema_digest(migrating),
    ]
    assert schema_digest(DatabaseSchema(metadata())) == digests[0]
    (package / "migrations" / "versions" / "0002_second.py").write_text(SECOND + "# another\n")
    digests.append(schema_digest(migrating))
    assert len(set(digests)) == 5


def test_a_copy_is_whole_and_a_damaged_template_is_known(tmp_path: Path) -> None:
    template = tmp_path / "t.sqlite"
    make_template(template, DatabaseSchema(metadata()), data_epoch=1)
    copy_template(template, tmp_path / "region" / "data.sqlite")
    assert (tmp_path / "region" / "data.sqlite").read_bytes() == template.read_bytes()
    assert [path.name for path in (tmp_path / "region").iterdir()] == ["data.sqlite"]
    assert is_sound(template)
    template.write_bytes(b"y" * 5000)
    assert not is_sound(template)
