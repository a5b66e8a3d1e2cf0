"""Fixtures of every stage: real apps, written and built while the tests run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.apps.broken import build_broken
from tests.apps.factory import AppFactory, forgetting_imports


@pytest.fixture
def app_factory(tmp_path: Path) -> Iterator[AppFactory]:
    """Small real apps for one test; see ``tests/apps/factory.py``."""
    with forgetting_imports():
        yield AppFactory(tmp_path / "apps")


@pytest.fixture(scope="session")
def shared_app_factory(tmp_path_factory: pytest.TempPathFactory) -> AppFactory:
    """The same for wheels that several tests read and none changes; import them under ``app_factory`` only."""
    return AppFactory(tmp_path_factory.mktemp("apps"))


@pytest.fixture(scope="session")
def broken_wheels(shared_app_factory: AppFactory) -> dict[str, Path]:
    """Wheels of apps that are broken, each in one way, and of a healthy one; see ``tests/apps/broken.py``."""
    return build_broken(shared_app_factory)
