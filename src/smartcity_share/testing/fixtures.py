"""The fixtures of app authors. A project gets them with ``smartcity_app = "."`` in its pytest settings.

Everything heavy is imported by the fixture that needs it. Override a fixture in ``conftest.py`` to change what the others build
on: ``app_settings`` for values an install needs, ``region_profiles`` for more regions, ``region`` for fewer.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from smartcity_share import Installation, RegionFacts
    from smartcity_share.testing import AppUnderTest, Client, Clock, Instance, PostOffice, RememberedAudit, Serving


@pytest.fixture(scope="session")
def app_project(request: pytest.FixtureRequest) -> Path:
    """The project folder of the app: what ``smartcity_app`` names in the pytest settings."""
    from smartcity_share.testing.pytest_plugin import SETTING, project_of

    project = project_of(request.config)
    if project is None:
        pytest.fail(f'Name the project of the app in the pytest settings: {SETTING} = "."', pytrace=False)
    return project


@pytest.fixture(scope="session")
def app(app_project: Path) -> AppUnderTest:
    """The app, loaded from its source."""
    from smartcity_share.testing import app_under_test

    with _told_in_words():
        return app_under_test(app_project)


@pytest.fixture(scope="session")
def app_settings() -> Mapping[str, Any]:
    """Values of the app's settings in ``instance`` and ``install``; none. Override it where an install needs some."""
    return {}


@pytest.fixture(scope="session")
def region_profiles() -> tuple[Path, ...]:
    """Folders with the profiles of the regions ``instance`` serves: the three unlike ones."""
    from smartcity_share.testing import UNLIKE_REGIONS

    return tuple(UNLIKE_REGIONS.values())


@pytest.fixture(scope="session")
def kota() -> RegionFacts:
    """A kota in WITA."""
    return _unlike("kota")


@pytest.fixture(scope="session")
def kabupaten() -> RegionFacts:
    """A kabupaten in WIT, headed by an acting regent, with words and offices of its own."""
    return _unlike("kabupaten")


@pytest.fixture(scope="session")
def provinsi() -> RegionFacts:
    """A province in WIB, with words and offices of its own."""
    return _unlike("provinsi")


@pytest.fixture(params=["kota", "kabupaten", "provinsi"])
def region(request: pytest.FixtureRequest) -> RegionFacts:
    """Each of the unlike regions in turn: a test that asks for it runs once in each."""
    found: RegionFacts = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def clock() -> Clock:
    """The clock of every installation of the test; it stands until it is moved."""
    from smartcity_share.testing import Clock

    return Clock()


@pytest.fixture(scope="session")
def _instance_folder(
    app: AppUnderTest,
    region_profiles: tuple[Path, ...],
    app_settings: Mapping[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """An instance with the app in every region, made once and copied for each test."""
    from smartcity_share.testing import Clock, make_instance

    folder = tmp_path_factory.mktemp("made") / "instance"
    with _told_in_words("Give the settings an install needs in the fixture `app_settings`." if not app_settings else ""):
        make_instance(app, folder, region_profiles, settings=app_settings, now=Clock()).close()
    return folder


@pytest.fixture
def instance(_instance_folder: Path, clock: Clock, tmp_path: Path) -> Iterator[Instance]:
    """An instance that has the app installed in every region of ``region_profiles``; each test has its own."""
    from smartcity_share.testing import Instance

    folder = tmp_path / "instance"
    shutil.copytree(_instance_folder, folder)
    opened = Instance.open(folder, now=clock)
    yield opened
    opened.close()


@pytest.fixture
def installation(instance: Instance, app: AppUnderTest, region: RegionFacts) -> Installation:
    """The app's installation in ``region``: what a request or a hook is handed."""
    from smartcity_share.install import open_installation

    return open_installation(instance, region.code, app.id)


@pytest.fixture
def serving(instance: Instance, app: AppUnderTest) -> Serving:
    """The host of ``instance``: ``serving.client(kota)``, ``serving.sign_in(kota, "officer")``."""
    from smartcity_share.testing import Serving

    return Serving(instance, app.id)


@pytest.fixture
def client(serving: Serving, region: RegionFacts) -> Client:
    """A visitor's browser on the app in ``region``, through the host."""
    return serving.client(region)


@pytest.fixture
def sign_in(serving: Serving, region: RegionFacts) -> Callable[..., Client]:
    """Sign officials in to ``region``: ``sign_in("officer", office="dlh")`` returns a browser."""

    def make(*roles: str, office: str | None = None, name: str = "Contoh Petugas") -> Client:
        return serving.sign_in(region, *roles, office=office, name=name)

    return make


@pytest.fixture
def audit() -> RememberedAudit:
    """The audit trail of what ``install`` makes, in memory."""
    from smartcity_share.testing import RememberedAudit

    return RememberedAudit()


@pytest.fixture
def post() -> PostOffice:
    """A post office for messages, in memory: ``install(kota, messages=post)``."""
    from smartcity_share.testing import PostOffice

    return PostOffice()


@pytest.fixture
def install(
    app: AppUnderTest, app_settings: Mapping[str, Any], clock: Clock, audit: RememberedAudit, tmp_path: Path
) -> Iterator[Callable[..., Installation]]:
    """Make installations without an instance, in milliseconds: ``install(kota, settings={"public_list": False})``."""
    from smartcity_share.testing import close_installation, make_installation

    made: list[Installation] = []

    def make(region: RegionFacts, *, settings: Mapping[str, Any] | None = None, **ports: Any) -> Installation:
        folder = tmp_path / "installations" / str(len(made))
        values = {**app_settings, **(settings or {})}
        given: dict[str, Any] = {"now": clock, "audit": audit, **ports}
        made.append(make_installation(app, region, folder, settings=values, **given))
        return made[-1]

    yield make
    for installation in made:
        close_installation(installation)


@contextmanager
def _told_in_words(more: str = "") -> Iterator[None]:
    """Fail with what the library says of a project that cannot be used, each fault on its line, and no traceback."""
    from smartcity_share.errors import SmartCityError

    try:
        yield
    except SmartCityError as error:
        faults = [f"{fault.where}: {fault.message}. {fault.mend}" for fault in getattr(error, "faults", ())]
        lines = [f"{error.code}: {error}", *faults, error.hint or "", more]
        pytest.fail("\n".join(line for line in lines if line), pytrace=False)


def _unlike(name: str) -> RegionFacts:
    from smartcity_share.testing import UNLIKE_REGIONS, region_at

    return region_at(UNLIKE_REGIONS[name])
