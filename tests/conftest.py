"""Fixtures of every stage: real apps, written and built while the tests run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

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
