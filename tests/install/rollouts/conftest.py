"""The two versions of an app that rollouts bring."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.apps.factory import AppFactory
from tests.apps.gardens import gardens_one, gardens_two


@pytest.fixture(scope="session")
def one(shared_app_factory: AppFactory) -> Path:
    """What is installed."""
    return gardens_one(shared_app_factory)


@pytest.fixture(scope="session")
def two(shared_app_factory: AppFactory) -> Path:
    """What is rolled out."""
    return gardens_two(shared_app_factory)
