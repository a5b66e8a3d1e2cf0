"""A real installation of the app for tests: tables made by the migrations, a real profile, real files, a clock that stands."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import attrs
import pytest
from PIL import Image
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from smartcity_complaints.draft import Draft
from smartcity_complaints.filing import Filed, file_report, new_key
from smartcity_complaints.handling import Order, act
from smartcity_complaints.plugin import asgi_app, provision
from smartcity_complaints.records import Report
from smartcity_complaints.settings import ComplaintsSettings
from smartcity_complaints.workflow import Action
from smartcity_share import Actor, Installation, RegionFacts
from smartcity_share.hooks.installation import VISITOR
from smartcity_share.install.storage.files import LocalFileStore
from smartcity_share.install.storage.sqlite import SqliteDatabase
from smartcity_share.install.storage.template import migrate
from smartcity_share.manifest.access import permissions_of
from smartcity_share.manifest.model import Manifest
from smartcity_share.manifest.read import read_manifest
from smartcity_share.regions.profile import read_profile
from smartcity_share.toolkit.shell import Shell

ROOT = Path(__file__).parents[3]
ADDRESS = "/71.08/complaints"
APP: ASGIApp = asgi_app()
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""A Monday morning in every Indonesian time zone."""


@attrs.define
class Clock:
    """A clock that stands until it is moved."""

    moment: datetime = START

    def __call__(self) -> datetime:
        return self.moment

    def move(self, **span: float) -> None:
        self.moment += timedelta(**span)


@attrs.frozen
class RememberedAudit:
    """An audit trail that keeps its entries in a list."""

    entries: list[tuple[str | None, str, str, dict[str, Any]]] = attrs.field(factory=list)

    def record(self, actor: Actor, action: str, subject: str, detail: Mapping[str, Any] | None = None) -> None:
        self.entries.append((actor.account, action, subject, dict(detail or {})))


@pytest.fixture(scope="session")
def manifest() -> Manifest:
    from smartcity_share.documents.toml import TomlDocument

    return read_manifest(TomlDocument.read(Path(str(files("smartcity_complaints") / "smartcity.toml"))))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def audit() -> RememberedAudit:
    return RememberedAudit()


Installer = Callable[..., Installation]


@pytest.fixture
def install(tmp_path: Path, manifest: Manifest, clock: Clock, audit: RememberedAudit) -> Iterator[Installer]:
    """Make installations: ``install("71.08", public_list=False)``."""
    databases: list[SqliteDatabase] = []

    def make(region: str = "71.08", **settings: Any) -> Installation:
        folder = tmp_path / f"{region}-{len(databases)}"
        folder.mkdir()
        database = SqliteDatabase(folder / "data.sqlite", durability="NORMAL", must_exist=False)
        databases.append(database)
        with database.begin() as connection:
            migrate(connection, "smartcity_complaints:migrations")
        profile = read_profile(ROOT / "examples" / "regions" / region / "profile.toml")
        made = Installation(
            app="complaints",
            version="0.1.0",
            region=RegionFacts(profile, manifest.region_uses),
            settings=ComplaintsSettings(**settings),
            database=database,
            files=LocalFileStore(folder / "files"),
            audit=audit,
            now=clock,
        )
        provision(made)
        return made

    yield make
    for database in databases:
        database.close()


@pytest.fixture
def installation(install: Installer) -> Installation:
    return install()


@pytest.fixture
def official(manifest: Manifest) -> Callable[..., Actor]:
    """Make officials: ``official("office-officer", office="dinas-lh")``."""

    def make(role: str = "coordinator", office: str | None = None) -> Actor:
        return Actor(
            account=f"{role}-{office or 'all'}",
            name=f"Contoh {role}",
            roles=frozenset({role}),
            permissions=permissions_of(manifest, [role]),
            office=office,
        )

    return make


@pytest.fixture
def draft() -> Callable[..., Draft]:
    """Make drafts that can be filed: ``draft(kind="road")``."""

    def make(**changes: Any) -> Draft:
        text = "Sampah menumpuk di depan pasar sejak tiga hari."
        return attrs.evolve(Draft(kind="waste", text=text, place="Depan pasar", consent=True), **changes)

    return make


@pytest.fixture
def file(installation: Installation, draft: Callable[..., Draft]) -> Callable[..., Filed]:
    """File reports in ``installation``: ``file(confidential=True).number``."""

    def make(**changes: Any) -> Filed:
        return file_report(installation, draft(**changes), key=new_key())

    return make


@pytest.fixture
def do(installation: Installation, official: Callable[..., Actor]) -> Callable[..., Report]:
    """Take steps as the coordinator, or as somebody else: ``do(number, Action.VERIFY, publish=True)``."""

    def make(number: str, action: Action, *, by: Actor | None = None, **order: Any) -> Report:
        return act(installation, by or official(), number, Order(action, **order))

    return make


@pytest.fixture
def jpeg() -> Callable[..., bytes]:
    """Make photos as a phone does, with a place hidden in them: ``jpeg(800, 600)``."""

    def make(width: int = 640, height: int = 480, *, rotated: bool = False) -> bytes:
        image = Image.new("RGB", (width, height), "#3a7")
        image.paste("#b33", (0, 0, width // 2, height // 2))
        exif = Image.Exif()
        exif[0x010F] = "KAMERA-RAHASIA"
        if rotated:
            exif[0x0112] = 6
        exif.get_ifd(0x8825)[1] = "S"
        target = io.BytesIO()
        image.save(target, "JPEG", exif=exif)
        return target.getvalue()

    return make


@attrs.frozen
class Host:
    """Sets what the host sets, and nothing more."""

    installation: Installation
    actor: Actor
    language: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            region = self.installation.region
            shell = Shell(
                region_code=region.code,
                region_name="Kabupaten Contoh",
                government="Pemerintah Kabupaten Contoh",
                home_url="/71.08/",
                static_url="/71.08/_/static/",
                language=self.language,
                time_zone=region.time_zone,
            )
            scope = {
                **scope,
                "root_path": ADDRESS,
                "smartcity.installation": self.installation,
                "smartcity.actor": self.actor,
                "smartcity.shell": shell,
            }
        await APP(scope, receive, send)


@attrs.frozen
class Browser:
    """A client that begins every address with where the host has put the app."""

    client: TestClient

    def get(self, path: str, **options: object) -> object:
        return self.client.get(ADDRESS + path, **options)  # type: ignore[arg-type]

    def post(self, path: str, data: dict[str, str] | None = None, **options: object) -> object:
        return self.client.post(ADDRESS + path, data=data, follow_redirects=False, **options)  # type: ignore[arg-type]


@pytest.fixture
def browse(installation: Installation) -> Callable[..., Browser]:
    """Open browsers: ``browse(official("verifier"), language="en")``."""

    def make(actor: Actor = VISITOR, *, language: str = "id", of: Installation | None = None) -> Browser:
        return Browser(TestClient(Host(of or installation, actor, language)))

    return make
