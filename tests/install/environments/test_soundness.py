"""An environment is what its wheels say, apart from every other, and can be made again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from smartcity_share.hooks.installation import Actor
from smartcity_share.install import Instance, diagnose, install_app
from smartcity_share.install.environments.locked import environment_name, read_lock
from smartcity_share.install.environments.place import EnvironmentSet
from smartcity_share.install.environments.rebuilding import rebuild_environment
from smartcity_share.install.environments.tools import find_pip, find_tool, scrubbed_environment
from tests.apps.libraries import library
from tests.install.conftest import REGION

pytestmark = pytest.mark.timeout(400)  # each installs several times, and a busy machine takes its time


@pytest.fixture
def made(instance: Instance, parks: Path, wheels: Path, actor: Actor) -> Instance:
    """The instance with one app and its library."""
    install_app(instance, REGION, parks, actor=actor, wheels=[wheels])
    return instance


def trees_of(environments: EnvironmentSet, name: str | None) -> Path:
    """The file of ``trees`` in an environment."""
    assert name is not None
    return environments.packages(name) / "smartcity_test_trees" / "__init__.py"


def codes(instance: Instance) -> set[str]:
    findings = [one for one in diagnose(instance, timeout=20) if one.code.startswith("environment")]
    assert all(one.mend for one in findings)
    return {one.code for one in findings}


def test_an_edit_inside_one_environment_never_appears_in_another(
    made: Instance, environments: EnvironmentSet, roads: Path, wheels: Path, actor: Actor
) -> None:
    first = environments.pointer().current
    edited = trees_of(environments, first)
    edited.write_text("VERSION = 'edited'\n")
    library(wheels, "stones")
    install_app(made, REGION, roads, actor=actor, wheels=[wheels])
    second = trees_of(environments, environments.pointer().current)
    assert second.read_text() == "VERSION = '1.0'\n"
    assert edited.read_text() == "VERSION = 'edited'\n"
    second.write_text("VERSION = 'edited too'\n")
    assert edited.read_text() == "VERSION = 'edited'\n"
    links = {path.stat().st_nlink for name in environments.names() for path in environments.home(name).rglob("*.py")}
    assert links == {1}
    assert not [path for path in environments.folder.rglob("*") if path.is_symlink()]


def test_doctor_compares_the_environment_in_use_with_its_record(made: Instance, environments: EnvironmentSet) -> None:
    assert codes(made) == set()
    trees_of(environments, environments.pointer().current).write_text("VERSION = 'edited'\n")
    assert codes(made) == {"environment-changed"}
    rebuild_environment(made)
    assert codes(made) == set()
    assert trees_of(environments, environments.pointer().current).read_text() == "VERSION = '1.0'\n"


def test_an_environment_that_was_lost_is_made_again_from_what_is_kept(made: Instance, environments: EnvironmentSet) -> None:
    before = environments.pointer().current
    shutil.rmtree(made.layout.environments)
    assert codes(made) == {"environment-incomplete"}
    assert rebuild_environment(made) == before
    assert codes(made) == set()


def test_a_damaged_pointer_is_told_and_mended(made: Instance, environments: EnvironmentSet) -> None:
    before = environments.pointer().current
    (environments.folder / "current.json").write_text("{", encoding="utf-8")
    findings = diagnose(made, timeout=20)
    assert any("smartcity doctor --rebuild" in one.mend for one in findings)
    assert rebuild_environment(made) == before
    assert codes(made) == set()


def test_what_it_consists_of_is_written_down_as_hashed_requirements(made: Instance, environments: EnvironmentSet) -> None:
    name = environments.pointer().current
    assert name is not None
    text = environments.lock_file(name).read_text(encoding="utf-8")
    assert text.startswith("smartcity-test-trees==1.0 --hash=sha256:")
    assert environment_name(read_lock(text, "the lock")) == name


def test_nothing_that_configures_uv_pip_or_python_reaches_them(tmp_path: Path) -> None:
    found = scrubbed_environment(
        {"UV_INDEX": "x", "PIP_EXTRA_INDEX_URL": "x", "PYTHONPATH": "x", "VIRTUAL_ENV": "x", "HTTPS_PROXY": "p", "HOME": "h"},
        tmp_path,
    )
    assert {name: value for name, value in found.items() if value in ("x", "p", "h")} == {"HTTPS_PROXY": "p", "HOME": "h"}
    assert found["PIP_CONFIG_FILE"] == os.devnull
    assert found["UV_NO_CONFIG"] == "1"


def test_pip_is_found_where_there_is_no_uv(tmp_path: Path) -> None:
    assert find_tool({"PATH": str(tmp_path)}) == find_pip()
