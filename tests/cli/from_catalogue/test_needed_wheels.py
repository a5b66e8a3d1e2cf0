"""The wheels an app needs come with it from the catalogue, as verified as its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from smartcity_share.catalogue.entries import Revocation, RevokedEntry
from smartcity_share.catalogue.roles import ReleasePath
from tests.apps.factory import AppFactory
from tests.apps.libraries import library
from tests.catalogue.conftest import CITY
from tests.catalogue.forging import forge, listing
from tests.catalogue.made import NOW, Made, make
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


def test_the_signed_one_is_taken_though_a_folder_has_a_newer_one(cli: Cli, with_library: Made, tmp_path: Path) -> None:
    library(tmp_path / "more", "leaves", "9.0")
    plan = cli(*INSTALL, "--wheels", tmp_path / "more", "--plan", "--json")
    assert "smartcity-test-leaves==1.0" in plan.out
    assert "9.0" not in plan.out
    assert plan.json["notices"] == []


def test_of_one_name_the_signed_one_is_taken(cli: Cli, with_library: Made, tmp_path: Path) -> None:
    other = library(tmp_path / "more", "leaves", files={"smartcity_test_leaves/evil.py": ""})
    assert cli(*INSTALL, "--wheels", other.parent, "--json").code == 0
    assert list(with_library.folder.parent.glob("instance/environments/*/*/packages/smartcity_test_leaves/evil.py")) == []


def test_one_that_nobody_signed_is_told(cli: Cli, served: Path, app_factory: AppFactory, tmp_path: Path) -> None:
    made = make(tmp_path / "katalog")
    made.add_origin(CITY)
    made.add(app_factory.wheel("trees", dependencies=["smartcity-test-leaves>=1"]))
    made.publish()
    follow(served, made)
    leaves = library(tmp_path / "more", "leaves")
    plan = cli(*INSTALL, "--wheels", leaves.parent, "--plan", "--json").json
    assert plan["notices"] == [
        f"nobody signed in the catalogue for smartcity-test-leaves==1.0, which it needs; it comes from {leaves}"
    ]


def test_what_lies_beside_a_fetched_wheel_and_was_not_signed_goes(cli: Cli, served: Path, with_library: Made) -> None:
    assert cli(*INSTALL, "--plan").code == 0
    (kept,) = served.glob("catalogues/*/wheels/*")
    library(kept, "leaves", "9.0")
    assert "9.0" not in cli(*INSTALL, "--plan", "--json").out
    assert len(list(kept.glob("*.whl"))) == 2


def revoke_leaves(made: Made) -> None:
    """Revoke the library as whoever revokes may: publishing revokes releases, a role file may revoke any wheel."""
    (wheel,) = made.folder.glob("targets/apps/*/trees/*leaves*.whl")
    name = wheel.name.partition(".")[2]
    said = RevokedEntry(revoked=Revocation(by="BSSN", reason="it leaks", at=NOW))
    forge(made, "cabut", listing(made, ReleasePath(CITY, "trees", name), wheel, said), made.revocations)


def test_one_that_was_revoked_is_refused_however_it_comes(
    cli: Cli, refused: Refused, with_library: Made, tmp_path: Path, app_factory: AppFactory
) -> None:
    revoke_leaves(with_library)
    assert "was revoked" in refused("release-revoked", by=INSTALL)
    bare = app_factory.wheel("shrubs", dependencies=["smartcity-test-leaves>=1"])
    told = refused("plan-refused", by=("install", "shrubs", "--from", bare, "--wheels", tmp_path / "libraries", *HERE))
    assert "smartcity-test-leaves==1.0, which `shrubs` needs, must not be installed: it was revoked" in told


def test_one_that_is_in_use_and_was_revoked_is_named(cli: Cli, with_library: Made) -> None:
    assert cli(*INSTALL).code == 0
    revoke_leaves(with_library)
    assert cli("install", "nothing", "--from", "nasional", *HERE, "--plan").code == 1
    found = cli("doctor", "--json").json["findings"]
    assert [one["code"] for one in found] == ["release-revoked"]
    assert "smartcity-test-leaves==1.0" in found[0]["message"]
