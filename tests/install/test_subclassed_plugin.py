"""An app whose plugin is a subclass of another app's has tables and data of its own, whether that one is in use or not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from smartcity_share.errors import RefusedError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, install_app, open_installation, remove_app
from tests.apps.factory import AppFactory
from tests.apps.gardens import FIRST
from tests.install.conftest import REGION

PARENT = """\
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select

from smartcity_share import DatabaseSchema, hookimpl

metadata = MetaData()
garden = Table("garden", metadata, Column("id", Integer, primary_key=True), Column("name", String(80)))


class Gardens:
    names = ("Rose",)

    @hookimpl
    def database_schema(self):
        return DatabaseSchema(metadata, "smartcity_test_base_gardens:migrations")

    @hookimpl
    def provision(self, installation):
        with installation.database.begin() as connection:
            if connection.execute(select(garden)).first() is None:
                connection.execute(insert(garden), [{"name": name} for name in self.names])


plugin = Gardens()
"""
CHILD = """\
from smartcity_test_base_gardens.plugin import Gardens


class CityGardens(Gardens):
    names = ("Melati", "Anggrek")


plugin = CityGardens()
"""
MANIFEST = {"needs": {"database": True}, "page": []}
BASE = "smartcity_test_base_gardens"
OWN = "smartcity_test_city_gardens"


@pytest.fixture
def engine() -> str:
    """Which code is run is the same wherever the data lie."""
    return "sqlite"


@pytest.fixture(scope="session")
def parent(shared_app_factory: AppFactory) -> Path:
    files = {"migrations/versions/0001_first.py": FIRST}
    return written(shared_app_factory, "base-gardens", PARENT, BASE, files=files)


@pytest.fixture(scope="session")
def child(shared_app_factory: AppFactory) -> Path:
    return written(shared_app_factory, "city-gardens", CHILD, OWN, dependencies=["smartcity-test-base-gardens"])


def written(factory: AppFactory, app: str, plugin: str, package: str, **options: Any) -> Path:
    entry_point = f"{package}.plugin:plugin"
    return factory.wheel(app, plugin=plugin, manifest=MANIFEST, package=package, entry_point=entry_point, **options)


def gardens_of(instance: Instance, app: str) -> list[str]:
    with open_installation(instance, REGION, app).database.engine.connect() as connection:
        return [str(name) for (name,) in connection.execute(text("SELECT name FROM garden ORDER BY id"))]


def test_plugin_subclassing_another_gets_tables_by_the_migrations_it_inherits(
    instance: Instance, parent: Path, child: Path, app_factory: AppFactory, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other app is there as a package pip installed, and is no app of the region."""
    monkeypatch.syspath_prepend(app_factory.unpack(parent))
    install_app(instance, REGION, child, actor=actor)
    assert instance.data(REGION, "city-gardens").revisions() == {"0001"}
    assert gardens_of(instance, "city-gardens") == ["Melati", "Anggrek"]
    assert [one.app for one in instance.ledger.installations()] == ["city-gardens"]
    install_app(instance, REGION, app="base-gardens", actor=actor)
    assert gardens_of(instance, "base-gardens") == ["Rose"]
    remove_app(instance, REGION, "base-gardens", export=None, without_export=True, actor=actor)
    assert gardens_of(instance, "city-gardens") == ["Melati", "Anggrek"]


def test_plugin_subclassing_another_that_is_not_there_is_refused(instance: Instance, child: Path, actor: Actor) -> None:
    with pytest.raises(RefusedError, match="nothing was changed") as caught:
        install_app(instance, REGION, child, actor=actor)
    (fault,) = caught.value.faults
    assert fault.message.startswith("It needs smartcity-test-base-gardens, which is not installed")
    assert instance.ledger.installations() == ()
