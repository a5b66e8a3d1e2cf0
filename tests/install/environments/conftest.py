"""Apps that need libraries, the libraries, and the programs that find out what fits."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from smartcity_share.install import Instance
from smartcity_share.install.environments.place import EnvironmentSet, environment_set
from tests.apps.factory import AppFactory
from tests.apps.libraries import asking, library

ROOT = Path(__file__).resolve().parents[3]


def with_tool(monkeypatch: pytest.MonkeyPatch, kind: str, tmp_path: Path) -> None:
    """Let the process find uv, or no uv."""
    if kind == "uv":
        uv = shutil.which("uv", path=os.pathsep.join([str(ROOT / ".dev" / "bin"), os.environ.get("PATH", "")]))
        if uv is None:
            pytest.skip("uv is not here: run the tests with ./dev test")
        monkeypatch.setenv("PATH", os.pathsep.join([str(Path(uv).parent), os.environ.get("PATH", "")]))
    else:
        monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def engine() -> str:
    """Environments lie on the disk, whatever keeps the ledger; ``test_environments_both_engines.py`` is on both."""
    return "sqlite"


@pytest.fixture(autouse=True)
def _uv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every test of this folder has uv, unless it says otherwise."""
    with_tool(monkeypatch, "uv", tmp_path)


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A folder of libraries: ``trees`` in two versions, ``maps`` that needs the newer one."""
    folder = tmp_path / "wheels"
    library(folder, "trees", "1.0")
    library(folder, "trees", "2.0")
    library(folder, "maps", "1.0", requires=["smartcity_test_trees>=2"])
    return folder


@pytest.fixture
def parks(app_factory: AppFactory) -> Path:
    """The wheel of an app that needs an older ``trees``."""
    return app_factory.wheel("parks", plugin=asking("trees"), dependencies=["smartcity_test_trees<2"])


@pytest.fixture
def roads(app_factory: AppFactory) -> Path:
    """The wheel of an app that needs any ``trees``, and a library only it needs."""
    return app_factory.wheel(
        "roads", plugin=asking("trees", "stones"), dependencies=["smartcity_test_trees", "smartcity_test_stones>=1"]
    )


@pytest.fixture
def water(app_factory: AppFactory) -> Path:
    """The wheel of an app that needs a newer ``trees`` through ``maps``."""
    return app_factory.wheel("water", plugin=asking("maps"), dependencies=["smartcity_test_maps"])


@pytest.fixture
def environments(instance: Instance) -> EnvironmentSet:
    """The environments of the instance."""
    return environment_set(instance.layout)
