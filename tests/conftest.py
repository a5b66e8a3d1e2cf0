"""Fixtures of every stage: real apps, written and built while the tests run."""

from __future__ import annotations

import gc
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.apps.broken import build_broken
from tests.apps.factory import AppFactory, forgetting_imports
from tests.compiled import share_what_is_compiled
from tests.kept import Kept
from tests.postgresql import MISSING, Server, programs, running_server
from tests.small_disk import mounted

LONGEST = (
    "tests/install/test_killed_at_every_step.py",
    "tests/browser/test_every_page.py",
    "tests/install/test_dropped_connection.py",
    "tests/install/test_full_disk.py",
    "tests/browser/",
    "tests/install/rollouts/",
    "tests/isolation/",
    "tests/meta/test_imports.py",
    "tests/scaffold/",
    "tests/docs/",
    "tests/install/",
    "tests/host/",
    "tests/console/",
    "tests/cli/",
)
"""What takes longest begins first, so that at the end no processor waits for one that has a long file left."""


share_what_is_compiled()
gc.set_threshold(50_000, 20, 100)  # going through half a million objects again and again took a tenth of the processor time


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--shuffle SEED``: no test may depend on those before it, and this is how one that does is found."""
    parser.addoption("--shuffle", metavar="SEED", help="run the tests in the order this seed gives")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the tests in the order that was asked for; the same seed gives the same order, in every process of xdist."""
    items.sort(key=lambda item: next((n for n, place in enumerate(LONGEST) if item.nodeid.startswith(place)), len(LONGEST)))
    seed = config.getoption("--shuffle")
    if seed is not None:
        random.Random(seed).shuffle(items)  # noqa: S311 - an order, no secret


def pytest_collection_finish() -> None:
    """Leave out of every later collection what is there before the first test: it stays to the end."""
    gc.freeze()


@pytest.fixture(autouse=True)
def _forgetting_imports() -> Iterator[None]:
    """Keep what a test imports to itself.

    Every test has it, so that it begins before, and ends after, ``monkeypatch``: that puts back the import path as it was at
    the first change, with any code folder that was on it by then.
    """
    with forgetting_imports():
        yield


@pytest.fixture
def app_factory(tmp_path: Path) -> AppFactory:
    """Small real apps for one test; see ``tests/apps/factory.py``."""
    return AppFactory(tmp_path / "apps")


@pytest.fixture(scope="session")
def shared_app_factory(tmp_path_factory: pytest.TempPathFactory) -> AppFactory:
    """The same for wheels that several tests read and none changes."""
    return AppFactory(tmp_path_factory.mktemp("apps"))


@pytest.fixture(scope="session")
def broken_wheels(shared_app_factory: AppFactory) -> dict[str, Path]:
    """Wheels of apps that are broken, each in one way, and of a healthy one; see ``tests/apps/broken.py``."""
    return build_broken(shared_app_factory)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server; see ``tests/postgresql.py``."""
    place = programs()
    if place is None:
        pytest.skip(MISSING)
    with running_server(place) as server:
        yield server


@pytest.fixture(scope="session")
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """States of instances that many tests begin with; see ``kept.py``."""
    return Kept(tmp_path_factory.mktemp("kept"), lambda: request.getfixturevalue("postgresql"))


@pytest.fixture
def postgresql_url(postgresql: Server) -> Iterator[str]:
    """The URL of an empty database of its own."""
    with postgresql.database() as url:
        yield url


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB; see ``tests/small_disk.py``."""
    with mounted(tmp_path / "disk") as place:
        yield place
