"""An instance, and an app that uses everything an install prepares."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance
from smartcity_share.install.layout import Layout
from smartcity_share.install.storage.database_url import parsed_url
from smartcity_share.install.storage.port import Storage
from smartcity_share.install.storage.postgres_storage import PostgresStorage
from smartcity_share.install.storage.sqlite_storage import SqliteStorage
from tests.apps.factory import AppFactory, forget_imports, forgetting_imports
from tests.kept import Brought, Kept
from tests.postgresql import memory_folder

if TYPE_CHECKING:
    from tests.install.killing import Scene
    from tests.install.operations import Operation

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
REGION = "71.08"
OTHER = "13.10"

PARKS = '''\
"""An app with settings, a secret, a table, files and every hook an operation calls."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select

from smartcity_share import DatabaseSchema, Health, HealthState, Settings, hookimpl, setting

metadata = MetaData()
park = Table("park", metadata, Column("id", Integer, primary_key=True), Column("name", String(80)), Column("note", String))


class ParkSettings(Settings):
    public_name: str = setting(title={"id": "Nama", "en": "Name"}, min_length=3, example="Taman Kota")
    opening_hour: int = setting(7, title={"id": "Jam buka", "en": "Opening hour"}, ge=0, le=23)
    tags: tuple[str, ...] = setting((), title={"id": "Label", "en": "Tags"})
    texts: dict[str, str] = setting({"id": "Selamat datang"}, title={"id": "Teks", "en": "Texts"})
    sender: str = setting("", title={"id": "Pengirim", "en": "Sender"}, scope="region")
    token: SecretStr | None = setting(None, title={"id": "Token", "en": "Token"})


@hookimpl
def settings_model():
    return ParkSettings


@hookimpl
def database_schema():
    return DatabaseSchema(metadata)


@hookimpl
def provision(installation):
    with installation.database.begin() as connection:
        if connection.execute(select(park)).first() is None:
            connection.execute(insert(park).values(name="first", note=None))
    installation.files.write("map/first.txt", b"a map")
    if installation.settings.public_name == "explode":
        raise RuntimeError("provision exploded")


def describe(installation):
    return f"{installation.region.name}: {', '.join(installation.region.languages)}"


@hookimpl
def check_health(installation):
    if installation.settings.public_name == "sick":
        return Health(HealthState.FAILED, "the park is closed", "Open it.")
    if installation.settings.public_name == "leaky":
        raise RuntimeError(f"cannot use {installation.settings.token.get_secret_value()}")
    return Health()


@hookimpl
def export_data(installation, target: Path):
    with installation.database.engine.connect() as connection:
        rows = [dict(row) for row in connection.execute(select(park)).mappings()]
    (target / "parks.json").write_text(json.dumps(rows), encoding="utf-8")


@hookimpl
def import_data(installation, source: Path):
    rows = json.loads((source / "parks.json").read_text(encoding="utf-8"))
    with installation.database.begin() as connection:
        for row in rows:
            if connection.execute(select(park).where(park.c.id == row["id"])).first() is None:
                connection.execute(insert(park).values(row))


@hookimpl
def deprovision(installation):
    if installation.settings.public_name == "clingy":
        raise RuntimeError("deprovision exploded")
'''

MANIFEST: dict[str, Any] = {
    "needs": {"database": True, "files": True},
    "region_uses": ["name", "languages"],
    "page": None,
    "data": [
        {
            "id": "parks",
            "title": {"id": "Taman", "en": "Parks"},
            "fields": [{"name": "name", "class": "public"}, {"name": "note", "class": "internal"}],
        }
    ],
}


@pytest.fixture
def actor() -> Actor:
    """The official who asks for operations."""
    return Actor(account="system:tests", name="IT officer")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """Where an instance keeps its data, for ``init --database``: every test that asks for one runs on both."""
    return "sqlite" if request.param == "sqlite" else str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def instance(tmp_path: Path, engine: str, kept: Kept) -> Iterator[Instance]:
    """An instance for two regions, at a fixed moment."""
    folder = tmp_path / "instance"

    def make() -> None:
        Instance.create(folder, [REGION, OTHER], now=lambda: NOW, database=engine).close()

    kept.bring(folder, engine, "empty", make)
    made = Instance.open(folder, now=lambda: NOW)
    yield made
    made.close()


@pytest.fixture
def brought(instance: Instance, engine: str, kept: Kept, app_factory: AppFactory) -> Brought:
    """Brings the instance to a state that the first test makes and all others copy; nothing of an app is imported then."""

    def bring(name: str, make: Callable[[Instance], object]) -> Instance:
        def in_another_process() -> None:
            with new_process(instance) as own:
                make(own)

        instance.close()
        kept.bring(instance.folder, engine, name, in_another_process)
        return instance

    return bring


@pytest.fixture(scope="session")
def built_parks_wheel(shared_app_factory: AppFactory) -> Path:
    """The wheel of the app above, built once."""
    return shared_app_factory.wheel("parks", plugin=PARKS, manifest=MANIFEST)


@pytest.fixture
def parks_wheel(built_parks_wheel: Path, app_factory: AppFactory) -> Path:
    """The same; what a test imported of it is forgotten when the test ends."""
    return built_parks_wheel


def tree(folder: Path, *, without: tuple[str, ...] = ("ledger.sqlite", "accounts.sqlite", "__pycache__")) -> dict[str, bytes]:
    """Return every file below a folder with its bytes, and every folder with none; the journals are left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
        if not any(part.startswith(without) for part in path.relative_to(folder).parts)
    }


@pytest.fixture
def storage(tmp_path: Path, engine: str) -> Iterator[Storage]:
    """The storage of an instance, empty."""
    layout = Layout(tmp_path / "storage")
    layout.folder.mkdir()
    made = SqliteStorage(layout) if engine == "sqlite" else PostgresStorage(parsed_url(engine))
    made.create()
    yield made
    made.close()


@pytest.fixture(scope="session")
def scene_of(request: pytest.FixtureRequest, shared_app_factory: AppFactory) -> Iterator[Callable[[Operation, str], Scene]]:
    """The scene of an operation on an engine; made once. See ``killing.py``."""
    made: dict[tuple[str, str], Scene] = {}

    def scene(operation: Operation, engine: str) -> Scene:
        from tests.install.killing import Scene

        key = (operation.name, engine)
        if key not in made:
            server = request.getfixturevalue("postgresql") if engine == "postgresql" else None
            made[key] = Scene(operation, Path(home) / f"{operation.name}-{engine}", shared_app_factory, server)
        return made[key]

    with tempfile.TemporaryDirectory(prefix="smartcity-scenes-", dir=memory_folder()) as home:
        yield scene


@contextmanager
def new_process(instance: Instance) -> Iterator[Instance]:
    """What another process would see: the same instance, nothing imported."""
    forget_imports()
    with forgetting_imports():
        opened = Instance.open(instance.folder, now=instance.now)
        yield opened
        opened.close()
