"""Catalogues of the tests, and the wheels that go into them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.apps.factory import AppFactory
from tests.catalogue.made import Made, make

CITY = "73.71"
"""The origin of the apps of the factory."""


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """An empty catalogue, published."""
    return make(tmp_path / "katalog")


@pytest.fixture
def city(made: Made) -> Made:
    """A catalogue with one origin that lists nothing yet."""
    made.add_origin(CITY)
    return made


@pytest.fixture
def listed(city: Made, parks: Path) -> Made:
    """A catalogue with one release, published."""
    city.add(parks)
    city.publish()
    return city


@pytest.fixture(scope="session")
def parks(shared_app_factory: AppFactory) -> Path:
    """The wheel of an app; no test changes it."""
    return shared_app_factory.wheel("parks", version="1.0.0", package="smartcity_test_parks_of_a_catalogue")


@pytest.fixture(scope="session")
def newer_parks(shared_app_factory: AppFactory) -> Path:
    """The next version of it."""
    return shared_app_factory.wheel("parks", version="1.1.0", package="smartcity_test_parks_of_a_catalogue")
