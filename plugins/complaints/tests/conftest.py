"""A real installation of the app for tests: tables made by the migrations, a real profile, real files, a clock that stands."""

from __future__ import annotations

import gc
import io
from collections.abc import Callable, Iterator
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
from smartcity_complaints.plugin import asgi_app
from smartcity_complaints.records import Report
from smartcity_complaints.workflow import Action
from smartcity_share import Actor, Installation
from smartcity_share.testing import (
    VISITOR,
    AppUnderTest,
    Clock,
    Manifest,
    RememberedAudit,
    app_under_test,
    close_installation,
    make_installation,
    region_at,
)
from smartcity_share.toolkit import Shell

PROJECT = Path(__file__).parents[1]
REGIONS = PROJECT.parents[1] / "examples" / "regions"
ADDRESS = "/71.08/complaints"
APP: ASGIApp = asgi_app()

gc.set_threshold(50_000, 20, 100)  # going through all objects again and again took a tenth of the processor time


def pytest_collection_finish() -> None:
    """Leave out of every later collection what is there before the first test: it stays to the end."""
    gc.freeze()


@pytest.fixture(scope="session")
def app() -> AppUnderTest:
    """The app, loaded from this project."""
    return app_under_test(PROJECT)


@pytest.fixture(scope="session")
def manifest(app: AppUnderTest) -> Manifest:
    return app.manifest


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def audit() -> RememberedAudit:
    return RememberedAudit()


Installer = Callable[..., Installation]


@pytest.fixture
def install(app: AppUnderTest, tmp_path: Path, clock: Clock, audit: RememberedAudit) -> Iterator[Installer]:
    """Make installations: ``install("71.08", public_list=False)``."""
    made: list[Installation] = []

    def make(region: str = "71.08", **settings: Any) -> Installation:
        folder = tmp_path / f"{region}-{len(made)}"
        there = region_at(REGIONS / region)
        made.append(make_installation(app, there, folder, settings=settings, now=clock, audit=audit))
        return made[-1]

    yield make
    for installation in made:
        close_installation(installation)


@pytest.fixture
def installation(install: Installer) -> Installation:
    return install()


@pytest.fixture
def official(app: AppUnderTest) -> Callable[..., Actor]:
    """Make officials: ``official("office-officer", office="dinas-lh")``."""

    def make(role: str = "coordinator", office: str | None = None) -> Actor:
        return app.official(role, office=office)

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
