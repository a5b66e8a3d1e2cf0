"""The wheels an app needs come with it from the catalogue, as verified as its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.apps.factory import AppFactory
from tests.apps.libraries import library
from tests.catalogue.conftest import CITY
from tests.catalogue.made import Made, make
from tests.cli.conftest import Cli
from tests.cli.from_catalogue.conftest import HERE, Refused, follow

INSTALL = ("install", "trees", "--from", "nasional", *HERE)


@pytest.fixture
def with_library(served: Path, app_factory: AppFactory, tmp_path: Path) -> Made:
    """A catalogue with an app that needs a library, followed by the instance."""
    library(tmp_path / "libraries", "leaves")
    made = make(tmp_path / "katalog")
    made.add_origin(CITY)
    made.add(app_factory.wheel("trees", dependencies=["smartcity-test-leaves>=1"]), folder=tmp_path / "libraries")
    made.publish()
    follow(served, made)
    return made


def test_they_are_installed_with_the_app(cli: Cli, served: Path, with_library: Made) -> None:
    done = cli(*INSTALL, "--json")
    assert [step["name"] for step in done.json["steps"]][:2] == ["store-packages", "build-environment"]
    assert list(served.glob("environments/*/*/packages/smartcity_test_leaves/__init__.py")) != []
    assert cli("doctor").code == 0


def test_one_that_was_altered_is_refused(refused: Refused, with_library: Made) -> None:
    (wheel,) = with_library.folder.glob("targets/apps/*/trees/*leaves*.whl")
    wheel.write_bytes(wheel.read_bytes()[::-1])
    assert "smartcity_test_leaves-1.0-py3-none-any.whl is not the wheel that 73.71 signed" in refused(
        "catalogue-altered", by=INSTALL
    )
